-- `personalize request`: what it sends, and what it shows of the answer.
local command = require "spec.support.command"
local dkjson = require "dkjson"
local folder = require "spec.support.folder"
local tenant = require "spec.support.tenant"

describe("personalize request", function()
   local made, environment, created

   before_each(function()
      made = tenant.start()
      environment = command.environment(made.emulator)
      created = made:create { customHeaders = { { name = "X-Api-Key", value = "canary" } } }
   end)

   after_each(function() made:stop() end)

   local function run(...)
      return command.here(environment, { "request", ... })
   end

   -- What it says, and the call that was sent last.
   local function sent(...)
      local said = { run(...) }
      local calls = made:calls()
      return calls[#calls], said[1], said[2], said[3]
   end

   it("has a method and a path: GET, or POST with a body, unless another is given", function()
      local one = "/v2/connections/" .. created.ref
      local body = '{"name": "N", "auth": {"authType": "NONE"}, "systemType": "DATA_SYSTEM", '
         .. '"request": {"requestType": "GET", "connectionUrl": "https://x.example"}}'
      assert.equal("GET /v2/connections", (sent "/v2/connections"))
      assert.equal("GET " .. one, (sent("get", one)))
      assert.equal("POST /v2/connections", (sent("/v2/connections", "--body", body)))
      local path = folder.new()
      folder.write(path, "n.json", body)
      local call, out, err, code = sent("PUT", one, "--body", path .. "/n.json")
      folder.remove(path)
      assert.same({ "PUT " .. one, "", 0 }, { call, err, code })
      assert.equal("N", dkjson.decode(out).name)
      assert.equal("N", assert(made.connections.get(created.ref)).name)
   end)

   it("has a query, with values of one name in their order", function()
      assert.equal("GET /v2/connections?a=1&a=&a=x%3Dy&b=2",
         (sent("/v2/connections", "--query", "a=1", "--query", "b=2", "--query", "a=", "--query", "a=x=y")))
   end)

   it("hides credentials in what people read, and in JSON with --mask", function()
      local path = "/v2/connections/" .. created.ref
      local out, err, code = run(path)
      assert.matches('\n  "name": "Weather",\n', out)
      assert.same({ "***", "", 0 }, { dkjson.decode(out).customHeaders[1].value, err, code })
      assert.equal("canary", dkjson.decode((run(path, "--json"))).customHeaders[1].value)
      assert.equal("***", dkjson.decode((run(path, "--json", "--mask"))).customHeaders[1].value)
   end)

   it("says what is wrong, and sends nothing then", function()
      local before = #made:calls()
      local usage = "personalize request: expected a method, or none, and a path that begins with /, such as: request "
         .. "GET /v2/connections\n"
      for _, wrong in ipairs { { "v2/connections" }, { "GET", "v2" }, { "G1", "/v2" }, { "/v2", "/v2" } } do
         assert.same({ "", usage, 64 }, { run((table.unpack or unpack)(wrong)) }) -- luacheck: ignore
      end
      for _, wrong in ipairs { "limit", "=1" } do
         local out, err, code = run("/v2/connections", "--query", wrong)
         assert.same({ "", 64, "personalize: --query: expected NAME=VALUE" }, { out, code, err:match "^[^\n]*" })
      end
      local out, err, code = run("/v2/connections", "--body", "{")
      assert.same({ "", 1 }, { out, code })
      assert.matches("^personalize request: decode: the JSON given: ", err)
      assert.equal(before, #made:calls())
      assert.same({ "", 1 }, { select(1, run "/v2/none"), (select(3, run "/v2/none")) })
      assert.matches("^personalize request: not_found %(404%)", (select(2, run "/v2/none")))
   end)

   it("shows with --dry-run what would be sent, with credentials hidden", function()
      local before = #made:calls()
      local path = "/v2/connections?api_key=canary"
      local arguments = { "DELETE", path, "--body", '{"password": "canary", "a": 1}', "--dry-run" }
      local out, err, code = run((table.unpack or unpack)(arguments)) -- luacheck: ignore
      assert.equal(('would send DELETE %s/v2/connections?api_key=***\n{\n  "a": 1,\n  "password": "***"\n}\n')
         :format(made.emulator.url), out)
      assert.same({ "a dry run: nothing was sent\n", 0 }, { err, code })
      arguments[#arguments + 1] = "--json"
      out, err, code = run((table.unpack or unpack)(arguments)) -- luacheck: ignore
      assert.same({ dry_run = true, action = "request", method = "DELETE", body = { a = 1, password = "***" },
         url = made.emulator.url .. "/v2/connections?api_key=***" }, dkjson.decode(out))
      assert.same({ "", 0 }, { err, code })
      assert.equal(("would send POST %s/v2/x\n"):format(made.emulator.url), (run("POST", "/v2/x", "--dry-run")))
      assert.equal(before, #made:calls())
      -- what only reads is done
      assert.equal("Weather", dkjson.decode((run("/v2/connections", "--dry-run"))).items[1].name)
   end)
end)
