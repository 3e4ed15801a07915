--- How a call waits.
--
-- - Inside `personalize.map` it yields to the map's loop, which waits for all items together.
-- - In nginx the request is suspended, and a timer of the worker drives the engine.
-- - Elsewhere it drives the engine itself, and blocks until the answer is there.
-- @module personalize.http.waiting
-- @local

local native = require "personalize.native"
local nginx = require "personalize.http.loops.nginx"

local waiting = {}

local longest_wait_ms = 1000

local in_nginx = nginx.is_here()

local engine

--- The engine of this Lua state and process, made on first use: after a fork each process has its own.
-- @return the engine; or nil and what `engine:enqueue` would return as an error
function waiting.engine()
   if engine == nil or not engine:is_usable() then
      local made, reason = native.http.engine {}
      if not made then return nil, reason end
      engine = made
   end
   return engine
end

-- coroutine of an item -> its map, and the set of maps that run. Both are weak: a map holds its coroutines, and LuaJIT
-- would keep both when a request of nginx is aborted. Its own loop holds a map that runs.
local map_of = setmetatable({}, { __mode = "kv" })
local maps = setmetatable({}, { __mode = "k" })
local has_maps = false -- since one ran

--- Notes that a coroutine works on an item of a map.
function waiting.enter(item, map)
   map_of[item] = map
   maps[map] = true
   has_maps = true
end

function waiting.leave(item)
   map_of[item] = nil
end

--- Slows every map down: the service said that there are too many requests.
function waiting.slow_down()
   for map in pairs(maps) do map:slow_down() end
end

-- The map that this call can yield to: only from the item's own coroutine, and not below a C function.
local function current_map()
   if not has_maps then return nil end
   local running = coroutine.running()
   local map = running and map_of[running]
   return map and native.can_yield() and map or nil
end

--- True when a call can wait here and now. Ask before the call begins.
-- @return true; or nil and an error object
function waiting.ready()
   local map = current_map()
   if map then return map:ready() end
   if in_nginx then return nginx.ready() end
   return true
end

-- True when nginx can suspend the current request.
local function sleeps()
   return in_nginx and nginx.ready() == true and not nginx.must_block()
end

--- True when other coroutines run while a call waits here: then it can wait for their work.
function waiting.is_shared()
   return current_map() ~= nil or sleeps()
end

-- Makes the list of things. A call that drives the engine itself does not need it.
local function listed(things)
   return type(things) == "function" and things() or things
end

--- Waits until one of several things is done, or until the deadline. It may return sooner: the caller checks, and waits
-- again.
-- @param things an array, or a function that makes it; each thing has a method `done`, as a transfer has
-- @tparam number deadline on the monotonic clock
-- @treturn boolean false when waiting is no longer possible
function waiting.any(things, deadline)
   local map = current_map()
   if map then return map:wait(listed(things), deadline) end
   local driver = waiting.engine()
   if not driver then return false end
   if sleeps() then
      nginx.any(driver, listed(things), deadline)
      return true
   end
   local left_ms = math.ceil((deadline - native.now()) * 1000)
   return driver:wait(math.max(0, math.min(left_ms, longest_wait_ms))) ~= nil
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
   if not driver then return end
   if in_nginx and not nginx.must_block() then
      nginx.begin(driver)
   else
      driver:run_due()
   end
end

--- Waits until a transfer is done. A transfer has a time limit of its own, so this ends.
function waiting.transfer(transfer)
   if in_nginx and not nginx.must_block() then -- it was asked whether it can wait
      if not current_map() then return nginx.transfer(waiting.engine(), transfer) end
      waiting.begin() -- another item may sleep before the map waits
   end
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
