--- How a call waits inside nginx: its request waits on a semaphore, and one timer in each worker drives the engine.
-- @module personalize.http.loops.nginx
-- @local

local caller = require "personalize.caller"
local driver = require "personalize.http.loops.nginx.driver"
local errors = require "personalize.error"
local native = require "personalize.native"
local waiters = require "personalize.http.loops.nginx.waiters"

-- `lets_items_sleep`: an item of a map may sleep by nginx's own functions before the map waits.
local nginx = { lets_items_sleep = true }

local ngx = rawget(_G, "ngx")

-- Seconds after which every waiter wakes and ticks the engine once, in case the driver is gone.
local longest_wait = 0.5

-- nginx counts milliseconds and rounds anything below one to zero.
local shortest_wait = 0.001

--- True inside nginx with its Lua module.
function nginx.is_here()
   return type(ngx) == "table" and ngx.get_phase ~= nil and ngx.timer ~= nil
end

--- True when nginx can suspend its requests. While nginx starts, nothing else runs, so a call blocks.
function nginx.runs_here()
   return ngx.get_phase() ~= "init"
end

--- True when a call can wait here and now. Call this before the call begins.
-- @treturn boolean true; or nil and an error object of kind `cannot_wait`
function nginx.ready()
   local phase = ngx.get_phase()
   if not caller.phases[phase] then
      return errors.fail("cannot_wait", ("nginx cannot wait in the phase %s; make the call in a timer: "
         .. "ngx.timer.at(0, function() ... end)"):format(phase))
   elseif not native.can_yield() then
      return errors.fail("cannot_wait", "nginx cannot wait below a C function (a callback of string.gsub or "
         .. "table.sort, a module while it is required); make the call outside, or in a timer: "
         .. "ngx.timer.at(0, function() ... end)")
   end
   return true
end

--- Chooses how this worker's driver learns of work: `wake` or `tick`. Later choices have no effect.
nginx.choose = driver.choose

-- Waits until the semaphore is posted, or for `longest` seconds. A driver that does not run yet may never come, since
-- nginx drops timers when it has too many: then the wait is shorter.
local function wait_for_post(engine, semaphore, longest)
   driver.ensure(engine)
   local posted
   if not driver.is_running() then
      posted = semaphore:wait(math.min(longest, driver.patience))
      longest = longest - driver.patience
   end
   if not posted and longest > 0 and driver.is_running() then posted = semaphore:wait(longest) end
   if not posted then driver.work_beside(engine) end
end

--- Makes the driver send the requests that were enqueued.
nginx.begin = driver.ensure

--- Waits until a transfer is done.
-- @tparam userdata engine
-- @tparam userdata transfer
function nginx.transfer(engine, transfer)
   if transfer:done() then return end
   local number, semaphore = transfer:number(), waiters.take_semaphore()
   repeat
      waiters.set(number, semaphore)
      wait_for_post(engine, semaphore, longest_wait)
   until transfer:done()
   waiters.set(number, nil)
   waiters.give_semaphore(semaphore)
end

-- The semaphore is posted when one of the things is done.
local function watch(things, semaphore)
   for _, thing in ipairs(things) do
      if thing.number then waiters.set(thing:number(), semaphore) else thing:watch(semaphore) end
   end
end

local function unwatch(things, semaphore)
   for _, thing in ipairs(things) do
      if thing.number then waiters.set(thing:number(), nil) else thing:unwatch(semaphore) end
   end
end

--- Waits until one of several things is done, at most until the deadline. It may return sooner.
-- @tparam userdata engine
-- @tparam table things transfers, and others that signal their end
-- @tparam number deadline on the monotonic clock
function nginx.wait(engine, things, deadline)
   if native.now() >= deadline then return true end
   for _, thing in ipairs(things) do
      if thing:done() then return true end
   end
   local left = math.min(math.max(deadline - native.now(), shortest_wait), longest_wait)
   if #things == 0 then
      ngx.sleep(left)
      return true
   end
   local semaphore = waiters.take_semaphore()
   watch(things, semaphore)
   wait_for_post(engine, semaphore, left)
   unwatch(things, semaphore)
   waiters.give_semaphore(semaphore)
   return true
end

return nginx
