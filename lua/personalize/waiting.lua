--- How a call waits for the engine: the one place that knows.
-- A script drives the engine and blocks in it until its transfer is done.
-- @module personalize.waiting
-- @local

local native = require "personalize.native"

local waiting = {}

local longest_wait_ms = 1000

local engine

--- The engine of this Lua state and process, made on first use: after a fork each process has its own.
function waiting.engine()
   if engine == nil or engine:pid() ~= native.pid() then
      engine = native.http.engine {}
   end
   return engine
end

--- Waits until a transfer is done.
function waiting.transfer(transfer)
   local driver = waiting.engine()
   while not transfer:done() do
      driver:wait(longest_wait_ms)
   end
end

--- Waits for a number of seconds.
function waiting.sleep(seconds)
   local driver = waiting.engine()
   local deadline = native.now() + seconds
   local left = seconds
   while left > 0 do
      driver:wait(math.min(math.ceil(left * 1000), longest_wait_ms))
      left = deadline - native.now()
   end
end

return waiting
