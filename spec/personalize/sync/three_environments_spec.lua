-- Development, test and production from one folder, each an emulator of its own.
local command = require "spec.support.command"
local folder = require "spec.support.folder"
local json = require "personalize.json"
local real_connections = require "spec.support.documents.real_connections"
local sync = require "personalize.sync"
local tenant = require "spec.support.tenant"

describe("three environments from one folder", function()
   local names = { "DEV", "TEST", "PROD" }
   local tenants, path, values, environment

   before_each(function()
      tenants, path, values, environment = {}, folder.new(), folder.new(), {}
      for _, name in ipairs(names) do
         tenants[name] = tenant.start()
         for variable, value in pairs(command.environment(tenants[name].emulator, name)) do
            environment[variable] = value
         end
      end
      for _, definition in pairs(real_connections.all()) do assert(tenants.DEV.connections.create(definition)) end
   end)

   after_each(function()
      for _, name in ipairs(names) do tenants[name]:stop() end
      folder.remove(path)
      folder.remove(values)
   end)

   local function run(...) return command.run(environment, { ... }) end

   it("are brought up to date and then have nothing to do", function()
      folder.write(values, "test.json", '{"replace": {"track.example.com": "test.track.example.com"}}')
      folder.write(values, "prod.json", assert(json.encode { replace = { ["track.example.com"] = "track.example.org" },
         connections = { ["Loyalty Tier"] = { socketTimeout = 4000 } } }))
      local exported = assert(sync.export(tenants.DEV.client, path))
      for _, each in ipairs(exported.references) do environment[each.target] = "canary of " .. each.target end
      assert.equal(0, select(3, run("validate", path)))
      for _, name in ipairs { "TEST", "PROD" } do
         local own = ("%s/%s.json"):format(values, name:lower())
         local out, err, code = run("apply", path, "--yes", "--prefix", name, "--values", own)
         assert.equal(0, code, err)
         assert.not_matches("canary", out .. err)
         out, err, code = run("plan", path, "--prefix", name, "--values", own)
         assert.equal(0, code, out .. err)
      end
      assert.equal(0, select(3, run("plan", path, "--prefix", "DEV")))
      assert.equal(2, select(3, run("plan", path, "--prefix", "PROD", "--values", values .. "/test.json")))
      assert.equal("https://test.track.example.com/identify",
         assert(tenants.TEST.connections.find "Identify Contact").request.connectionUrl)
      assert.equal("https://track.example.org/identify",
         assert(tenants.PROD.connections.find "Identify Contact").request.connectionUrl)
      assert.equal(4000, assert(tenants.PROD.connections.find "Loyalty Tier").socketTimeout)
   end)

   it("are refused wrong values, and values for a saved plan", function()
      assert(sync.export(tenants.DEV.client, path))
      local _, err, code = run("plan", path, "--prefix", "DEV", "--values", path .. "/none.json")
      assert.equal(1, code)
      assert.matches("^personalize plan: config: [^\n]*none.json: No such file or directory\n$", err)
      _, err, code = run("apply", "--plan", "x", "--prefix", "DEV", "--values", "y")
      assert.equal(64, code)
      assert.matches("--values is for a folder", err, 1, true)
   end)
end)
