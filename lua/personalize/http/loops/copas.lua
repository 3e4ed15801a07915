--- How a call waits in a coroutine of Copas.
--
-- Copas waits for sockets by LuaSocket's `select`, which takes any object with the right methods. A caller is such an
-- object: it has the engine's descriptor, and is ready to be read when the caller can go on.
-- @module personalize.http.loops.copas
-- @local

local copas = require "copas"
local native = require "personalize.native"
local suspended = require "personalize.http.loops.suspended"

local loop = {}

local Socket = {}
Socket.__index = Socket

function Socket:getfd()
   return self.caller.engine:fd() or -1
end

-- Asked before each `select`: true when there is no need to wait for the descriptor.
function Socket:dirty()
   return self.caller.can_go_on == true
end

-- Copas reads from one of the objects when the descriptor is readable: that one works for all of them.
function Socket:receive()
   if self.is_new then
      self.is_new = false -- not before it was suspended once: others enqueue in this turn too
   elseif not self.caller.can_go_on then
      for _, caller in ipairs(suspended.work(self.caller.engine)) do caller.can_go_on = true end
   end
   if self.caller.can_go_on then return "" end
   return nil, "timeout", ""
end

function Socket.settimeout() end

function Socket.close() end

-- Each coroutine that can yield counts as one of Copas: it does not tell which are.
function loop.runs_here()
   return native.can_yield()
end

function loop.ready()
   return true
end

function loop.wait(engine, things, deadline)
   local caller = suspended.add(engine, things, deadline)
   if engine:fd() then
      copas.receive(setmetatable({ caller = caller, is_new = true }, Socket), 1)
   else
      copas.sleep(suspended.look_interval)
      for _, each in ipairs(suspended.work(engine)) do each.can_go_on = true end
   end
   suspended.remove(caller)
   return true
end

function loop.begin(engine)
   engine:run_due()
end

return loop
