--- How a call waits in a coroutine of a cqueues controller.
-- @module personalize.http.loops.cqueues
-- @local

local cqueues = require "cqueues"
local condition = require "cqueues.condition"
local native = require "personalize.native"
local suspended = require "personalize.http.loops.suspended"

local loop = {}

-- controller -> number of its coroutines that are suspended here. While there are any, one more coroutine, the driver,
-- drives the engine.
local counts = setmetatable({}, { __mode = "k" })

local function drive(engine, controller)
   local fd = engine:fd()
   while counts[controller] > 0 do
      cqueues.poll(fd and { pollfd = fd, events = "r" } or suspended.look_interval)
      for _, caller in ipairs(suspended.work(engine)) do caller.condition:signal() end
   end
   counts[controller] = nil
   if fd then cqueues.cancel(fd) end -- the descriptor may be closed before the controller is
end

--- True in a coroutine that a controller resumes; false in a coroutine that such a coroutine created.
function loop.runs_here()
   local controller, is_its_own = cqueues.running()
   return controller ~= nil and is_its_own and native.can_yield()
end

function loop.ready()
   return true
end

function loop.wait(engine, things, deadline)
   local controller = cqueues.running()
   local caller = suspended.add(engine, things, deadline)
   caller.condition = condition.new()
   if not counts[controller] then
      counts[controller] = 0
      controller:wrap(drive, engine, controller)
   end
   counts[controller] = counts[controller] + 1
   cqueues.poll(caller.condition)
   counts[controller] = counts[controller] - 1
   if counts[controller] == 0 then engine:wake() end -- ends the driver, unless another call comes first
   suspended.remove(caller)
   return true
end

function loop.begin(engine)
   engine:run_due()
end

return loop
