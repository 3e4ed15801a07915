--- The callers that an event loop suspended: what each one waits for, and which can go on.
--
-- A loop adds a caller here and suspends it. It calls `work` whenever the engine's descriptor is readable, and resumes
-- the callers that `work` returns. The descriptor is also readable when a deadline is past, or when something other
-- than a transfer is done; so a loop needs no timer.
-- @module personalize.http.loops.suspended
-- @local

local native = require "personalize.native"

local suspended = {}

-- Seconds between two polls of an engine that has no descriptor.
suspended.look_interval = 0.005

-- The most callers that go on in one turn of the loop.
local most_at_once = 8

-- The callers, those with a deadline, and number of a transfer -> its caller.
local callers, timed, by_number = {}, {}, {}

-- Callers that can go on; the next `work` returns them.
local ready = {}

-- Those that `work` returned and that have not gone on yet. Weak: a coroutine may be given up.
local resuming = setmetatable({}, { __mode = "k" })

local Caller = {}
Caller.__index = Caller

local function note_ready(caller)
   if caller.is_ready then return end
   caller.is_ready = true
   ready[#ready + 1] = caller
end

--- Notes that something the caller waits for is done. Its loop resumes the caller in its next turn.
function Caller:post()
   note_ready(self)
   self.engine:wake()
end

--- Adds a caller that waits until one of several things is done, or until a deadline.
-- @tparam userdata engine
-- @tparam table things array of transfers, or of objects with `done`, `watch` and `unwatch`
-- @tparam number deadline on the monotonic clock
-- @treturn table the caller; a loop adds the fields that it needs to resume it
function suspended.add(engine, things, deadline)
   local caller = setmetatable({ engine = engine, things = things, is_ready = false, deadline = deadline }, Caller)
   callers[caller] = true
   if deadline < math.huge then timed[caller] = true end
   for _, thing in ipairs(things) do
      if thing:done() then
         note_ready(caller)
      elseif thing.number then
         by_number[thing:number()] = caller
      else
         thing:watch(caller)
      end
   end
   engine:wake() -- sends in the loop's next turn, together with what others enqueue until then
   return caller
end

--- Removes a caller. Those that go on do so themselves.
function suspended.remove(caller)
   resuming[caller] = nil
   if not callers[caller] then return end
   callers[caller], timed[caller] = nil, nil
   for _, thing in ipairs(caller.things) do
      if not thing.number then
         thing:unwatch(caller)
      elseif by_number[thing:number()] == caller then
         by_number[thing:number()] = nil
      end
   end
end

--- True when a caller is suspended.
function suspended.any()
   return next(callers) ~= nil
end

--- True when a caller is suspended, or may go on and has not done so yet: its call is not over.
function suspended.is_in_flight()
   return suspended.any() or next(resuming) ~= nil
end

local function note_all_done()
   for caller in pairs(callers) do
      for _, thing in ipairs(caller.things) do
         if thing:done() then note_ready(caller) end
      end
   end
end

local function note_ended(engine)
   local number = engine:take_ended()
   while number ~= nil do
      if number == true then return note_all_done() end -- too many ended: their numbers were not kept
      if by_number[number] then note_ready(by_number[number]) end
      number = engine:take_ended()
   end
end

-- Marks callers whose deadline is past as ready, and makes the engine wake its loop at the next deadline.
local function note_late(engine)
   local now, earliest = native.now(), math.huge
   for caller in pairs(timed) do
      if caller.deadline <= now then
         note_ready(caller)
      elseif not caller.is_ready then
         earliest = math.min(earliest, caller.deadline)
      end
   end
   if earliest < math.huge then engine:wake((earliest - now) * 1000) end
end

--- Ticks the engine.
-- @treturn table array of the callers that can go on; they are removed here. Of many, some are left for the loop's next
-- turn, so that other work of the loop runs in between
function suspended.work(engine)
   if engine:tick() then note_ended(engine) else note_all_done() end
   note_late(engine)
   local going, left = {}, {}
   for _, caller in ipairs(ready) do
      if #going == most_at_once then
         left[#left + 1] = caller
      elseif callers[caller] then
         going[#going + 1] = caller
         suspended.remove(caller)
         resuming[caller] = true
      end
   end
   ready = left
   if #left > 0 then engine:wake() end
   return going
end

return suspended
