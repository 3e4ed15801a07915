-- Calls in coroutines of cqueues' controllers.
local cases = require "spec.support.event_loop_cases"
local event_loop = require "spec.support.event_loop"

describe("the loop cqueues", function()
   if not event_loop.exists_here "cqueues" then return end

   cases("cqueues", it, assert)

   it("gives an error of a coroutine to its controller, and goes on with the others", function()
      local out, err, code = event_loop.run("cqueues", [[
         for i = 1, 8 do
            loop.spawn(function()
               assert(client.connections.list())
               if i == 2 then error("mistake of mine", 0) end
               print "listed"
            end)
         end
         loop.run()
      ]])
      assert.equal("mistake of mine\n", err)
      assert.equal(("listed\n"):rep(7), out)
      assert.equal(0, code)
   end)

   it("blocks in a coroutine that one of the controller's made for itself, so a generator can make calls", function()
      assert.equal("3\n", (event_loop.output("cqueues", [[
         loop.spawn(function()
            local count = 0
            for connection in coroutine.wrap(function()
               for connection in client.connections.each() do coroutine.yield(connection) end
            end) do count = count + (connection.name and 1 or 0) end
            print(count)
         end)
         loop.run()
      ]])))
   end)

   it("works in several controllers at a time, beside and within each other", function()
      assert.equal("30 listed\n", (event_loop.output("cqueues", [[
         local cqueues, seen = require "cqueues", {}
         service:fail { path = "/v2/connections", delay = 0.1, times = 10 }
         local outer = cqueues.new()
         for _ = 1, 3 do
            local inner = cqueues.new()
            for _ = 1, 10 do
               inner:wrap(function()
                  local list = client.connections.list()
                  seen[#seen + 1] = list and "listed" or "failed"
               end)
            end
            outer:wrap(function() assert(inner:loop()) end)
         end
         assert(outer:loop())
         print(loop.count(unpack(seen)))
      ]])))
   end)

   it("goes on in another controller when one was left while its calls were suspended", function()
      assert.equal("3\n", (event_loop.output("cqueues", [[
         local cqueues = require "cqueues"
         service:fail { path = "/v2/connections", delay = 0.3, times = 1 }
         local left = cqueues.new()
         left:wrap(function() client.connections.list() print "never" end)
         left:step(0)
         left = nil -- luacheck: ignore
         collectgarbage()
         loop.spawn(function() print(#assert(client.connections.list())) end)
         loop.run()
      ]])))
   end)
end)
