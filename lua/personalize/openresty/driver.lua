--- The one timer per worker of nginx that drives the engine while something is in flight.
--
-- It is told that the engine has something to do in one of two ways. Waking: a small thread sends a byte to a socket
-- that it reads. Ticking: it looks each millisecond. Where waking cannot be had, it ticks.
--
-- A light thread beside it, the starter, has the engine begin what was enqueued, when all requests of one turn of
-- nginx's loop have asked for theirs.
-- @module personalize.openresty.driver
-- @local

local native = require "personalize.native"
local waiters = require "personalize.openresty.waiters"

local ngx = rawget(_G, "ngx")

local tick_seconds = 0.001

-- So often the driver that ticks looks at a time, as long as there is something.
local most_ticks = 4

-- How often an exiting worker looks for calls that nobody waits for, in seconds.
local drop_interval = 0.2

-- How long an idle driver stays for the next call, and its starter for the next turn.
local linger_seconds = 0.2
local starter_wait = 0.5

-- Without a sign of the driver for so long it is not relied on, and then another one is started.
local patience = 0.05
local restart_after = 1

local longest_read_ms = 2 ^ 31 - 1

local state = {
   mode = nil, -- "wake" or "tick"; the worker's first client decides
   alive_at = -math.huge, -- its last sign, on the monotonic clock
   running = false,
   started_at = -math.huge,
   waker = nil,
   idle = nil, -- the semaphore on which it waits when there is nothing to do
   starter = nil, -- the light thread beside it: `semaphore`, whether it `waits` on that, whether it has `ended`
}

local driver = { patience = patience }

--- Chooses how the driver of this worker is told of work; the first choice stays.
function driver.choose(mode)
   state.mode = state.mode or mode
end

--- Has the engine do what there is to do, and wakes whoever waited for what ended.
-- @treturn boolean whether something ended
function driver.work(engine)
   engine:tick()
   return waiters.post_ended(engine)
end

local work = driver.work

--- The same, when it is not the driver who does it: that may sleep although nothing is in flight any more.
function driver.work_beside(engine)
   work(engine)
   if state.sleeping and engine:active() == 0 then engine:wake() end
end

local function warn_once(message)
   if state.warned then return end
   state.warned = true
   ngx.log(ngx.WARN, "personalize: ", message)
end

-- A worker that has to end may have lost the requests that waited: what nobody waits for is cancelled by the
-- collector.
local function drop_abandoned()
   if not ngx.worker.exiting() or native.now() < (state.next_drop or 0) then return end
   collectgarbage "collect"
   state.next_drop = native.now() + drop_interval
end

-- A tick does a few things at a time: there may be more.
local function tick_until_idle(engine)
   while engine:active() > 0 do
      local ticks = 0
      repeat
         ticks = ticks + 1
      until not work(engine) or ticks == most_ticks
      state.alive_at = native.now()
      drop_abandoned()
      ngx.sleep(tick_seconds)
   end
end

-- The socket that the thread writes to: a new one, or the one that an earlier driver gave back.
local function open_socket(engine)
   local waker = state.waker
   local socket = ngx.socket.tcp()
   if waker then
      local address = "unix:" .. waker:path()
      if socket:connect(address, { pool = address, pool_size = 1 }) then return socket end
      waker:close()
      state.waker = nil
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
   state.waker = waker
   return socket
end

-- Waits for work; false when none came for a while.
local function wait_idle()
   if ngx.worker.exiting() then return false end
   state.idle = state.idle or waiters.take_semaphore()
   state.is_idle = true
   local came = state.idle:wait(linger_seconds)
   state.is_idle, state.comes = false, false
   return came
end

-- Has the byte of the waker come after everybody else has had a turn, or when the engine has something to do.
-- @treturn boolean whether the socket still works
local function await_byte(socket, at_once)
   if at_once and state.waker:poke() then
      state.comes = true
   else
      state.waker:arm()
      state.sleeping = true
   end
   local byte = socket:receive(1)
   state.sleeping, state.comes = false, false
   return byte ~= nil
end

-- @treturn boolean whether the socket still works
local function wake_until_idle(engine, socket)
   while true do
      local ended = work(engine)
      state.alive_at = native.now()
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
      state.mode = "tick"
      warn_once(("cannot wake the worker, so it ticks: %s"):format(tostring(reason)))
      return tick_until_idle(engine)
   end
   socket:settimeout(longest_read_ms)
   local fine = wake_until_idle(engine, socket)
   if fine and socket:setkeepalive(0, 1) then return end
   socket:close()
   state.waker:close()
   state.waker = nil
   if not fine and not ngx.worker.exiting() then tick_until_idle(engine) end
end

-- nginx resumes it when it has dealt with everything else that came in this turn.
local function start_when_called(engine, starter)
   while not starter.ended do
      starter.waits = true
      local called = starter.semaphore:wait(starter_wait)
      starter.waits = false
      if called and not starter.ended then driver.work_beside(engine) end
   end
   waiters.give_semaphore(starter.semaphore)
end

local function call_starter()
   state.starter.waits = false
   state.starter.semaphore:post(1)
end

local function drive_with_starter(engine)
   state.starter = { semaphore = waiters.take_semaphore(), waits = false, ended = false }
   ngx.thread.spawn(start_when_called, engine, state.starter)
   if state.mode == "tick" then tick_until_idle(engine) else drive_waking(engine) end
end

local function drive(_, engine)
   state.running = true
   state.alive_at = native.now()
   local fine, reason = pcall(drive_with_starter, engine)
   state.running, state.sleeping, state.is_idle, state.comes = false, false, false, false
   state.started_at = -math.huge
   if state.starter then
      state.starter.ended = true
      if state.starter.waits then call_starter() end
      state.starter = nil
   end
   if not fine then ngx.log(ngx.ERR, "personalize: the driver of the engine ended: ", tostring(reason)) end
end

-- A driver that sleeps on its socket gives no signs and needs none.
local function is_alive(now)
   if state.running and (state.sleeping or state.is_idle) then return true end
   return now - math.max(state.alive_at, state.started_at) < patience
end

-- Has the driver, or its starter, begin what was enqueued. Nobody need be called who has this turn before them.
local function call_driver()
   if state.comes then return end
   if state.is_idle then
      state.is_idle, state.comes = false, true
      state.idle:post(1)
   elseif state.starter and state.starter.waits then
      call_starter()
   end
end

--- Sees to it that what is in flight is driven, and what was enqueued begun.
-- @treturn boolean whether it is: else the caller has to do it
function driver.ensure(engine)
   if state.running then
      call_driver()
      if state.sleeping then return true end
   end
   local now = native.now()
   if state.running then
      if now - state.alive_at < restart_after then return is_alive(now) end
   else
      work(engine) -- not put off until a timer that nginx may drop
      if now - state.started_at < restart_after then return is_alive(now) end
   end
   state.mode = state.mode or "wake"
   state.started_at = now
   -- of delay 0: it is also run while the worker is exiting, to answer what is in flight
   local started = ngx.timer.at(0, drive, engine)
   return started and true or false
end

return driver
