-- A reference to another value than the tenant has: plans and differences showed, and saved plans kept, the tenant's
-- value in clear. At a rotation that is the old secret, which may still work.
local command = require "spec.support.command"
local dkjson = require "dkjson"
local folder = require "spec.support.folder"
local tenant = require "spec.support.tenant"

local OLD, NEW = "https://hooks.example.com/old-canary", "https://hooks.example.com/new-canary"

describe("a reference whose value is another than the tenant's", function()
   local made, environment, path

   before_each(function()
      made, path = tenant.start(), folder.new()
      environment = command.environment(made.emulator)
      environment.HOOK, environment.HOOK_ID = NEW, "new-canary-id"
      local auth = { authType = "OAUTH", clientId = "old-canary-id", clientSecret = "s3cret-value",
         accessTokenUrl = OLD }
      made:create { auth = auth, request = { requestType = "GET", connectionUrl = OLD } }
      local definition = tenant.definition { description = "new", auth = auth,
         request = { requestType = "GET", connectionUrl = { ["$env"] = "HOOK" } } }
      auth.clientId, auth.accessTokenUrl = { ["$env"] = "HOOK_ID" }, { ["$env"] = "HOOK" }
      folder.write(path, "w.json", dkjson.encode(definition))
   end)

   after_each(function()
      made:stop()
      folder.remove(path)
   end)

   -- Runs the command, and looks for either value in what it wrote.
   local function run(...)
      local out, err, code = command.here(environment, { ... })
      assert.is_nil((out .. err):find("canary", 1, true), out .. err)
      return out, code
   end

   local LINE = 'request.connectionUrl: "***" -> {"$env":"HOOK"}'

   it("is shown and saved without the old one", function()
      assert.matches('\n- "***"\n+ {"$env":"HOOK"}\n', (run("plan", path, "--format", "markdown")), 1, true)
      for _, arguments in ipairs { { "plan", path }, { "plan", path, "--full" }, { "apply", path, "--dry-run" } } do
         local out = run((table.unpack or unpack)(arguments)) -- luacheck: ignore
         assert.matches(LINE, out, 1, true)
         assert.matches('auth.clientId: "***" -> {"$env":"HOOK_ID"}', out, 1, true)
         assert.matches('description: (absent) -> "new"', out, 1, true)
      end
      local updates = dkjson.decode((run("plan", path, "--json", "--save", path .. "/plan"))).updates
      local saved = folder.read(path, "plan")
      assert.is_nil(saved:find("canary", 1, true))
      for _, each in ipairs { updates, dkjson.decode(saved).updates } do
         local item = each[1].differences[#each[1].differences]
         assert.equal("***", item.old)
         assert.equal("HOOK", item.new["$env"])
      end
      local out, code = run("apply", path, "--yes")
      assert.matches(LINE, out, 1, true)
      assert.equal(0, code)
      assert.equal(NEW, made.connections.find("Weather").request.connectionUrl)
      assert.same(0, select(2, run("plan", path)))
   end)

   it("is so in the differences between a connection and a file, either way", function()
      local out, code = run("diff", "Weather", path .. "/w.json")
      assert.equal(2, code)
      assert.matches(LINE, out, 1, true)
      assert.matches('request.connectionUrl: {"$env":"HOOK"} -> "***"', (run("diff", path .. "/w.json", "Weather")),
         1, true)
      for _, each in ipairs(dkjson.decode((run("diff", "Weather", path .. "/w.json", "--json")))) do
         if each.path == "request.connectionUrl" then assert.equal("***", each.old) end
      end
      -- a file that has the value itself
      folder.write(path, "x.json", dkjson.encode(tenant.definition { request = { requestType = "GET",
         connectionUrl = OLD } }))
      assert.matches('request.connectionUrl: "***" -> {"$env":"HOOK"}', (run("diff", path .. "/x.json",
         path .. "/w.json")), 1, true)
   end)
end)
