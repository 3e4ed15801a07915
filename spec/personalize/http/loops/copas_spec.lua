-- Calls in coroutines of Copas.
local cases = require "spec.support.event_loop_cases"
local event_loop = require "spec.support.event_loop"
local native = require "personalize.native"
local personalize = require "personalize"

describe("the loop copas", function()
   local exists = event_loop.exists_here "copas"
   local lacked = exists and event_loop.lacks "copas"
   local can_wait = exists and not lacked and (native.http.waker or require "copas".sleep)
   if not can_wait then
      it("says what is missing", function()
         local fine, err = personalize.use_loop "copas"
         assert.is_nil(fine)
         assert.equal("config", err.kind)
         assert.is_truthy(err.message:find "^personalize.use_loop: the loop \"copas\" cannot run here: ", err.message)
         local why = exists and not lacked and "without epoll it takes Copas 2 or newer, which can sleep"
            or ("module '%s' not found"):format(lacked or "copas")
         assert.is_truthy(err.message:find(why, 1, true), err.message)
      end)
      return
   end

   cases("copas", it, assert)

   it("gives an error of a coroutine to Copas, and goes on with the others", function()
      local out, _, code = event_loop.run("copas", [[
         local copas = require "copas"
         for i = 1, 8 do
            loop.spawn(function()
               copas.setErrorHandler(function(message) print("handled: " .. message) end)
               assert(client.connections.list())
               if i == 2 then error("mistake of mine", 0) end
               print "listed"
            end)
         end
         loop.run()
      ]])
      assert.equal("handled: mistake of mine\n", out:gsub("listed\n", ""))
      assert.equal(7, select(2, out:gsub("listed\n", "")))
      assert.equal(0, code)
   end)

   it("goes on beside sockets that Copas serves", function()
      assert.equal("pong\t3\n", (event_loop.output("copas", [[
         local copas, socket = require "copas", require "socket"
         local listener = assert(socket.bind("127.0.0.1", 0))
         local _, port = listener:getsockname()
         copas.addserver(listener, function(raw)
            local peer = copas.wrap(raw)
            assert(client.connections.list()) -- in a coroutine that Copas made for a connection
            peer:send((peer:receive "*l"):gsub("i", "o") .. "\n")
         end)
         loop.spawn(function()
            local raw = assert(socket.connect("127.0.0.1", port))
            raw:settimeout(0)
            local peer = copas.wrap(raw)
            peer:send "ping\n"
            print(peer:receive "*l", #assert(client.connections.list()))
         end)
         loop.run()
      ]])))
   end)
end)
