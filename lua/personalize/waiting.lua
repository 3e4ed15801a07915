--- How a call waits for the engine: the one place that knows.
-- A script drives the engine and blocks in it until what it waits for has come.
-- @module personalize.waiting
-- @local

local native = require "personalize.native"

local waiting = {}

local longest_wait_ms = 1000

local engine

--- The engine of this Lua state and process, made on first use: after a fork each process has its own.
-- @return the engine; or nil and what `engine:add` would return as an error
function waiting.engine()
   if engine == nil or engine:pid() ~= native.pid() then
      local made, reason = native.http.engine {}
      if not made then return nil, reason end
      engine = made
   end
   return engine
end

--- Lets the engine work, and comes back after so many milliseconds at the latest.
-- @treturn boolean whether there is an engine to wait in
function waiting.step(milliseconds)
   local driver = waiting.engine()
   return driver ~= nil and driver:wait(milliseconds) ~= nil
end

--- Waits until a thing is done, or until a deadline.
-- @tparam table thing has a method `done`, as a transfer has
-- @tparam number deadline on the monotonic clock
function waiting.until_done(thing, deadline)
   while not thing:done() do
      local left = deadline - native.now()
      if left <= 0 or not waiting.step(math.min(math.ceil(left * 1000), longest_wait_ms)) then return end
   end
end

--- Waits until a transfer is done. It ends by itself: it has a time limit of its own.
function waiting.transfer(transfer)
   waiting.until_done(transfer, math.huge)
end

local never = { done = function() return false end }

--- Waits for a number of seconds.
function waiting.sleep(seconds)
   waiting.until_done(never, native.now() + seconds)
end

return waiting
