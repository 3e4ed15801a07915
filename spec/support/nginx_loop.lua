-- A loop like nginx's, on a clock that stands still while anybody runs: it has what the driver asks of nginx and of the
-- engine, so that a spec sees each turn. Real nginx is in spec/openresty.
local nginx_loop = {}

local Loop = {}
Loop.__index = Loop

-- A coroutine of the loop; it goes on when what it yields says so.
function Loop:spawn(fn, ...)
   local task = { coroutine = coroutine.create(fn), arguments = { ... }, count = select("#", ...) }
   self.tasks[#self.tasks + 1] = task
   return task
end

-- How many coroutines are not over.
function Loop:living()
   local count = 0
   for _, task in ipairs(self.tasks) do
      if coroutine.status(task.coroutine) ~= "dead" then count = count + 1 end
   end
   return count
end

local unpack = table.unpack or unpack -- luacheck: ignore

-- Lets the timers come that were held back.
function Loop:release_timers()
   self.holds_timers = false
   for _, each in ipairs(self.held) do self:spawn(each[1], false, unpack(each, 2)) end
   self.held = {}
end

local function resume(task)
   local fine, is_ready, at = coroutine.resume(task.coroutine, unpack(task.arguments, 1, task.count))
   task.arguments, task.count = {}, 0
   if not fine then error(debug.traceback(task.coroutine, is_ready), 0) end
   local is_over = coroutine.status(task.coroutine) == "dead"
   task.is_ready, task.at = is_ready, is_over and math.huge or at
end

local function wait(is_ready, at)
   coroutine.yield(is_ready, at)
end

-- Resumes everybody who can go on, round after round, until nobody can. True if anybody could.
local function run_ready(self)
   local any, resumed = false, true
   while resumed do
      resumed = false
      for _, task in ipairs { unpack(self.tasks) } do
         local is_over = coroutine.status(task.coroutine) == "dead"
         if not is_over and (not task.is_ready or task.is_ready() or self.clock >= task.at) then
            resume(task)
            any, resumed = true, true
            self.turns = self.turns + 1
            assert(self.turns < 100000, "the loop does not come to rest")
         end
      end
   end
   return any
end

-- Runs until this time on the clock; nobody sees it pass but by waiting.
function Loop:run_until(time)
   while true do
      run_ready(self)
      local at = time
      for _, task in ipairs(self.tasks) do
         if coroutine.status(task.coroutine) ~= "dead" then at = math.min(at, task.at) end
      end
      at = math.min(at, self.engine:next_end(self.clock))
      if at >= time then break end
      self.clock = at
      self.engine:look()
   end
   self.clock = time
   self.engine:look()
   run_ready(self)
end

local function new_semaphore(loop, count)
   local semaphore = { posts = count }
   loop.semaphores = loop.semaphores + 1
   function semaphore:post(more) self.posts = self.posts + (more or 1) end
   function semaphore:count() return self.posts end
   function semaphore:wait(seconds)
      assert(seconds >= 0, "timeout must not be negative")
      if self.posts == 0 and seconds > 0 then
         wait(function() return self.posts > 0 end, loop.clock + seconds)
      end
      if self.posts == 0 then return nil, "timeout" end
      self.posts = self.posts - 1
      return true
   end
   return semaphore
end

-- The loop's side of the waking socket. A connection that was kept is found under the name of its pool for so long as
-- was asked; a new one is made only to a waker that still listens. `raises` says when reading raises an error.
local function new_socket(loop)
   local socket = { timeout = 60 }
   local address, pool
   function socket.connect(_, where, options)
      loop.connects[#loop.connects + 1] = where
      address, pool = where, options and options.pool or where
      local kept = loop.pools[pool]
      loop.pools[pool] = nil
      if kept and kept.address == address and loop.clock < kept.ends_at then return 1 end
      if loop.refuses_sockets then return nil, "refused" end
      if not loop.listening[address] then return nil, "no such file" end
      return 1
   end
   function socket.settimeout(_, milliseconds) socket.timeout = milliseconds / 1000 end
   function socket.receive()
      local function raises() return loop.raises and loop.raises() end
      wait(function() return loop.bytes > 0 or loop.is_broken or raises() end, loop.clock + socket.timeout)
      if raises() then error("the spec's", 0) end
      if loop.is_broken then return nil, "closed" end
      if loop.bytes == 0 then return nil, "timeout" end
      loop.bytes = loop.bytes - 1
      return "x"
   end
   function socket.setkeepalive(_, milliseconds)
      if loop.refuses_keepalive then return nil, "closed" end
      loop.kept = loop.kept + 1
      local ends_at = milliseconds == 0 and math.huge or loop.clock + milliseconds / 1000
      loop.pools[pool] = { address = address, ends_at = ends_at }
      return 1
   end
   function socket.close() loop.closed_sockets = loop.closed_sockets + 1 end
   return socket
end

-- The thread that writes to it; its path is gone after the first connection was accepted.
local function new_waker(loop)
   local waker, path = {}, "/tmp/waker" .. loop.wakers
   loop.listening["unix:" .. path] = true
   loop.bytes, loop.is_armed = 0, false
   function waker.path() return path end
   function waker.accept()
      loop.listening["unix:" .. path] = nil
      if loop.refuses_accept then return nil, { message = "nobody connected" } end
      return true
   end
   function waker.arm()
      loop.is_armed = true
      loop.engine:look()
      return true
   end
   function waker.poke()
      if loop.refuses_pokes then return false end
      loop.pokes = loop.pokes + 1
      loop.bytes = loop.bytes + 1
      return true
   end
   function waker.close()
      loop.listening["unix:" .. path] = nil
      loop.closed_wakers = loop.closed_wakers + 1
   end
   return waker
end

-- An engine whose transfers end so long after they were begun. `most_ended` is how many a tick ends.
local function new_engine(loop)
   local engine = { enqueued = {}, transfers = {}, ended = {}, ticks = 0, due_runs = 0, wakes = 0, last = 0,
      most_ended = math.huge }
   -- Wakes whoever armed the waker when there is something to do.
   function engine:look()
      if loop.is_armed and (self.is_woken or self:has_ended()) then
         loop.is_armed, self.is_woken = false, false
         loop.bytes = loop.bytes + 1
      end
   end
   function engine:add(seconds)
      self.last = self.last + 1
      self.enqueued[self.last] = seconds
      return self.last
   end
   function engine:begin()
      for number, seconds in pairs(self.enqueued) do self.transfers[number] = loop.clock + seconds end
      self.enqueued = {}
   end
   -- Ends what is due; true if anything was.
   function engine:finish()
      local count = 0
      for number, at in pairs(self.transfers) do
         if at <= loop.clock and count < self.most_ended then
            self.transfers[number], count = nil, count + 1
            self.ended[#self.ended + 1] = number
         end
      end
      return count > 0
   end
   -- When the next transfer ends, of those that end after a time.
   function engine:next_end(after)
      local first = math.huge
      for _, at in pairs(self.transfers) do
         if at > after then first = math.min(first, at) end
      end
      return first
   end
   function engine:has_ended()
      for _, at in pairs(self.transfers) do
         if at <= loop.clock then return true end
      end
      return false
   end
   function engine:active()
      local count = 0
      for _, list in ipairs { self.enqueued, self.transfers } do
         for _ in pairs(list) do count = count + 1 end
      end
      return count
   end
   function engine:tick()
      self.ticks = self.ticks + 1
      self:begin()
      self:finish()
      return true
   end
   -- Of transfers that fail when they begin, the end is seen here already.
   function engine:run_due()
      self.due_runs = self.due_runs + 1
      self:begin()
      return self:finish()
   end
   function engine:take_ended() return table.remove(self.ended, 1) end
   function engine:wake()
      self.wakes = self.wakes + 1
      self.is_woken = true
      self:look()
   end
   function engine:fd() return self.descriptor end
   engine.descriptor = 7
   return engine
end

-- What the driver finds as `ngx`.
local function new_ngx(loop)
   return {
      WARN = "warn", ERR = "error",
      log = function(level, ...) loop.logged[#loop.logged + 1] = level .. ": " .. table.concat { ... } end,
      sleep = function(seconds)
         loop.sleeps = loop.sleeps + 1
         wait(function() return false end, loop.clock + seconds)
      end,
      worker = { exiting = function() return loop.is_exiting end },
      timer = { at = function(delay, fn, ...)
         if loop.drops_timers then return nil, "too many" end
         loop.timers = loop.timers + 1
         if loop.holds_timers then
            loop.held[#loop.held + 1] = { fn, ... }
            return true
         end
         local task = loop:spawn(fn, false, ...)
         if delay > 0 then task.is_ready, task.at = function() return false end, loop.clock + delay end
         return true
      end },
      thread = { spawn = function(fn)
         local task = loop:spawn(fn)
         resume(task)
         return task
      end },
      socket = { tcp = function() return new_socket(loop) end },
   }
end

local replaced = { "personalize.http.loops.nginx.driver", "personalize.http.loops.nginx.waiters", "ngx.semaphore" }

-- A new loop with a driver of its own; `leave` puts back what was there before.
-- @treturn table `driver`, `waiters`, `engine`, `clock`, and counts of what was asked for
function nginx_loop.enter()
   local native = require "personalize.native"
   local loop = setmetatable({ clock = 1000, tasks = {}, turns = 0, bytes = 0, pokes = 0, kept = 0, sleeps = 0,
      timers = 0, semaphores = 0, collections = 0,
      held = {}, tries = 0, wakers = 0, closed_sockets = 0, closed_wakers = 0, connects = {}, pools = {},
      listening = {}, logged = {} }, Loop)
   loop.engine = new_engine(loop)
   local now, waker, ngx, loaded = native.now, native.http.waker, rawget(_G, "ngx"), {}
   for _, name in ipairs(replaced) do loaded[name], package.loaded[name] = package.loaded[name], nil end
   native.now = function() return loop.clock end
   native.http.waker = function()
      loop.tries = loop.tries + 1
      if loop.has_no_waker then return nil, { message = "no folder" } end
      loop.wakers = loop.wakers + 1
      return new_waker(loop)
   end
   local collect = collectgarbage
   rawset(_G, "collectgarbage", function(...)
      if ... == "collect" then loop.collections = loop.collections + 1 end
      return collect(...)
   end)
   rawset(_G, "ngx", new_ngx(loop))
   package.loaded["ngx.semaphore"] = { new = function(count) return new_semaphore(loop, count) end }
   loop.waiters = require "personalize.http.loops.nginx.waiters"
   loop.driver = require "personalize.http.loops.nginx.driver"
   function loop.leave()
      native.now, native.http.waker = now, waker
      rawset(_G, "ngx", ngx)
      rawset(_G, "collectgarbage", collect)
      for _, name in ipairs(replaced) do package.loaded[name] = loaded[name] end
   end
   return loop
end

return nginx_loop
