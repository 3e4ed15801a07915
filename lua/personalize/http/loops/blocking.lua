--- How a call waits when no other work runs: it drives the engine and blocks until something has happened.
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

-- Drives the engine until it has done something, or for some milliseconds. False when the engine no longer works.
local function drive(engine, most_ms)
   local active = engine:wait(most_ms)
   -- Answers for callers that an event loop suspended may have arrived here, and the descriptor would not tell the
   -- loop.
   if suspended.any() then engine:wake() end
   return active ~= nil
end

--- Waits until the engine has done something, or until the deadline. It ignores the things; the caller checks them.
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

--- Sends the requests that were enqueued.
function blocking.begin(engine)
   engine:run_due()
end

return blocking
