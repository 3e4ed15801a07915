-- A timeout that came of a division left Lua 5.4 as 1500.0, for Lua has a float there; the service's member is an
-- integer.
local tenant = require "spec.support.tenant"

describe("a member that is an integer", function()
   local made, connections
   setup(function()
      made = tenant.start()
      connections = made.connections
   end)
   teardown(function() made:stop() end)

   it("leaves as one", function()
      local created = assert(connections.create(tenant.definition { connectionTimeout = 3000 / 2 }))
      assert.matches('"connectionTimeout":1500[,}]', made:last_body())
      assert(connections.patch(created, function(c) c.socketTimeout = 9000 / 3 end))
      assert.matches('"socketTimeout":3000[,}]', made:last_body())
      created = assert(connections.get(created))
      created.connectionTimeout = 5000 / 2
      assert(created:save())
      assert.matches('"connectionTimeout":2500[,}]', made:last_body())
      connections.test(tenant.definition { socketTimeout = 2000 / 2 })
      assert.matches('"socketTimeout":1000[,}]', made:last_body())
   end)

   it("is refused with its path when it is none", function()
      for _, value in ipairs { 1500.5, 1e300, -1, 0 / 0, 1 / 0 } do
         local none, err = connections.create(tenant.definition { connectionTimeout = value })
         assert.is_nil(none)
         assert.equal("connectionTimeout", err.problems[1].path)
      end
   end)
end)
