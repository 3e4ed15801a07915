--- How a call waits where nothing else goes on: it drives the engine, and blocks until something has happened.
-- @module personalize.http.loops.blocking
-- @local

local native = require "personalize.native"
local suspended = require "personalize.http.loops.suspended"

local blocking = {}

local longest_wait_ms = 1000

function blocking.runs_here()
   return true
end

function blocking.ready()
   return true
end

-- Drives the engine until it has done something, or for some milliseconds; false when it is of no use any more.
local function drive(engine, most_ms)
   local active = engine:wait(most_ms)
   -- the answers of callers that an event loop suspended may have come meanwhile, and its descriptor is quiet now
   if suspended.any() then engine:wake() end
   return active ~= nil
end

--- Waits until the engine has done something, or until the deadline. It looks at no thing: who waits does.
function blocking.wait(engine, _, deadline)
   local left_ms = math.ceil((deadline - native.now()) * 1000)
   return drive(engine, math.max(0, math.min(left_ms, longest_wait_ms)))
end

--- Waits until a transfer is done.
function blocking.transfer(engine, transfer)
   while not transfer:done() do
      if not drive(engine, longest_wait_ms) then return end
   end
end

--- Begins what was enqueued.
function blocking.begin(engine)
   engine:run_due()
end

return blocking
