--- How a call waits inside nginx: its request sleeps on a semaphore while one timer per worker drives the engine.
--
-- The driver is told that the engine has something to do in one of two ways. Waking: a small thread sends a byte to a
-- socket that the driver reads. Ticking: the driver looks each millisecond. Where waking cannot be had, it ticks.
--
-- A light thread beside it, the starter, has the engine begin what was enqueued, when all requests of one turn of nginx's
-- loop have asked for theirs.
-- @module personalize.openresty
-- @local

local native = require "personalize.native"
local errors = require "personalize.error"

local openresty = {}

local ngx = rawget(_G, "ngx")

-- The phases in which nginx can suspend Lua code.
local phases = { rewrite = true, server_rewrite = true, access = true, content = true, timer = true }

local tick_seconds = 0.001

-- So often the driver that ticks looks at a time, as long as there is something.
local most_ticks = 4

-- How often an exiting worker looks for calls that nobody waits for, in seconds.
local drop_interval = 0.2

-- How long an idle driver stays for the next call.
local linger_seconds = 0.2

-- Every waiter wakes after so long and ticks once, whatever happened to the driver.
local longest_wait = 0.5

-- What is no transfer is done by another request: whoever waits for it looks this often.
local look_interval = 0.01

-- Without a sign of the driver for so long, waiters tick themselves, and another one is started.
local patience = 0.05
local restart_after = 1

local longest_read_ms = 2 ^ 31 - 1

--- Whether this is nginx with its Lua module.
function openresty.is_here()
   return type(ngx) == "table" and ngx.get_phase ~= nil and ngx.timer ~= nil
end

--- Whether a call may wait here and now; to be asked before it begins.
-- @treturn boolean true; or nil and an error object of kind `cannot_wait`
-- @treturn boolean whether it must block instead (while nginx starts, nothing else runs)
function openresty.ready()
   local phase = ngx.get_phase()
   if phase == "init" then return true, true end
   if not phases[phase] then
      return errors.fail("cannot_wait", ("nginx cannot wait in the phase %s; make the call in a timer: "
         .. "ngx.timer.at(0, function() ... end)"):format(phase))
   elseif not native.can_yield() then
      return errors.fail("cannot_wait", "nginx cannot wait below a C function (a callback of string.gsub or "
         .. "table.sort, a module while it is required); make the call outside, or in a timer: "
         .. "ngx.timer.at(0, function() ... end)")
   end
   return true, false
end

-- ------------------------------------------------------------------ who waits

-- The number of a transfer -> the semaphore of its waiter. Weak: an aborted request leaves nothing here.
local waiters = setmetatable({}, { __mode = "v" })

local spare_semaphores = {}

local function take_semaphore()
   local semaphore = table.remove(spare_semaphores)
   return semaphore or assert(require("ngx.semaphore").new(0))
end

-- A waiter for several transfers may have been told more than once.
local function give_semaphore(semaphore)
   while semaphore:count() > 0 do semaphore:wait(0) end
   if #spare_semaphores < 128 then table.insert(spare_semaphores, semaphore) end
end

local function post_all()
   for number, semaphore in pairs(waiters) do
      waiters[number] = nil
      semaphore:post(1)
   end
end

-- Wakes whoever waits for a transfer that ended; tells whether there was one.
local function post_ended(engine)
   local posted = false
   while true do
      local number = engine:take_ended()
      if number == nil then return posted end
      if number == true then
         post_all()
         return true
      end
      posted = true
      local semaphore = waiters[number]
      if semaphore then
         waiters[number] = nil
         semaphore:post(1)
      end
   end
end

local function work(engine)
   engine:tick()
   return post_ended(engine)
end

-- ------------------------------------------------------------------ the driver

local driver = {
   mode = nil, -- "wake" or "tick"; the worker's first client decides
   alive_at = -math.huge, -- its last sign, on the monotonic clock
   running = false,
   started_at = -math.huge,
   waker = nil,
   idle = nil, -- the semaphore on which it waits when there is nothing to do
   starter = nil, -- the light thread beside it: `semaphore`, whether it `waits` on that, whether it has `ended`
}

--- Chooses how the driver of this worker is told of work; the first choice stays.
function openresty.choose(mode)
   driver.mode = driver.mode or mode
end

local function warn_once(message)
   if driver.warned then return end
   driver.warned = true
   ngx.log(ngx.WARN, "personalize: ", message)
end

-- A worker that has to end may have lost the requests that waited: what nobody waits for is cancelled by the
-- collector.
local function drop_abandoned()
   if not ngx.worker.exiting() or native.now() < (driver.next_drop or 0) then return end
   collectgarbage "collect"
   driver.next_drop = native.now() + drop_interval
end

-- A tick does a few things at a time: there may be more.
local function tick_until_idle(engine)
   while engine:active() > 0 do
      local ticks = 0
      repeat
         ticks = ticks + 1
      until not work(engine) or ticks == most_ticks
      driver.alive_at = native.now()
      drop_abandoned()
      ngx.sleep(tick_seconds)
   end
end

-- The socket that the thread writes to: a new one, or the one that an earlier driver gave back.
local function open_socket(engine)
   local waker = driver.waker
   local socket = ngx.socket.tcp()
   if waker then
      local address = "unix:" .. waker:path()
      if socket:connect(address, { pool = address, pool_size = 1 }) then return socket end
      waker:close()
      driver.waker = nil
   end
   local reason
   waker, reason = native.http.waker(engine)
   if not waker then return nil, reason.message end
   local address = "unix:" .. waker:path()
   local fine
   fine, reason = socket:connect(address, { pool = address, pool_size = 1 })
   if fine then
      fine, reason = waker:accept()
      reason = reason and reason.message
   end
   if not fine then
      socket:close()
      waker:close()
      return nil, reason
   end
   driver.waker = waker
   return socket
end

-- Waits for work; false when none came for a while.
local function wait_idle()
   if ngx.worker.exiting() then return false end
   driver.idle = driver.idle or take_semaphore()
   driver.is_idle = true
   local came = driver.idle:wait(linger_seconds)
   driver.is_idle, driver.comes = false, false
   return came
end

-- Has the byte of the waker come after everybody else has had a turn, or when the engine has something to do.
-- @treturn boolean whether the socket still works
local function await_byte(socket, at_once)
   if at_once and driver.waker:poke() then
      driver.comes = true
   else
      driver.waker:arm()
      driver.sleeping = true
   end
   local byte = socket:receive(1)
   driver.sleeping, driver.comes = false, false
   return byte ~= nil
end

-- @treturn boolean whether the socket still works
local function wake_until_idle(engine, socket)
   while true do
      local ended = work(engine)
      driver.alive_at = native.now()
      if engine:active() == 0 then
         -- not armed here: no byte can come to a socket that is given back
         if not wait_idle() and engine:active() == 0 then return true end
      elseif not await_byte(socket, ended) then
         return false
      end
   end
end

local function drive_waking(engine)
   local socket, reason = open_socket(engine)
   if not socket then
      driver.mode = "tick"
      warn_once(("cannot wake the worker, so it ticks: %s"):format(tostring(reason)))
      return tick_until_idle(engine)
   end
   socket:settimeout(longest_read_ms)
   local fine = wake_until_idle(engine, socket)
   if fine and socket:setkeepalive(0, 1) then return end
   socket:close()
   driver.waker:close()
   driver.waker = nil
   if not fine and not ngx.worker.exiting() then tick_until_idle(engine) end
end

-- Work that is done beside the driver, which may sleep although nothing is in flight after it.
local function work_beside(engine)
   work(engine)
   if driver.sleeping and engine:active() == 0 then engine:wake() end
end

-- nginx resumes it when it has dealt with everything else that came in this turn.
local function start_when_called(engine, starter)
   while not starter.ended do
      starter.waits = true
      local called = starter.semaphore:wait(longest_wait)
      starter.waits = false
      if called and not starter.ended then work_beside(engine) end
   end
   give_semaphore(starter.semaphore)
end

local function call_starter()
   driver.starter.waits = false
   driver.starter.semaphore:post(1)
end

local function drive_with_starter(engine)
   driver.starter = { semaphore = take_semaphore(), waits = false, ended = false }
   ngx.thread.spawn(start_when_called, engine, driver.starter)
   if driver.mode == "tick" then tick_until_idle(engine) else drive_waking(engine) end
end

local function drive(_, engine)
   driver.running = true
   driver.alive_at = native.now()
   local fine, reason = pcall(drive_with_starter, engine)
   driver.running, driver.sleeping, driver.is_idle, driver.comes = false, false, false, false
   driver.started_at = -math.huge
   if driver.starter then
      driver.starter.ended = true
      if driver.starter.waits then call_starter() end
      driver.starter = nil
   end
   if not fine then ngx.log(ngx.ERR, "personalize: the driver of the engine ended: ", tostring(reason)) end
end

-- A driver that sleeps on its socket gives no signs and needs none.
local function is_alive(now)
   if driver.running and (driver.sleeping or driver.is_idle) then return true end
   return now - math.max(driver.alive_at, driver.started_at) < patience
end

-- Has the driver, or its starter, begin what was enqueued. Nobody need be called who has this turn before them.
local function call_driver()
   if driver.comes then return end
   if driver.is_idle then
      driver.is_idle, driver.comes = false, true
      driver.idle:post(1)
   elseif driver.starter and driver.starter.waits then
      call_starter()
   end
end

local function ensure_driver(engine)
   if driver.running then
      call_driver()
      if driver.sleeping then return true end
   end
   local now = native.now()
   if driver.running then
      if now - driver.alive_at < restart_after then return is_alive(now) end
   elseif now - driver.started_at < restart_after then
      return is_alive(now)
   end
   driver.mode = driver.mode or "wake"
   driver.started_at = now
   -- of delay 0: it is also run while the worker is exiting, to answer what is in flight
   local started = ngx.timer.at(0, drive, engine)
   return started and true or false
end

-- ------------------------------------------------------------------ waiting

-- Waits until the semaphore of a waiter is posted, or for a while.
local function wait_for_post(engine, semaphore, longest)
   local alive = ensure_driver(engine)
   if not alive then work(engine) end -- may post it already
   if not semaphore:wait(math.min(longest, alive and longest_wait or patience)) then work_beside(engine) end
end

--- Waits until a transfer is done.
-- @tparam userdata engine
-- @tparam userdata transfer
function openresty.transfer(engine, transfer)
   if transfer:done() then return end
   local semaphore, number = take_semaphore(), transfer:number()
   repeat
      waiters[number] = semaphore
      wait_for_post(engine, semaphore, longest_wait)
   until transfer:done()
   waiters[number] = nil
   give_semaphore(semaphore)
end

local function wait_for_transfers(engine, transfers, longest)
   local semaphore = take_semaphore()
   for _, transfer in ipairs(transfers) do waiters[transfer:number()] = semaphore end
   wait_for_post(engine, semaphore, longest)
   for _, transfer in ipairs(transfers) do waiters[transfer:number()] = nil end
   give_semaphore(semaphore)
end

--- Waits until one of some things is done, or the deadline is past, or a while.
-- @tparam userdata engine
-- @tparam table things each with `done()`
-- @tparam number deadline on the monotonic clock
function openresty.any(engine, things, deadline)
   if native.now() >= deadline then return end
   -- nginx counts in milliseconds, and takes less than one for no time at all
   local left = math.max(deadline - native.now(), tick_seconds)
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

return openresty
