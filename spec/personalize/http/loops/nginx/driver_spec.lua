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
   local function make(seconds)
      local call = { number = engine:add(seconds) }
      return call, function()
         local semaphore = loop.waiters.take_semaphore()
         loop.waiters.set(call.number, semaphore)
         call.is_driven = driver.ensure(engine)
         assert(semaphore:wait(1000))
         call.answered = loop.clock
      end
   end

   local function request(seconds)
      local call, wait = make(seconds)
      loop:spawn(wait)
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

   it("lets a call take its time, and wakes seldom meanwhile", function()
      local call = request(100)
      run_for(1)
      local turns = loop.turns
      run_for(98)
      assert.is_true(loop.turns - turns <= 200, loop.turns - turns)
      run_for(100)
      assert.equal(1100, call.answered)
      assert_wakes()
      assert.same({ 1, 0, 1 }, { loop.wakers, loop.closed_wakers, loop.kept })
   end)

   it("that ticks frees five times a second what requests left behind, in a worker that exits alone", function()
      driver.choose "tick"
      request(3)
      run_for(1)
      assert.equal(0, loop.collections)
      loop.is_exiting = true
      run_for(1)
      assert.equal(5, loop.collections)
   end)

   it("that sleeps frees twice a second what requests left behind, in a worker that exits alone", function()
      request(3)
      run_for(1)
      assert.equal(0, loop.collections)
      loop.is_exiting = true
      run_for(1)
      assert.equal(2, loop.collections)
   end)

   it("is not the first timer of a worker that exits, and still comes where there was one", function()
      loop.is_exiting = true
      assert.is_false(driver.ensure(engine))
      assert.equal(0, loop.timers)
      loop.is_exiting = false
      assert.is_true(driver.ensure(engine))
      run_for(5)
      assert.equal(1, loop.timers)
      loop.is_exiting = true
      local call = request(1)
      run_for(5)
      assert.same({ true, 2 }, { call.is_driven, loop.timers })
      assert.equal(1006, call.answered)
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
      assert.equal(0, loop:living()) -- nor does its starter stay
      local call = request(1)
      run_for(2)
      assert.is_not_nil(call.answered)
      assert.same({ 2, 1, 2 }, { loop.timers, loop.wakers, loop.kept })
      assert.same({ "unix:/tmp/waker1", "unix:/tmp/waker1" }, loop.connects)
   end)

   it("opens another socket when nginx closed the one that was given back", function()
      request(1)
      run_for(2)
      loop.pools = {}
      local call = request(1)
      run_for(2)
      assert.equal(1003, call.answered)
      assert.same({ "unix:/tmp/waker1", "unix:/tmp/waker1", "unix:/tmp/waker2" }, loop.connects)
      assert.same({ 2, 1, 2 }, { loop.wakers, loop.closed_wakers, loop.kept })
      assert.same({}, loop.logged)
   end)

   it("closes a socket that nginx does not keep, and opens another one for what comes later", function()
      loop.refuses_keepalive = true
      request(1)
      run_for(2)
      assert.same({ 0, 1, 1 }, { loop.kept, loop.closed_wakers, loop.closed_sockets })
      loop.refuses_keepalive = false
      local call = request(1)
      run_for(2)
      assert.equal(1003, call.answered)
      assert.same({ 2, 1, 1, 0 }, { loop.wakers, loop.kept, loop.closed_wakers, loop.sleeps })
   end)

   it("comes for the next call also soon after it had come for the last", function()
      request(0.1)
      loop:run_until(1000.4)
      assert.equal(1, loop.kept)
      local call = request(0.2)
      loop:run_until(1001)
      assert.is_true(call.is_driven)
      assert.same({ 2, 2 }, { loop.timers, loop.kept })
   end)

   it("has the same semaphores each time that it comes", function()
      local function come()
         engine:add(1)
         driver.ensure(engine)
         run_for(2)
      end
      come()
      local made = loop.semaphores
      for _ = 1, 3 do come() end
      assert.equal(4, loop.timers)
      assert.equal(made, loop.semaphores)
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

   it("that was idle begins all calls of a turn by itself, and later ones in their turn", function()
      request(1)
      loop:run_until(1001.1)
      local due_runs, ticks = engine.due_runs, engine.ticks
      local first, second = request(1), request(5)
      loop:run_until(1001.5)
      assert.equal(due_runs, engine.due_runs)
      local third = request(1)
      loop:run_until(1010)
      assert.same({ 1002.1, 1006.1, 1002.5 }, { first.answered, second.answered, third.answered })
      assert.same({ true, true, true, 1 },
         { first.is_driven, second.is_driven, third.is_driven, loop.timers })
      assert.equal(6, engine.ticks - ticks) -- one to begin, two for each end but the last
   end)

   it("stays for a call of which nobody told it while it was idle", function()
      request(1)
      loop:run_until(1001.1)
      engine:add(1) -- by an item of a map that sleeps
      loop:run_until(1001.3)
      assert.equal(0, loop.kept)
      local call = request(1)
      loop:run_until(1003)
      assert.equal(1002.3, call.answered)
      assert.same({ 1, 1 }, { loop.timers, loop.kept })
   end)

   it("is idle anew when it was called for what had ended already", function()
      request(1)
      loop:run_until(1001.1)
      driver.ensure(engine)
      loop:run_until(1001.25)
      assert.equal(0, loop.kept)
      loop:run_until(1001.35)
      assert.equal(1, loop.kept)
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

   it("waits for its byte where it cannot have its turn at once", function()
      loop.refuses_pokes = true
      request(1)
      local later = request(2)
      loop:run_until(1003)
      assert.equal(1002, later.answered)
      assert.same({ 0, 1 }, { loop.pokes, loop.kept })
   end)

   it("begins in the turn that it takes at once what those ask for whose calls ended", function()
      request(9)
      local call, due_runs
      loop:spawn(function()
         select(2, make(1))()
         due_runs = engine.due_runs
         local wait
         call, wait = make(1)
         wait()
      end)
      loop:run_until(1001)
      assert.equal(due_runs, engine.due_runs)
      loop:run_until(1003)
      assert.equal(1002, call.answered)
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

   it("has its starter wake the waiter of a call that ends as it begins", function()
      request(9)
      loop:run_until(1000.5)
      local call = request(0)
      loop:run_until(1000.5)
      assert.equal(1000.5, call.answered)
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

   it("is not woken by a waiter when it does not sleep", function()
      request(1)
      loop:run_until(1001.1)
      driver.work_beside(engine)
      assert.equal(0, engine.wakes)
      loop:run_until(1001.5)
      driver.work_beside(engine)
      assert.equal(0, engine.wakes)
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

   -- What later calls find after the driver ended by an error: all is as at its first time.
   local function assert_drives_anew()
      assert.same({ "error: personalize: the driver of the engine ended: the spec's" }, loop.logged)
      local first = request(5)
      run_for(1)
      local timers, due_runs = loop.timers, engine.due_runs
      local second = request(1)
      run_for(1)
      assert.same({ true, true, 1 }, { first.is_driven, second.is_driven, engine.due_runs - due_runs })
      assert.is_not_nil(second.answered)
      assert.equal(timers, loop.timers)
   end

   it("that ended in its sleep leaves nothing of it to the next", function()
      request(1)
      run_for(0.5)
      loop.raises = function() return true end
      run_for(0)
      loop.raises, engine.transfers = nil, {}
      driver.work_beside(engine)
      assert.equal(0, engine.wakes)
      assert_drives_anew()
   end)

   it("that ended before its turn leaves nothing of it to the next", function()
      request(1)
      request(1.5)
      loop.raises = function() return loop.pokes == 1 end
      run_for(1)
      loop.raises, engine.transfers = nil, {}
      assert_drives_anew()
   end)

   it("that ended while it was idle leaves nothing of it to the next", function()
      request(1)
      run_for(0.5)
      local take = loop.waiters.take_semaphore
      loop.waiters.take_semaphore = function()
         return { wait = function() error("the spec's", 0) end, post = function() end }
      end
      run_for(1)
      loop.waiters.take_semaphore = take
      assert_drives_anew()
   end)

   it("says in the log what ended its starter; then callers begin their calls themselves", function()
      request(9)
      run_for(0.5)
      local run_due = engine.run_due
      engine.run_due = function() error("the spec's", 0) end
      local call = request(1)
      run_for(0)
      assert.same({ "error: personalize: the starter of calls ended: the spec's" }, loop.logged)
      engine.run_due = run_due
      local next_call = request(1)
      run_for(2)
      assert.same({ 1001.5, 1001.5 }, { call.answered, next_call.answered })
   end)
end)
