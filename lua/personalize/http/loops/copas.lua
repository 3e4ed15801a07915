--- How a call waits in a coroutine of Copas.
--
-- Copas waits for sockets by LuaSocket's `select`, which takes any object with the right methods. A caller is such an
-- object: it has the engine's descriptor, and is ready to be read when the caller can go on.
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

-- Asked before each `select`: true when there is no need to wait for the descriptor.
function Socket:dirty()
   return self.caller.can_go_on == true
end

local function work(engine)
   for _, caller in ipairs(suspended.work(engine)) do caller.can_go_on = true end
end

-- Copas reads from one of the objects when the descriptor is readable: that one works for all of them.
function Socket:receive()
   if self.is_new then
      self.is_new = false -- not before it was suspended once: others enqueue in this turn too
   elseif not self.caller.can_go_on then
      work(self.caller.engine)
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

local worked_at = -math.huge

-- Without a descriptor one of the callers works each time that some of them look.
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
