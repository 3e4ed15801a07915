--- Many calls at once, in straight-line code: one function, many items, one thread.
--
-- Each item has a coroutine of its own. When a call in it waits, it yields to `map.run`, which waits for all
-- items together, by the loop in which it was called itself: blocking, nginx or another one.
-- @module personalize.http.loops.map
-- @local

local errors = require "personalize.error"
local native = require "personalize.native"
local options = require "personalize.options"
local proxy = require "personalize.proxy"
local waiting = require "personalize.http.waiting"

local map = {}

-- coroutine of an item -> its map, and the set of running maps. When nginx aborts a request, `map.run` never comes to
-- its end and removes nothing, so both tables are weak. `map_of` has weak values too: a map refers to its coroutines,
-- and LuaJIT never frees an entry whose value refers to its key. The stack of `map.run` keeps a running map alive.
local map_of = setmetatable({}, { __mode = "kv" })
local maps = setmetatable({}, { __mode = "k" })

--- The options, with their rules.
map.known_options = {
   concurrency = "count",
   on_progress = "function",
   stop_on_error = "boolean",
}

local default_concurrency = 4

-- Seconds between two halvings of the limit after a 429: calls that were sent together are refused together, and count
-- once.
local slow_down_interval = 0.25

-- Sends pending requests at least this often, in seconds. Sending them together costs less, but the service would be
-- idle while slow items run.
local longest_turn = 0.001

-- Calls that an item may still try after its map was cancelled. Each fails; the next one raises.
local patience = 100

local Map = {}
Map.__index = Map

local function cancelled(message, cause)
   return errors.new { kind = "cancelled", message = message, cause = errors.is(cause) and cause or nil }
end

-- Halves the limit of items at a time after a 429, at most once in `slow_down_interval`.
function Map:slow_down()
   local now = native.now()
   if now - (self.slowed_at or -math.huge) < slow_down_interval then return end
   self.slowed_at = now
   self.limit = math.max(1, math.floor(self.limit / 2))
end

-- Raises the limit by about one when as many items as it allows have finished without an error.
local function recover(self)
   if self.limit == self.concurrency then return end
   self.limit = math.min(self.concurrency, self.limit + 1 / self.limit)
end

--- Slows all maps down, because the service answered 429.
function map.slow_down()
   for each in pairs(maps) do each:slow_down() end
end

-- True when an item's coroutine may begin a call; nil and an error object after the map was cancelled. It runs in that
-- coroutine.
function Map:ready()
   if not self.stopped then return true end
   local task = self.tasks[coroutine.running()]
   task.calls_after_stop = task.calls_after_stop + 1
   if task.calls_after_stop > patience then error(self.stopped, 0) end
   return nil, cancelled(self.stopped.message, self.stopped.cause)
end

-- Suspends an item's coroutine until one of the things is done or the deadline is past. Returns false at once when the
-- map was cancelled.
function Map:wait(things, deadline)
   if self.stopped then return false end
   local task = self.tasks[coroutine.running()]
   task.things, task.deadline = things, deadline
   coroutine.yield()
   task.things = false
   return true
end

local function is_ready(task, now)
   for _, thing in ipairs(task.things) do
      if thing:done() then return true end
   end
   return now >= task.deadline
end

local function finish(self, task, fine, result, reason)
   local index = task.index
   self.finished = self.finished + 1
   if not fine then
      self.errors[index] = result or ("fn raised " .. tostring(result)) -- fn may raise nil
   elseif result == nil and reason then
      self.errors[index] = reason
   else
      self.results[index] = result
   end
   if self.errors[index] == nil then
      recover(self)
   elseif self.stop_on_error then
      self:stop(cancelled(("stopped after the error of item %d"):format(index), self.errors[index]))
   end
   if not self.on_progress or self.stopped then return end
   local went_well, problem = pcall(self.on_progress, self.finished, self.count, self.items[index],
      self.results[index])
   if not went_well then self:stop(cancelled("stopped by on_progress: " .. tostring(problem), problem)) end
end

-- Marks a yield that ends an item; the results of `fn` follow it.
local through = {}

-- A coroutine works on one item after another: creating a coroutine costs more than a short call.
local function work_with(fn)
   return function(item, index)
      while index do
         item, index = coroutine.yield(through, fn(item, index))
      end
   end
end

local function forget(self, task)
   self.tasks[task.coroutine] = nil
   map_of[task.coroutine] = nil
end

local function send_in_time(self)
   local now = native.now()
   if now - self.turn_began < longest_turn then return end
   self.turn_began = now
   waiting.begin()
end

-- Runs an item's coroutine until it waits or has finished its item.
local function resume(self, task, ...)
   local fine, first, result, reason = coroutine.resume(task.coroutine, ...)
   send_in_time(self)
   if fine and task.things then
      self.waiting[#self.waiting + 1] = task
   elseif fine and first == through then
      self.idle[#self.idle + 1] = task
      finish(self, task, true, result, reason)
   else -- fn raised an error, or yielded by itself: its coroutine is not resumed again
      forget(self, task)
      finish(self, task, false, fine and "fn yielded by itself: only calls of this library can wait in personalize.map"
         or first)
   end
end

local function take_task(self)
   local task = table.remove(self.idle)
   if task then return task end
   task = { index = 0, coroutine = coroutine.create(self.work), things = false, deadline = 0, is_held_up = false,
      calls_after_stop = 0 }
   self.tasks[task.coroutine] = task
   map_of[task.coroutine] = self
   return task
end

local function start(self)
   self.started = self.started + 1
   local task = take_task(self)
   task.index = self.started
   resume(self, task, self.items[task.index], task.index)
end

--- Cancels the map: it starts no more items and cancels calls in flight; their coroutines run to their ends.
function Map:stop(reason)
   if self.stopped then return end
   self.stopped = reason
   for _, task in pairs(self.tasks) do
      for _, thing in ipairs(task.things or {}) do
         if thing.cancel then thing:cancel() end
      end
   end
end

-- Removes the waiting items that can go on, and returns them.
local function take_ready(self)
   local list, kept, ready, now = self.waiting, 0, {}, native.now()
   for place = 1, #list do
      local task = list[place]
      list[place] = nil
      if self.stopped or is_ready(task, now) then
         ready[#ready + 1] = task
      else
         kept = kept + 1
         list[kept] = task
      end
   end
   return ready
end

-- The number of items with a call in flight. Items that wait for other items or for time to pass do not count:
-- otherwise they would block the very items that they wait for.
local function in_flight(self)
   local count = 0
   for _, task in ipairs(self.waiting) do
      for _, thing in ipairs(task.things) do
         if thing.cancel then
            count = count + 1
            break
         end
      end
   end
   return count
end

-- Resumes items that can go on, as far as the limit allows; true if any did.
local function resume_ready(self)
   local ready, resumed = take_ready(self), false
   for _, task in ipairs(ready) do
      if self.stopped or in_flight(self) < math.floor(self.limit) then
         task.is_held_up = false
         resume(self, task)
         resumed = true
      else
         task.is_held_up = true
         self.waiting[#self.waiting + 1] = task
      end
   end
   return resumed
end

-- Does not wait for items that only the limit holds up: they could go on, so the wait would end at once.
local function wait_for_any(self)
   local deadline = math.huge
   for _, task in ipairs(self.waiting) do
      if not task.is_held_up then deadline = math.min(deadline, task.deadline) end
   end
   waiting.any(function()
      local things = {}
      for _, task in ipairs(self.waiting) do
         for _, thing in ipairs(task.is_held_up and {} or task.things) do things[#things + 1] = thing end
      end
      return things
   end, deadline)
   self.turn_began = native.now()
end

local function run(self)
   while true do
      while not self.stopped and self.started < self.count and self:running() < math.floor(self.limit) do
         start(self)
      end
      if #self.waiting == 0 then break end
      if not resume_ready(self) then wait_for_any(self) end
   end
   for _, task in ipairs(self.idle) do
      forget(self, task)
      coroutine.resume(task.coroutine) -- it has no item, so it ends
   end
   for index = self.started + 1, self.count do
      self.errors[index] = cancelled("was not started: " .. self.stopped.message, self.stopped.cause)
   end
end

function Map:running()
   return self.started - self.finished
end

-- The loop for calls within items.
local loop = {}

-- The map whose item runs in this coroutine; nil in any other coroutine.
local function current()
   local running = coroutine.running()
   return running and map_of[running]
end

-- Not below a C function: from there a call cannot yield to its map.
function loop.runs_here()
   return next(maps) ~= nil and current() ~= nil and native.can_yield()
end

function loop.ready()
   return current():ready()
end

function loop.wait(_, things, deadline)
   return current():wait(things, deadline)
end

function loop.begin(engine)
   current().below.begin(engine)
end

function loop.transfer(engine, transfer)
   -- in nginx another item may call `ngx.sleep`, and nothing would be sent meanwhile
   if current().below.lets_items_sleep then loop.begin(engine) end
   waiting.until_done(transfer, math.huge)
end

waiting.use_inner(loop)

-- Errors were made on the stacks of items, which do not tell who called the map.
local function say_where_it_was_called(self, level)
   local told = {}
   for _, err in pairs(self.errors) do
      if errors.is(err) and not told[err] then
         told[err] = true
         errors.add_stack(err, "called by personalize.map", level + 1)
      end
   end
end

-- The loop by which a map waits; for a map within a map, that of the outer one.
local function below()
   local found = waiting.loop()
   return found == loop and current().below or found
end

--- The items of a table, which may be one that shows them by metamethods. Misuse is raised at `level`, as for `error`.
-- @treturn table items
function map.items(given, where, level)
   local items, reason = proxy.list(given)
   if items then return items end
   error(("bad argument #1 to '%s' (%s)"):format(where, reason), level + 1)
end

--- See `personalize.map`. Misuse is raised at `level`, as for `error`.
-- @treturn table results by index, with `n`
-- @treturn table errors by index
function map.run(items, fn, opts, level)
   level = (level or 1) + 1
   options.argument(1, items, "table", "personalize.map", level)
   items = map.items(items, "personalize.map", level)
   options.argument(2, fn, "function", "personalize.map", level)
   local checked = options.check(opts, map.known_options, "personalize.map", level)
   local fine, err = waiting.ready()
   local count = #items
   local self = setmetatable({
      items = items, work = work_with(fn), count = count,
      on_progress = checked.on_progress, stop_on_error = checked.stop_on_error,
      concurrency = checked.concurrency or default_concurrency,
      limit = checked.concurrency or default_concurrency,
      results = { n = count }, errors = {},
      below = below(),
      tasks = {}, waiting = {}, idle = {}, started = 0, finished = 0, turn_began = native.now(),
   }, Map)
   if not fine then
      for index = 1, count do self.errors[index] = err end
      return self.results, self.errors
   end
   maps[self] = true
   run(self)
   maps[self] = nil
   say_where_it_was_called(self, level)
   return self.results, self.errors
end

return map
