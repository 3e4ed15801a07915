--- The timer, one for each worker of nginx, that drives the engine while a transfer is in flight.
--
-- It learns of work in one of two ways. Waking: a small thread sends a byte to a socket that the driver reads. Ticking:
-- the driver polls each millisecond. It ticks where waking is not available.
--
-- A light thread beside it, the starter, makes the engine send what was enqueued after all requests of one turn of
-- nginx's loop have enqueued theirs.
-- @module personalize.http.loops.nginx.driver
-- @local

local native = require "personalize.native"
local waiters = require "personalize.http.loops.nginx.waiters"

local ngx = rawget(_G, "ngx")

local tick_seconds = 0.001

-- Ticks in a row while the engine has work.
local most_ticks = 4

-- Seconds between two checks of an exiting worker for abandoned calls, or more while the driver sleeps: `starter_wait`.
local drop_interval = 0.2

-- Seconds that an idle driver waits for the next call, and its starter for the next turn.
local linger_seconds = 0.2
local starter_wait = 0.5

-- Seconds after which callers stop relying on a driver whose timer has not run, and another one is started.
local patience = 0.05
local restart_after = 1

local longest_read_ms = 2 ^ 31 - 1

local state = {
   mode = nil, -- "wake" or "tick"; the worker's first client decides
   running = false,
   started_at = -math.huge, -- on the monotonic clock; set until the timer runs
   has_started = false, -- any timer, since this worker began
   waker = nil,
   comes = false, -- it runs soon, and sees what is enqueued until then
   sleeping = false, -- until the waker sends a byte
   is_idle = false,
   idle = nil, -- the semaphore on which it waits when idle
   starter = nil, -- the light thread: its `semaphore`, whether it `waits` on that, and whether it must end (`ended`)
}

local driver = { patience = patience }

--- Chooses how this worker's driver learns of work. Later choices have no effect.
function driver.choose(mode)
   state.mode = state.mode or mode
end

-- Ticks the engine and wakes finished waiters; true if any finished.
local function work(engine)
   engine:tick()
   return waiters.post_ended(engine)
end

-- Wakes the driver if a waiter did the last work: the driver may be asleep although nothing is in flight any more.
local function tell_driver(engine)
   if state.sleeping and engine:active() == 0 then engine:wake() end
end

--- Ticks the engine for a waiter that woke before the driver did.
function driver.work_beside(engine)
   work(engine)
   tell_driver(engine)
end

-- Sends what was enqueued. It does not look for answers: a waiter that wakes may enqueue again in the same turn of
-- nginx's loop, which would never end.
local function begin(engine)
   if not engine:run_due() then return end
   waiters.post_ended(engine)
   tell_driver(engine)
end

-- A worker that exits may have lost the requests that waited. The garbage collector cancels their transfers.
local function drop_abandoned()
   if not ngx.worker.exiting() or native.now() < (state.next_drop or 0) then return end
   collectgarbage "collect"
   state.next_drop = native.now() + drop_interval
end

-- Each tick does a limited amount of work, so there may be more to do.
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

-- Opens the socket that the thread writes to, or reuses the one of an earlier driver.
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

-- Waits for work; false if none came in time.
local function wait_idle()
   if ngx.worker.exiting() then return false end
   state.idle = state.idle or waiters.take_semaphore()
   state.is_idle = true
   local came = state.idle:wait(linger_seconds)
   state.is_idle, state.comes = false, false
   return came
end

-- Arms the waker. Its byte comes when the engine has work, or, with `at_once`, after all other events had their turn.
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
         -- not armed here: no byte may come to a socket that was given back
         if not wait_idle() and engine:active() == 0 then return true end
      elseif not await_byte(socket, ended) then
         return false
      end
   end
end

local function drive_waking(engine)
   local socket, reason = open_socket(engine)
   if not socket then
      state.mode = "tick" -- from now on
      ngx.log(ngx.WARN, "personalize: cannot wake the worker, so it ticks: ", tostring(reason))
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

-- nginx resumes this light thread after all other events of the turn. It also looks for abandoned calls: the driver may
-- sleep for as long as they last, and nginx logs each read that has a time limit and reaches it.
local function begin_when_called(engine, starter)
   while not starter.ended do
      starter.waits = true
      local called = starter.semaphore:wait(starter_wait)
      starter.waits = false
      if called and not starter.ended then begin(engine) end
      -- a driver that sleeps is woken when its last transfer is cancelled
      drop_abandoned()
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
   -- without a descriptor the waker has nothing to wait for
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

-- True when the driver or its starter sends what was enqueued, in this turn or the next one.
local function call_driver()
   if state.comes then return true end
   if state.is_idle then
      state.comes = true
      state.idle:post(1)
      return true
   end
   local starter = state.starter
   if starter and starter.waits then call(starter) end
   return starter ~= nil
end

--- True while nginx runs the timer.
function driver.is_running()
   return state.running
end

--- Makes sure that a driver runs and that enqueued requests are sent.
-- @treturn boolean false when no driver runs or is about to. One that is about to may never come: see `is_running`
function driver.ensure(engine)
   if state.running then
      if not call_driver() then begin(engine) end
      return true
   end
   begin(engine) -- at once: nginx may never run the timer
   local now = native.now()
   if now - state.started_at < restart_after then return now - state.started_at < patience end
   -- the first timer of a worker that exits makes nginx complain of a socket that was left open
   if not state.has_started and ngx.worker.exiting() then return false end
   state.mode = state.mode or "wake"
   state.started_at, state.has_started = now, true
   -- nginx runs timers of delay 0 also while the worker is exiting: so calls in flight still get their answers
   return ngx.timer.at(0, drive, engine) and true or false
end

return driver
