-- Calls in coroutines beside libuv's loop, as luv has it.
local cases = require "spec.support.event_loop_cases"
local event_loop = require "spec.support.event_loop"

describe("the loop luv", function()
   if not event_loop.exists_here "luv" then return end

   cases("luv", it, assert)

   it("raises an error of a coroutine in its callback, when all that could go on have gone on", function()
      local out, err, code = event_loop.run("luv", [[
         assert(client.connections.list()) -- there is a token
         service:fail { path = "/v2/connections", delay = 0.2, times = 8 }
         for i = 1, 8 do
            loop.spawn(function()
               assert(client.connections.list())
               print "listed"
               if i == 2 then error("mistake of mine", 0) end
            end)
         end
         loop.run()
      ]])
      assert.is_truthy(err:find "mistake of mine\nstack traceback:\n", err)
      assert.is_truthy(err:find "program.lua:7", err)
      assert.is_true(code ~= 0)
      assert.is_truthy(out:find "listed", out)
   end)

   it("lets an error be caught by pcall where it was made", function()
      assert.equal("false\tcaught\n", (event_loop.output("luv", [[
         loop.spawn(function()
            print(pcall(function()
               assert(client.connections.list())
               error("caught", 0)
            end))
         end)
         loop.run()
      ]])))
   end)

   it("tells who would take the yield of a suspended call for a value of a generator", function()
      local out = event_loop.output("luv", [[
         local names = coroutine.wrap(function()
            for connection in client.connections.each() do coroutine.yield(connection) end
         end)
         local first = names()
         print(first)
         print(pcall(function() return first.name end))
         loop.run()
      ]])
      assert.equal("a suspended call of personalize", out:match "^[^\n]*")
      assert.is_truthy(out:find("a generator cannot make calls", 1, true), out)
   end)

   it("goes on when its handles were closed with all others of the loop", function()
      assert.equal("3\t3\n", (event_loop.output("luv", [[
         local uv, counts = require "luv", {}
         local function list() counts[#counts + 1] = #client.connections.list() end
         loop.spawn(list)
         loop.run()
         uv.walk(function(handle) if not handle:is_closing() then handle:close() end end)
         uv.run()
         loop.spawn(list)
         loop.run()
         print(unpack(counts))
      ]])))
   end)

   it("waits on when somebody else resumes a suspended coroutine", function()
      assert.equal("3\n", (event_loop.output("luv", [[
         service:fail { path = "/v2/connections", delay = 0.2, times = 1 }
         local thread = coroutine.create(function() print(#assert(client.connections.list())) end)
         coroutine.resume(thread)
         for _ = 1, 3 do coroutine.resume(thread) end
         loop.run()
      ]])))
   end)

   it("leaves a coroutine alone that was closed while it was suspended", function()
      local closes = coroutine.close ~= nil -- luacheck: ignore
      assert.equal("3\n", (event_loop.output("luv", [[
         service:fail { path = "/v2/connections", delay = 0.2, times = 1 }
         local thread = coroutine.create(function() print(#assert(client.connections.list())) end)
         coroutine.resume(thread)
         if coroutine.close then coroutine.close(thread) end
         loop.spawn(function() print(#assert(client.connections.list())) end)
         loop.run()
      ]]):gsub("^3\n3\n$", closes and "twice" or "3\n")))
   end)

   it("can be left for the end of the program while calls are suspended", function()
      local _, err, code = event_loop.run("luv", [[
         service:fail { path = "/v2/connections", delay = 5, times = 1 }
         loop.spawn(function() client.connections.list() end)
         require "luv".run "nowait"
      ]])
      assert.equal("", err)
      assert.equal(0, code)
   end)
end)
