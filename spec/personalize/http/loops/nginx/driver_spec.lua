-- The driver of the engine in nginx, turn by turn: which of the two runs, when it rests, what becomes of a call when
-- there is none. A loop like nginx's runs it; real nginx is in spec/openresty.
local nginx_loop = require "spec.support.nginx_loop"

describe("the driver", function()
   local loop, driver, engine

   before_each(function()
      loop = nginx_loop.enter()
      driver, engine = loop.driver, loop.engine
   end)
   after_each(function() loop.leave() end)

   -- A request of nginx whose call is answered after this time: `answered` is when it went on.
   local function request(seconds)
      local call = { number = engine:add(seconds) }
      loop:spawn(function()
         local semaphore = loop.waiters.take_semaphore()
         loop.waiters.set(call.number, semaphore)
         call.is_driven = driver.ensure(engine)
         assert(semaphore:wait(1000))
         call.answered = loop.clock
      end)
      return call
   end

   local function run_for(seconds) loop:run_until(loop.clock + seconds) end

   local function assert_wakes()
      assert.is_true(loop.wakers > 0 and #loop.connects > 0)
      assert.equal(0, loop.sleeps)
   end

   local function assert_ticks()
      assert.is_true(loop.sleeps > 100)
      assert.equal(0, loop.kept)
   end

   it("that wakes ticks the engine when there is something to do, and not else", function()
      driver.choose "wake"
      local call = request(1)
      run_for(5)
      assert.same({ true, 1001 }, { call.is_driven, call.answered })
      assert_wakes()
      assert.is_true(engine.ticks <= 3, engine.ticks)
   end)

   it("that ticks looks each millisecond, and only while something is in flight", function()
      driver.choose "tick"
      local call = request(0.5)
      run_for(5)
      assert.is_true(call.is_driven and call.answered >= 1000.5 and call.answered < 1000.502, call.answered)
      assert_ticks()
      assert.same({ 0, 0 }, { loop.wakers, #loop.connects })
      assert.is_true(engine.ticks >= 500 and engine.ticks <= 510, engine.ticks)
   end)

   it("is the one that was chosen first", function()
      driver.choose "tick"
      driver.choose "wake"
      request(0.5)
      run_for(1)
      assert_ticks()
   end)

   it("wakes unless another one is chosen", function()
      request(0.5)
      run_for(0)
      driver.choose "tick" -- too late
      run_for(1)
      assert_wakes()
   end)

   it("ticks where the engine has no descriptor to wait for", function()
      driver.choose "wake"
      engine.descriptor = nil
      local call = request(0.5)
      run_for(1)
      assert_ticks()
      assert.equal(0, loop.wakers)
      assert.is_not_nil(call.answered)
   end)

   it("ticks from then on where nothing can wake it, and says so once", function()
      loop.has_no_waker = true
      for _ = 1, 2 do
         local call = request(0.5)
         run_for(2)
         assert.is_not_nil(call.answered)
      end
      assert_ticks()
      assert.equal(1, loop.tries)
      assert.same({ "warn: personalize: cannot wake the worker, so it ticks: no folder" }, loop.logged)
   end)

   it("closes both ends of a socket that cannot be connected", function()
      loop.refuses_sockets = true
      local call = request(0.5)
      run_for(1)
      assert.is_not_nil(call.answered)
      assert.same({ 1, 1, 1 }, { loop.wakers, loop.closed_wakers, loop.closed_sockets })
      assert.same({ "warn: personalize: cannot wake the worker, so it ticks: refused" }, loop.logged)
   end)

   it("ticks where the waker has nobody to wake", function()
      loop.refuses_accept = true
      local call = request(0.5)
      run_for(1)
      assert.is_not_nil(call.answered)
      assert.same({ 1, 1 }, { loop.closed_wakers, loop.closed_sockets })
      assert.same({ "warn: personalize: cannot wake the worker, so it ticks: nobody connected" }, loop.logged)
   end)

   it("that ticks takes at most four ticks in a turn, while each ends something", function()
      driver.choose "tick"
      engine.most_ended = 1
      local calls, ended = {}, {}
      for index = 1, 10 do calls[index] = request(0.5) end
      run_for(1)
      for _, call in ipairs(calls) do
         local turn = ("%.3f"):format(call.answered)
         ended[turn] = (ended[turn] or 0) + 1
      end
      local counts = {}
      for _, count in pairs(ended) do counts[#counts + 1] = count end
      table.sort(counts)
      assert.same({ 2, 4, 4 }, counts)
   end)

   it("leaves what is in flight in a worker that exits and whose socket breaks", function()
      request(1)
      run_for(0.5)
      loop.is_exiting, loop.is_broken = true, true
      run_for(1)
      assert.equal(0, loop.sleeps)
   end)

   it("ticks for what is in flight when its socket breaks, and opens another one for what comes later", function()
      local call = request(1)
      run_for(0.5)
      loop.is_broken = true
      run_for(1)
      assert.is_true(call.answered >= 1001 and call.answered < 1001.002, call.answered)
      assert.same({ 0, 1, 1 }, { loop.kept, loop.closed_wakers, loop.closed_sockets })
      loop.is_broken = false
      call = request(1)
      run_for(2)
      assert.is_not_nil(call.answered)
      assert.same({ 2, "unix:/tmp/waker2", 1 }, { loop.wakers, loop.connects[2], loop.kept })
      assert.same({}, loop.logged)
   end)

   it("rests when nothing came for a while, and gives its socket back for the next one", function()
      request(1)
      loop:run_until(1001.1)
      assert.equal(0, loop.kept)
      loop:run_until(1001.3)
      assert.same({ 1, 0, 0 }, { loop.kept, loop.closed_sockets, loop.closed_wakers })
      local call = request(1)
      run_for(2)
      assert.is_not_nil(call.answered)
      assert.same({ 2, 1, 2 }, { loop.timers, loop.wakers, loop.kept })
      assert.same({ "unix:/tmp/waker1", "unix:/tmp/waker1" }, loop.connects)
   end)

   it("stays for a call that comes soon", function()
      request(1)
      loop:run_until(1001.1)
      local ticks, due_runs = engine.ticks, engine.due_runs
      local call = request(1)
      loop:run_until(1003)
      assert.equal(1002.1, call.answered)
      assert.same({ 1, 1 }, { loop.timers, loop.kept })
      -- it begins the call by itself, and ends it
      assert.same({ ticks + 2, due_runs }, { engine.ticks, engine.due_runs })
   end)

   it("does not stay in a worker that exits", function()
      request(1)
      loop:run_until(1000.5)
      loop.is_exiting = true
      loop:run_until(1001)
      assert.equal(1, loop.kept)
   end)

   it("takes another turn at once when something ended while more is in flight", function()
      request(1)
      local later = request(2)
      loop:run_until(1001)
      assert.equal(1, loop.pokes)
      loop:run_until(1003)
      assert.equal(1002, later.answered)
      assert.same({ 1, 1 }, { loop.pokes, loop.kept }) -- after the last one it rests
   end)

   it("has calls begin in their turn also after it was woken", function()
      request(9)
      request(1)
      loop:run_until(1002)
      local call = request(1)
      loop:run_until(1004)
      assert.equal(1003, call.answered)
   end)

   it("begins what many requests enqueue in one turn once, when all had theirs", function()
      request(2)
      loop:run_until(1000.5)
      local before = engine.due_runs
      for _ = 1, 5 do request(1) end
      loop:run_until(1000.5)
      assert.equal(before + 1, engine.due_runs)
   end)

   it("begins a first call at once, for the timer may never come", function()
      loop.drops_timers = true
      local call = request(1)
      run_for(0)
      assert.same({ 1, false }, { engine.due_runs, call.is_driven })
   end)

   it("is waited for a moment when it has not come, and another one is started after a second", function()
      loop.holds_timers = true
      assert.is_true(driver.ensure(engine))
      loop:run_until(1000.04)
      assert.is_true(driver.ensure(engine))
      loop:run_until(1000.06)
      assert.is_false(driver.ensure(engine))
      loop:run_until(1000.99)
      assert.is_false(driver.ensure(engine))
      assert.equal(1, loop.timers)
      loop:run_until(1001)
      assert.is_true(driver.ensure(engine))
      assert.same({ 2, 5 }, { loop.timers, engine.due_runs })
   end)

   it("is one alone, however many timers come", function()
      loop.holds_timers = true
      driver.ensure(engine)
      loop:run_until(1001)
      local call = request(1)
      run_for(0.5)
      loop:release_timers()
      run_for(2)
      assert.is_not_nil(call.answered)
      assert.same({ 2, 1, 1 }, { loop.timers, #loop.connects, loop.kept })
   end)

   it("is told when its starter saw the last call end", function()
      local number = request(5).number
      loop:run_until(1000.5)
      engine.transfers[number] = nil -- cancelled
      local call = request(0)
      loop:run_until(1000.6)
      assert.equal(1000.5, call.answered)
      loop:run_until(1000.8)
      assert.equal(1, loop.kept)
   end)

   it("is told when a waiter did the last of its work, so that it may rest", function()
      local call = request(5)
      loop:run_until(1000.5)
      engine.transfers[call.number] = loop.clock
      driver.work_beside(engine)
      loop:run_until(1000.6)
      assert.equal(1000.5, call.answered)
      loop:run_until(1000.8)
      assert.equal(1, loop.kept)
   end)

   it("is left alone by a waiter that did some of it", function()
      local call = request(5)
      request(9)
      loop:run_until(1000.5)
      local ticks = engine.ticks
      engine.transfers[call.number] = loop.clock
      driver.work_beside(engine)
      loop:run_until(1001)
      assert.equal(ticks + 1, engine.ticks)
   end)

   it("says in the log what ended it, and another one comes for the next call", function()
      local tick = engine.tick
      engine.tick = function() error("the spec's", 0) end
      request(1)
      run_for(1)
      assert.same({ "error: personalize: the driver of the engine ended: the spec's" }, loop.logged)
      engine.tick = tick
      run_for(1)
      local call = request(1)
      run_for(2)
      assert.is_not_nil(call.answered)
      assert.equal(2, loop.timers)
   end)
end)
