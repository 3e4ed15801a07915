-- A call that fails ends its command: it is said which, the exit code is 1, and nothing is sent after it.
local command = require "spec.support.command"
local dkjson = require "dkjson"
local folder = require "spec.support.folder"
local tenant = require "spec.support.tenant"

local definition = '{"name": "%s", "auth": {"authType": "NONE"}, "systemType": "DATA_SYSTEM", '
   .. '"request": {"requestType": "GET", "connectionUrl": "https://other.example"}}'

describe("a command", function()
   local made, path, environment, created

   before_each(function()
      made, path = tenant.start(), folder.new()
      environment = command.environment(made.emulator)
      created = made:create()
      folder.write(path, "Weather.json", definition:format "Weather")
      folder.write(path, "Rain.json", definition:format "Rain")
   end)

   after_each(function()
      made:stop()
      folder.remove(path)
   end)

   local function writes()
      local counts = made.emulator:counts()
      return counts.creates + counts.updates
   end

   -- Runs the command while some calls are refused with the status 400 and this message. FOLDER and REF in its
   -- arguments are the spec's.
   local function run_refused(fault, line)
      local arguments = {}
      for word in line:gmatch "%S+" do
         arguments[#arguments + 1] = word:gsub("FOLDER", path):gsub("REF", created.ref)
      end
      made.emulator:fail { method = fault.method, path = fault.path:gsub("REF", created.ref), times = 100,
         status = 400, body = '{"message":"the spec refuses"}' }
      local before = writes()
      local out, err, code = command.here(environment, arguments)
      made.emulator:heal()
      return out, err, code, writes() - before
   end

   local list = { method = "GET", path = "/v2/connections" }
   local retrieve = { method = "GET", path = "/v2/connections/REF" }
   local update = { method = "PUT", path = "/v2/connections/REF" }
   local create = { method = "POST", path = "/v2/connections" }
   local test = { method = "POST", path = "/v2/connections/testConnection*" }

   for _, case in ipairs {
      { list, "list" }, { list, "list --count" },
      { list, "get Weather" }, { retrieve, "get REF" }, { list, "uses Weather" },
      { list, "create FOLDER/Rain.json" }, { create, "create FOLDER/Rain.json" },
      { create, "create FOLDER/Rain.json --another" },
      { list, "ensure FOLDER/Weather.json" }, { create, "ensure FOLDER/Rain.json" },
      { update, "ensure FOLDER/Weather.json" },
      { list, "update Weather FOLDER/Weather.json" }, { retrieve, "update REF FOLDER/Weather.json" },
      { update, "update REF FOLDER/Weather.json" },
      { list, 'patch Weather {"description":"x"}' }, { retrieve, 'patch REF {"description":"x"}' },
      { update, 'patch REF {"description":"x"}' },
      { list, "archive Weather" }, { retrieve, "archive REF" }, { update, "archive REF" },
      { list, "restore Weather" }, { retrieve, "restore REF" },
      { list, "diff Weather FOLDER/Weather.json" }, { retrieve, "diff FOLDER/Weather.json REF" },
      { list, "test Weather" }, { retrieve, "test REF" }, { test, "test REF" }, { list, "test --all" },
      { list, "request /v2/connections" },
      { list, "export FOLDER/new" }, { list, "plan FOLDER" }, { list, "edit Weather --yes" },
      { retrieve, "edit REF --yes" },
   } do
      local fault, line = case[1], case[2]
      it(("fails by what fails: %s %s, %s"):format(fault.method, fault.path, line), function()
         local out, err, code, sent = run_refused(fault, line)
         assert.same({ "", 1, 0 }, { out, code, sent })
         assert.matches(("^personalize %s: validation %%(400%%): .*the spec refuses"):format(line:match "^%a+"), err)
         -- the same as JSON
         out, err, code = run_refused(fault, line .. " --json")
         assert.same({ "", 1 }, { err, code })
         local value = dkjson.decode(out)
         assert.same({ "validation", 400 }, { value.error.kind, value.error.status })
      end)
   end

   it("restore fails where it cannot be seen whether one of the name is in use", function()
      assert(made.connections.archive(created))
      local _, err, code, sent = run_refused(list, "restore REF")
      assert.same({ 1, 0 }, { code, sent })
      assert.matches("^personalize restore: validation %(400%): ", err)
      assert.is_true(assert(made.connections.get(created.ref)).archived)
   end)

   it("test of many tells which could not be called, and why", function()
      local out, err, code = run_refused(test, "test --all")
      assert.same({ "", 1 }, { err, code })
      assert.matches("^FAILED  Weather: validation %(400%): .*the spec refuses[^\n]*\n0 ok, 1 failed\n$", out)
      local results = dkjson.decode((run_refused(test, "test --all --json")))
      assert.same({ false, "Weather", created.ref, "validation", 400 }, { results[1].ok, results[1].name,
         results[1].ref, results[1].error.kind, results[1].error.status })
   end)

   it("fails by what cannot be read, before anybody is called", function()
      folder.write(path, "broken.json", "{")
      local before = #made.emulator:requests()
      for _, line in ipairs { "create %s/none.json", "ensure %s/none.json", "update Weather %s/none.json",
         "patch Weather %s/broken.json", "test --file %s/none.json", "request /v2/x --body %s/broken.json",
         "create %s/broken.json", "diff %s/none.json Weather" } do
         local arguments = {}
         for word in line:format(path):gmatch "%S+" do arguments[#arguments + 1] = word end
         local out, err, code = command.here(environment, arguments)
         assert.same({ "", 1 }, { out, code }, line)
         assert.matches(("^personalize %s: %%l+: .*%s/%s.json: "):format(arguments[1], path:gsub("%p", "%%%0"),
            line:match "/(%l+).json"), err)
      end
      assert.equal(before, #made.emulator:requests())
   end)

   it("fails where its tenant is none", function()
      for _, line in ipairs { "list", "get X", "create {}", "test X", "request /x", "export x", "plan x", "diff X Y",
         "edit X --yes", "uses X", "archive X", "promote --from NOBODY --to NOBODY" } do
         local arguments = {}
         for word in line:gmatch "%S+" do arguments[#arguments + 1] = word end
         local out, err, code = command.here({}, arguments)
         assert.same({ "", 1 }, { out, code }, line)
         assert.matches(("^personalize %s: config: %%u+_REGION or %%u+_BASE_URL is needed"):format(arguments[1]), err)
      end
   end)
end)
