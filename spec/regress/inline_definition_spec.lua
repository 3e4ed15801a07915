-- A definition that stands in the command line itself: relative paths of `$file` references started from the part of
-- its JSON before the last slash in it, and messages repeated all of it, secrets included. And what `test --file` was
-- answered showed the secrets that had been looked up for the definition. JSON behind a mark or in one quote too many,
-- and curl commands, were taken for names of files and repeated whole.
local command = require "spec.support.command"
local folder = require "spec.support.folder"
local personalize = require "personalize"
local tenant = require "spec.support.tenant"

local CANARY = "canary-of-a-secret"

describe("the command, given a definition in its arguments,", function()
   local made, environment

   before_each(function()
      made = tenant.start()
      environment = command.environment(made.emulator)
   end)

   after_each(function() made:stop() end)

   local function definition(members)
      local defined = tenant.oauth(members)
      defined.auth.clientSecret = members.secret
      defined.secret = nil
      return assert(personalize.json.encode(defined))
   end

   it("looks files up from where it runs", function()
      local name = ("build/secret-of-a-spec-%d"):format(os.time())
      local file = assert(io.open(name, "w"))
      file:write(CANARY, "\n")
      file:close()
      local out, err, code = command.run(environment, { "create", definition { secret = { ["$file"] = name } },
         "--json" })
      os.remove(name)
      assert.equal(0, code, err)
      assert.equal(CANARY, made.emulator:stored_secret(personalize.json.decode(out).ref))
   end)

   it("does not repeat it", function()
      for _, given in ipairs { definition { secret = CANARY, description = { ["$env"] = "no name" } },
         "[" .. definition { secret = CANARY } .. "]", "{" .. CANARY } do
         local out, err, code = command.run(environment, { "create", given })
         assert.equal(1, code)
         assert.matches("the JSON given", err, 1, true)
         assert.is_nil((out .. err):find(CANARY, 1, true))
      end
   end)

   it("does not repeat what is taken for a name either", function()
      local member = '"clientSecret": "' .. CANARY .. '"'
      local line = "curl -u me:" .. CANARY .. " https://x.example"
      for _, arguments in ipairs { { "create", member }, { "create", "'{" .. member .. "}'" },
         { "update", "Weather", "client:\n" .. CANARY }, { "request", "/v2/connections", "--body", member },
         { "test", "--file", member }, { "create", "--from-curl", line },
         { "create", "{}", "--outputs-from", "'" .. member }, { "plan", ".", "--values", "{" .. member .. "}" },
         { "plan", "{" .. member .. "}" }, { "validate", "{" .. member .. "}" },
         { "apply", "--plan", "{" .. member .. "}", "--yes" }, { "{" .. member .. "}" },
         { "help", "{" .. member .. "}" } } do
         local out, err, code = command.here(environment, arguments)
         assert.is_true(code == 1 or code == 64, arguments[1])
         assert.matches("the text given", out .. err, 1, true)
         assert.is_nil((out .. err):find(CANARY, 1, true), out .. err)
      end
      for _, name in ipairs { "get", "test", "archive" } do
         local out, err, code = command.here(environment, { name, "{" .. member .. "}" })
         local expected = ("personalize %s: not_found: JSON was given in place of a name or a ref\n"):format(name)
         assert.same({ "", expected, 1 }, { out, err, code })
      end
   end)

   it("reads it behind a byte order mark", function()
      local out, err, code = command.here(environment, { "create",
         "\239\187\191" .. definition { name = "Marked", secret = CANARY }, "--json" })
      assert.same({ "", 0 }, { err, code })
      assert.equal(CANARY, made.emulator:stored_secret(personalize.json.decode(out).ref))
      out, err, code = command.here(environment, { "create", "\239\187\191{" .. CANARY })
      assert.same({ "", 1 }, { out, code })
      assert.matches("^personalize create: decode: the JSON given: ", err)
      assert.is_nil(err:find(CANARY, 1, true))
   end)

   it("names a file that is there, whatever its name", function()
      local path = folder.new()
      folder.write(path, "{x}.json", "{}")
      local out = command.here(environment, { "validate", path .. "/{x}.json" })
      folder.remove(path)
      assert.matches(path .. "/{x}.json:1:1: error: name", out, 1, true)
   end)

   it("shows no secret that was looked up for what it tests", function()
      local path = folder.new()
      folder.write(path, "a.json", definition { description = { ["$env"] = "MY_TEXT" } })
      environment.MY_TEXT = CANARY
      for _, status in ipairs { 200, 400 } do
         made.emulator:fail { path = "/v2/connections/testConnection", status = status,
            body = '{"message": "got ' .. CANARY .. '"}' }
         local out, err, code = command.run(environment, { "test", "--file", path .. "/a.json",
            "--references", "anywhere" })
         assert.equal(status == 200 and 0 or 1, code, err)
         assert.matches("got ***", out .. err, 1, true)
         assert.is_nil((out .. err):find(CANARY, 1, true))
      end
      folder.remove(path)
   end)
end)
