--- How a call waits: it uses the first event loop of a list that runs here.
--
-- - Inside `personalize.map` the call yields to the map's loop, which waits for all items together.
-- - In nginx the request is suspended, and a timer of the worker drives the engine.
-- - In a coroutine of the loop that `personalize.use_loop` chose, the coroutine is suspended.
-- - Elsewhere the call drives the engine itself and blocks until the response is there.
--
-- A loop is a table of functions:
--
-- - `runs_here()`: true when a call from here waits by this loop
-- - `ready()`: true; or nil and an error object when a call cannot wait here
-- - `wait(engine, things, deadline)`: waits until one of the things is done, or until the deadline on the monotonic
--   clock. It may return sooner. False when waiting is no longer possible
-- - `begin(engine)`: sends the requests that were enqueued, without waiting
-- - `transfer(engine, transfer)`, which may be missing: waits until the transfer is done
-- @module personalize.http.waiting
-- @local

local blocking = require "personalize.http.loops.blocking"
local native = require "personalize.native"
local nginx = require "personalize.http.loops.nginx"

local waiting = {}

local engine

--- The engine of this Lua state and process. It is made on first use: after a fork each process has its own.
-- @return the engine; or nil and what `engine:enqueue` would return as an error
function waiting.engine()
   if engine == nil or not engine:is_usable() then
      local made, reason = native.http.engine {}
      if not made then return nil, reason end
      engine = made
   end
   return engine
end

--- True when a call was sent and is not answered yet.
function waiting.is_in_flight()
   return engine ~= nil and engine:active() > 0
end

-- The loops, in the order in which they are tried. The last one runs anywhere.
local loops = { blocking }
local inner, outer

local function arrange()
   loops = {}
   for _, loop in ipairs { inner or false, outer or false, blocking } do
      if loop then loops[#loops + 1] = loop end
   end
end

--- Adds the loop of `personalize.map`, which is tried before all others.
function waiting.use_inner(loop)
   inner = loop
   arrange()
end

--- Sets the loop of this program; nil for none.
function waiting.use(loop)
   outer = loop
   arrange()
end

--- The loop of this program, or nil.
function waiting.used()
   return outer
end

if nginx.is_here() then waiting.use(nginx) end

--- The loop that a call from here waits by.
function waiting.loop()
   for index = 1, #loops - 1 do
      local loop = loops[index]
      if loop.runs_here() then return loop end
   end
   return blocking
end

--- True when a call can wait here and now. Call this before the call begins.
-- @return true; or nil and an error object
function waiting.ready()
   return waiting.loop().ready()
end

--- True when other coroutines run while a call waits here. Only then may a call wait for the work of another one.
function waiting.is_shared()
   local loop = waiting.loop()
   return loop ~= blocking and loop.ready() == true
end

--- Waits until one of several things is done, or until the deadline. It may return sooner: the caller checks, and waits
-- again.
-- @param things an array, or a function that makes it; each thing is a transfer, or has the method `done` and the
-- methods that `signal.extend` adds
-- @tparam number deadline on the monotonic clock
-- @treturn boolean false when waiting is no longer possible
function waiting.any(things, deadline)
   local driver = waiting.engine()
   if not driver then return false end
   local loop = waiting.loop()
   if type(things) == "function" then things = loop == blocking or things() end -- made only for loops that look at them
   return loop.wait(driver, things, deadline) ~= false
end

--- Waits until a thing is done, or until a deadline.
function waiting.until_done(thing, deadline)
   local things = { thing }
   while not thing:done() and native.now() < deadline do
      if not waiting.any(things, deadline) then return end
   end
end

--- Sends the requests that were enqueued, without waiting.
function waiting.begin()
   local driver = waiting.engine()
   if driver then waiting.loop().begin(driver) end
end

--- Waits until a transfer is done. This always ends, because a transfer has a time limit of its own.
function waiting.transfer(transfer)
   local loop = waiting.loop()
   if loop.transfer then return loop.transfer(waiting.engine(), transfer) end
   waiting.until_done(transfer, math.huge)
end

--- Waits for a number of seconds.
function waiting.sleep(seconds)
   local deadline = native.now() + seconds
   while native.now() < deadline do
      if not waiting.any({}, deadline) then return end
   end
end

return waiting
