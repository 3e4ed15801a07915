--- How a call waits inside nginx: its request waits on a semaphore, and one timer per worker drives the engine.
-- @module personalize.http.loops.nginx
-- @local

local native = require "personalize.native"
local driver = require "personalize.http.loops.nginx.driver"
local errors = require "personalize.error"
local waiters = require "personalize.http.loops.nginx.waiters"

local nginx = {}

local ngx = rawget(_G, "ngx")

-- The phases in which nginx can suspend Lua code.
local phases = { rewrite = true, server_rewrite = true, access = true, content = true, timer = true }

-- Seconds after which every waiter wakes and ticks once, in case the driver is gone.
local longest_wait = 0.5

-- Seconds between two looks at a thing that is no transfer: another request does it, and signals nothing.
local look_interval = 0.01

-- nginx counts in milliseconds, and takes less than one for zero.
local shortest_wait = 0.001

--- True inside nginx with its Lua module.
function nginx.is_here()
   return type(ngx) == "table" and ngx.get_phase ~= nil and ngx.timer ~= nil
end

--- True when a call can wait here and now. Ask before the call begins.
-- @treturn boolean true; or nil and an error object of kind `cannot_wait`
function nginx.ready()
   local phase = ngx.get_phase()
   if phase == "init" then return true end
   if not phases[phase] then
      return errors.fail("cannot_wait", ("nginx cannot wait in the phase %s; make the call in a timer: "
         .. "ngx.timer.at(0, function() ... end)"):format(phase))
   elseif not native.can_yield() then
      return errors.fail("cannot_wait", "nginx cannot wait below a C function (a callback of string.gsub or "
         .. "table.sort, a module while it is required); make the call outside, or in a timer: "
         .. "ngx.timer.at(0, function() ... end)")
   end
   return true
end

--- True when a call has to block: while nginx starts, nothing else runs.
function nginx.must_block()
   return ngx.get_phase() == "init"
end

--- Chooses how the driver of this worker learns of work: `wake` or `tick`. The first choice stays.
nginx.choose = driver.choose

-- Waits until the semaphore is posted, at most for a time.
local function wait_for_post(engine, semaphore, longest)
   local driven = driver.ensure(engine)
   local posted = semaphore:wait(math.min(longest, driven and longest_wait or driver.patience))
   if not posted then driver.work_beside(engine) end
end

--- Makes the driver begin what was enqueued.
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

local function wait_for_transfers(engine, transfers, longest)
   local semaphore = waiters.take_semaphore()
   for _, transfer in ipairs(transfers) do waiters.set(transfer:number(), semaphore) end
   wait_for_post(engine, semaphore, longest)
   for _, transfer in ipairs(transfers) do waiters.set(transfer:number(), nil) end
   waiters.give_semaphore(semaphore)
end

--- Waits until one of several things is done, at most until the deadline. It may return sooner.
-- @tparam userdata engine
-- @tparam table things each with `done()`
-- @tparam number deadline on the monotonic clock
function nginx.any(engine, things, deadline)
   if native.now() >= deadline then return end
   local left = math.max(deadline - native.now(), shortest_wait)
   local transfers, longest = {}, longest_wait
   for _, thing in ipairs(things) do
      if thing:done() then return end
      if thing.cancel then
         transfers[#transfers + 1] = thing
      else
         longest = look_interval
      end
   end
   if #transfers == 0 then return ngx.sleep(math.min(left, longest)) end
   wait_for_transfers(engine, transfers, math.min(left, longest))
end

return nginx
