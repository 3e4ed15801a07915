--- The one timer per worker of nginx that drives the engine while something is in flight.
--
-- It learns in one of two ways that the engine has work. Waking: a small thread sends a byte to a socket that the
-- driver reads. Ticking: it looks each millisecond. It ticks where waking is not available.
--
-- A light thread beside it, the starter, lets the engine begin what was enqueued, after all requests of one turn of
-- nginx's loop have enqueued theirs.
-- @module personalize.http.loops.nginx.driver
-- @local

local native = require "personalize.native"
local waiters = require "personalize.http.loops.nginx.waiters"

local ngx = rawget(_G, "ngx")

local tick_seconds = 0.001

-- Ticks in a row while there is work.
local most_ticks = 4

-- Seconds between two looks of an exiting worker for abandoned calls.
local drop_interval = 0.2

-- Seconds that an idle driver stays for the next call, and its starter for the next turn.
local linger_seconds = 0.2
local starter_wait = 0.5

-- Seconds until callers stop relying on a driver that has not come, and until another one is started.
local patience = 0.05
local restart_after = 1

local longest_read_ms = 2 ^ 31 - 1

local state = {
   mode = nil, -- "wake" or "tick"; the worker's first client decides
   running = false,
   started_at = -math.huge, -- on the monotonic clock, while it has not come yet
   waker = nil,
   comes = false, -- it has a turn before long, and sees what was enqueued until then
   sleeping = false, -- until the waker sends a byte
   is_idle = false,
   idle = nil, -- the semaphore on which it waits when there is nothing to do
   starter = nil, -- the light thread beside it: `semaphore`, whether it `waits` on that, whether it shall have `ended`
}

local driver = { patience = patience }

--- Chooses how the driver of this worker learns of work. The first choice stays.
function driver.choose(mode)
   state.mode = state.mode or mode
end

-- Ticks the engine and wakes finished waiters; true if any finished.
local function work(engine)
   engine:tick()
   return waiters.post_ended(engine)
end

-- If a waiter did the work, the driver may sleep although nothing is in flight any more.
local function tell_driver(engine)
   if state.sleeping and engine:active() == 0 then engine:wake() end
end

--- Ticks the engine for a waiter that finds the driver too slow.
function driver.work_beside(engine)
   work(engine)
   tell_driver(engine)
end

-- Begins what was enqueued. It does not look for answers: a waiter that wakes may enqueue again in the same turn of
-- nginx's loop, and that would go on for ever.
local function begin(engine)
   if not engine:run_due() then return end
   waiters.post_ended(engine)
   tell_driver(engine)
end

local function warn_once(message)
   if state.warned then return end
   state.warned = true
   ngx.log(ngx.WARN, "personalize: ", message)
end

-- A worker that exits may have lost the requests that waited. The collector cancels their transfers.
local function drop_abandoned()
   if not ngx.worker.exiting() or native.now() < (state.next_drop or 0) then return end
   collectgarbage "collect"
   state.next_drop = native.now() + drop_interval
end

-- A tick does a bounded amount of work: there may be more.
local function tick_until_idle(engine)
   while engine:active() > 0 do
      local ticks = 0
      repeat
         ticks = ticks + 1
      until not work(engine) or ticks == most_ticks
      drop_abandoned()
      ngx.sleep(tick_seconds)
   end
end

-- Opens the socket that the thread writes to, or takes the one that an earlier driver gave back.
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

-- Waits for work; false when none came in time.
local function wait_idle()
   if ngx.worker.exiting() then return false end
   state.idle = state.idle or waiters.take_semaphore()
   state.is_idle = true
   local came = state.idle:wait(linger_seconds)
   state.is_idle, state.comes = false, false
   return came
end

-- Arms the waker: its byte comes after all others had their turn, or when the engine has work.
-- @treturn boolean true while the socket works
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

-- @treturn boolean true while the socket works
local function wake_until_idle(engine, socket)
   while true do
      local ended = work(engine)
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
local function begin_when_called(engine, starter)
   while not starter.ended do
      starter.waits = true
      local called = starter.semaphore:wait(starter_wait)
      starter.waits = false
      if called and not starter.ended then begin(engine) end
   end
   waiters.give_semaphore(starter.semaphore)
end

local function call(starter)
   starter.waits = false
   starter.semaphore:post(1)
end

local function start_starter(engine)
   local starter = { semaphore = waiters.take_semaphore(), waits = false, ended = false }
   ngx.thread.spawn(function()
      local fine, reason = pcall(begin_when_called, engine, starter)
      if state.starter == starter then state.starter = nil end
      if not fine then ngx.log(ngx.ERR, "personalize: the starter of calls ended: ", tostring(reason)) end
   end)
   return starter
end

local function drive_with_starter(engine)
   state.starter = start_starter(engine)
   -- without a descriptor there is nothing that a waker could wait for
   if state.mode == "tick" or not engine:fd() then tick_until_idle(engine) else drive_waking(engine) end
end

local function drive(_, engine)
   if state.running then return end
   state.running = true
   local fine, reason = pcall(drive_with_starter, engine)
   local starter = state.starter
   state.running, state.sleeping, state.is_idle, state.comes, state.starter = false, false, false, false, nil
   state.started_at = -math.huge
   if starter then
      starter.ended = true
      if starter.waits then call(starter) end
   end
   if not fine then ngx.log(ngx.ERR, "personalize: the driver of the engine ended: ", tostring(reason)) end
end

-- True when the driver or its starter begins what was enqueued in this turn or the next one.
local function call_driver()
   if state.comes then return true end
   if state.is_idle then
      state.is_idle, state.comes = false, true
      state.idle:post(1)
      return true
   end
   local starter = state.starter
   if starter and starter.waits then call(starter) end
   return starter ~= nil
end

--- Makes sure that a driver runs, and that what was enqueued begins.
-- @treturn boolean false when there is no driver, and the caller has to look itself
function driver.ensure(engine)
   if state.running then
      if not call_driver() then begin(engine) end
      return true
   end
   begin(engine) -- not put off until a timer that nginx may drop
   local now = native.now()
   if now - state.started_at < restart_after then return now - state.started_at < patience end
   state.mode = state.mode or "wake"
   state.started_at = now
   -- of delay 0: it is also run while the worker is exiting, to answer what is in flight
   return ngx.timer.at(0, drive, engine) and true or false
end

return driver
