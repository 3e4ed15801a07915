-- How a call waits when nothing else runs: for how long it blocks, and when it gives up.
local blocking = require "personalize.http.loops.blocking"
local native = require "personalize.native"
local suspended = require "personalize.http.loops.suspended"

describe("the loop that blocks", function()
   local now = native.now
   local engine, waits, wakes, active

   before_each(function()
      waits, wakes, active = {}, 0, 1
      native.now = function() return 100 end
      engine = {
         wait = function(_, milliseconds)
            waits[#waits + 1] = milliseconds
            return active
         end,
         wake = function() wakes = wakes + 1 end,
      }
   end)
   after_each(function() native.now = now end)

   it("runs anywhere, and is always ready", function()
      assert.same({ true, true }, { blocking.runs_here(), blocking.ready() })
   end)

   it("waits until the deadline, a second at most, and not at all when it is past", function()
      for deadline, milliseconds in pairs { [100.25] = 250, [100.2501] = 251, [101] = 1000, [101.5] = 1000, [100] = 0,
         [99] = 0, [math.huge] = 1000 } do
         waits = {}
         assert.is_true(blocking.wait(engine, nil, deadline))
         assert.same({ milliseconds }, waits, tostring(deadline))
      end
   end)

   it("says so when the engine no longer works", function()
      active = nil
      assert.is_false(blocking.wait(engine, nil, 101))
   end)

   it("wakes an event loop whose callers may have got their answers here", function()
      blocking.wait(engine, nil, 101)
      assert.equal(0, wakes)
      local caller = suspended.add(engine, {}, math.huge)
      wakes = 0
      blocking.wait(engine, nil, 101)
      suspended.remove(caller)
      assert.equal(1, wakes)
   end)

   it("waits for a transfer as long as the engine works, a second at a time", function()
      local left = 3
      local transfer = { done = function()
         left = left - 1
         return left == 0
      end }
      blocking.transfer(engine, transfer)
      assert.same({ 1000, 1000 }, waits)
      active, left, waits = nil, 3, {}
      blocking.transfer(engine, transfer)
      assert.same({ 1000 }, waits)
   end)

   it("sends what was enqueued", function()
      local is_sent = false
      engine.run_due = function() is_sent = true end
      blocking.begin(engine)
      assert.same({ true, {} }, { is_sent, waits })
   end)
end)
