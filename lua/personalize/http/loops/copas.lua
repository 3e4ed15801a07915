--- How a call waits in a coroutine of Copas.
--
-- Copas waits for sockets with LuaSocket's `select`, which takes any object with the right methods. A caller is such an
-- object: it has the engine's descriptor, and is readable when the caller can go on.
-- @module personalize.http.loops.copas
-- @local

local copas = require "copas"
local native = require "personalize.native"
local suspended = require "personalize.http.loops.suspended"

if not native.http.waker and not copas.sleep then
   error("without epoll it takes Copas 2 or newer, which can sleep", 0)
end

local loop = {}

local Socket = {}
Socket.__index = Socket

function Socket:getfd()
   return self.caller.engine:fd() or -1
end

-- Copas calls it before each `select`; true means that it need not wait for the descriptor.
function Socket:dirty()
   return self.caller.can_go_on == true
end

local function work(engine)
   for _, caller in ipairs(suspended.work(engine)) do caller.can_go_on = true end
end

-- When the descriptor is readable, Copas reads from one of the objects. That one ticks the engine for all of them.
function Socket:receive()
   if self.is_new then
      self.is_new = false -- suspends at least once, so that other coroutines can enqueue in the same turn
   elseif not self.caller.can_go_on then
      work(self.caller.engine)
   end
   if self.caller.can_go_on then return "" end
   return nil, "timeout", ""
end

function Socket.settimeout() end

function Socket.close() end

-- Every coroutine that can yield counts as one of Copas, because Copas does not say which ones are its own.
function loop.runs_here()
   return native.can_yield()
end

function loop.ready()
   return true
end

local worked_at = -math.huge

-- Without a descriptor all callers poll, and one of them ticks the engine each time.
local function look(engine)
   copas.sleep(suspended.look_interval)
   if native.now() - worked_at < suspended.look_interval then return end
   worked_at = native.now()
   work(engine)
end

function loop.wait(engine, things, deadline)
   local caller = suspended.add(engine, things, deadline)
   if engine:fd() then
      copas.receive(setmetatable({ caller = caller, is_new = true }, Socket), 1)
   else
      look(engine)
   end
   suspended.remove(caller)
   return true
end

function loop.begin(engine)
   engine:run_due()
end

return loop
