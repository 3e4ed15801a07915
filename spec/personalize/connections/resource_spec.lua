-- The functions on connections, bound to a client or to the default one.
local personalize = require "personalize"
local tenant = require "spec.support.tenant"

describe("connections of a client", function()
   it("show whose they are", function()
      local client = assert(personalize.new { region = "eu", client_id = "id", client_secret = "hush" })
      assert.equal("connections of personalize client of https://api-engage-eu.sitecorecloud.io (client_id id)",
         tostring(client.connections))
   end)

   it("have every function of the resource", function()
      local client = assert(personalize.new { region = "eu", access_token = "t" })
      for _, name in ipairs { "list", "each", "get", "find", "create", "update", "patch", "ensure", "archive",
         "restore", "test", "create_all", "update_all", "test_all", "build", "validate" } do
         assert.is_function(client.connections[name])
         assert.is_function(personalize.connections[name])
      end
   end)

   it("are the same resource by both names", function()
      assert.equal(personalize.connections, require "personalize.connections")
   end)

   it("of two tenants do not mix: a connection goes back where it came from", function()
      local first, second = tenant.start(), tenant.start { unique_names = false }
      finally(function()
         first:stop()
         second:stop()
      end)
      local a, b = first:create { description = "a" }, second:create { description = "b" }
      a.description, b.description = "a2", "b2"
      assert(a:save())
      assert(b:save())
      assert.equal("a2", first.connections.find("Weather").description)
      assert.equal("b2", second.connections.find("Weather").description)
      local created = assert(second.connections.create(a))
      assert.not_equal(a.ref, created.ref)
      assert.equal(2, #second.connections.list())
      created.description = "moved"
      assert(created:save())
      assert.equal(1, #first.connections.list())
   end)

   it("show their lists and definitions as JSON", function()
      local it_is = tenant.start()
      finally(function() it_is:stop() end)
      local json = require "personalize.json"
      assert.equal('{"connections":[]}', json.encode { connections = assert(it_is.connections.list()) })
      assert(it_is.connections.test { systemType = "DATA_SYSTEM", request = { requestType = "GET",
         connectionUrl = it_is.emulator.url }, name = "a", auth = { authType = "NONE" } })
      assert.matches('^{"connection":{"name":"a","auth":{"authType":"NONE"},"request":{"requestType":"GET",'
         .. '"connectionUrl":"[^"]*"},"systemType":"DATA_SYSTEM"}}$', it_is:last_body())
   end)

   it("of a closed client answer with kind closed", function()
      local it_is = tenant.start()
      finally(function() it_is:stop() end)
      local created = it_is:create()
      it_is.client:close()
      for _, call in ipairs {
         function() return it_is.connections.list() end, function() return it_is.connections.get(created) end,
         function() return it_is.connections.find "x" end, function() return it_is.connections.patch(created, {}) end,
         function() return it_is.connections.ensure(tenant.definition()) end, function() return created:save() end,
         function() return created:reload() end, function() return created:test() end,
      } do
         local none, err = call()
         assert.is_nil(none)
         assert.equal("closed", err.kind)
      end
   end)
end)
