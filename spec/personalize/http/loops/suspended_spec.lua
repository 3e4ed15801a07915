-- The callers that a loop suspended: which of them go on, and when the engine is told to wake the loop.
local native = require "personalize.native"
local signal = require "personalize.http.signal"
local suspended = require "personalize.http.loops.suspended"

local Work = {}
Work.__index = Work
signal.extend(Work)
function Work:done() return self.is_done end

describe("suspended callers", function()
   local now = native.now
   local clock, engine, wakes, ended, is_open, added

   before_each(function()
      clock, wakes, ended, is_open, added = 100, {}, {}, true, {}
      native.now = function() return clock end
      engine = {
         wake = function(_, milliseconds) wakes[#wakes + 1] = milliseconds or 0 end,
         tick = function() return is_open and 0 or nil end,
         take_ended = function() return table.remove(ended, 1) end,
      }
   end)

   after_each(function()
      for _, caller in ipairs(added) do suspended.remove(caller) end
      suspended.work(engine)
      native.now = now
      assert.is_false(suspended.any())
   end)

   local function work_of(is_done) return setmetatable({ is_done = is_done or false }, Work) end

   local function transfer(number, is_done)
      return { number = function() return number end, done = function() return is_done or false end }
   end

   local function add(things, deadline)
      local caller = suspended.add(engine, things, deadline or math.huge)
      added[#added + 1] = caller
      return caller
   end

   it("count as suspended from their beginning until they are removed", function()
      assert.is_false(suspended.any())
      local caller = add { transfer(1) }
      assert.same({ true, engine, math.huge }, { suspended.any(), caller.engine, caller.deadline })
      suspended.remove(caller)
      assert.is_false(suspended.any())
   end)

   it("are in flight until they have gone on themselves", function()
      local caller = add { transfer(1) }
      ended = { 1 }
      assert.same({ caller }, suspended.work(engine))
      assert.same({ false, true }, { suspended.any(), suspended.is_in_flight() })
      suspended.remove(caller)
      assert.same({ false, false }, { suspended.any(), suspended.is_in_flight() })
   end)

   it("have the loop look at once, and wait while nothing is done", function()
      add { transfer(1), work_of() }
      assert.same({ 0 }, wakes)
      assert.same({}, suspended.work(engine))
      assert.same({ 0 }, wakes)
   end)

   it("go on when one of their transfers ended, and only they", function()
      local one, other = add { transfer(1), transfer(2) }, add { transfer(3) }
      ended = { 7, 2 }
      assert.same({ { one }, true }, { suspended.work(engine), suspended.any() })
      ended = { 1 }
      assert.same({}, suspended.work(engine))
      ended = { 3 }
      assert.same({ other }, suspended.work(engine))
   end)

   it("go on when what they wait for signals its end, or was done before", function()
      local own, others = work_of(), work_of()
      local caller, other = add { own }, add { others }
      wakes = {}
      own.is_done = true
      own:signal()
      assert.same({ 0 }, wakes)
      assert.same({ caller }, suspended.work(engine))
      suspended.remove(other)
      others:signal()
      assert.is_false(other.is_ready)
      local late = add { transfer(1), transfer(2, true), work_of(true) }
      assert.is_true(late.is_ready)
      assert.same({ late }, suspended.work(engine))
   end)

   it("all are looked at when more ended than the engine can tell, or when it was closed", function()
      local other, waiting = add { transfer(3) }, work_of()
      local third, caller = add { transfer(4), waiting }, add { transfer(5), waiting }
      waiting.is_done = true
      ended = { true }
      local going = suspended.work(engine)
      assert.equal(2, #going)
      assert.is_true((going[1] == caller and going[2] == third) or (going[1] == third and going[2] == caller))
      assert.is_false(other.is_ready)
      waiting.is_done = false
      caller = add { waiting }
      waiting.is_done, is_open = true, false
      assert.same({ caller }, suspended.work(engine))
   end)

   it("go on at their deadline, of which the earliest wakes the loop", function()
      local first, second, third = add({ transfer(1) }, 103), add({ transfer(2) }, 101), add({ transfer(3) }, 102)
      wakes = {}
      assert.same({}, suspended.work(engine))
      assert.same({ 1000 }, wakes)
      clock, wakes = 101, {}
      assert.same({ second }, suspended.work(engine))
      assert.same({ 1000 }, wakes)
      clock, wakes = 104, {}
      local going = suspended.work(engine)
      assert.same({ true, true, 2 }, { going[1] == first or going[1] == third, going[1] ~= going[2], #going })
      assert.same({}, wakes)
   end)

   it("wake no loop for the deadline of one that can go on", function()
      local done = work_of()
      add({ done }, 150)
      done:signal()
      wakes = {}
      suspended.work(engine)
      assert.same({}, wakes)
   end)

   it("go on eight in a turn; the loop looks again for the rest", function()
      local things = { work_of(), work_of() }
      for _ = 1, 9 do add(things) end
      things[1].is_done, things[2].is_done, ended, wakes = true, true, { true }, {}
      local going = suspended.work(engine)
      assert.same({ 8, { 0 }, true }, { #going, wakes, suspended.any() })
      local last = suspended.work(engine)
      assert.same({ 1, { 0 } }, { #last, wakes })
      local seen = {}
      for _, caller in ipairs(going) do seen[caller] = true end
      assert.is_nil(seen[last[1]])
      for _ = 1, 8 do add(things) end
      wakes = {}
      assert.same({ 8, {} }, { #suspended.work(engine), wakes })
   end)

   it("that were removed do not go on, and nothing keeps them", function()
      local own = work_of()
      local caller, transfers = add { transfer(1), own, transfer(2, true) }, { transfer(1) }
      local other = add(transfers)
      suspended.remove(caller)
      assert.is_nil(next(own.waiters))
      assert.same({}, suspended.work(engine))
      ended = { 1 } -- the other waits for it, too
      assert.same({ other }, suspended.work(engine))
      local kept = setmetatable({}, { __mode = "k" })
      for _, each in ipairs { caller, other } do kept[each] = true end
      for index = 3, 5 do
         local each = suspended.add(engine, { transfer(index) }, 150)
         kept[each] = true
         suspended.remove(each)
      end
      added, caller, other, own = {}, nil, nil, nil -- luacheck: ignore
      for _ = 1, 4 do collectgarbage() end
      assert.is_nil(next(kept))
   end)
end)
