-- How a call waits in nginx: in which phases it can, for what, and for how long at most.
local nginx_loop = require "spec.support.nginx_loop"

describe("waiting in nginx", function()
   local name = "personalize.http.loops.nginx"
   local loop, nginx, engine, loaded, phase

   before_each(function()
      loop, phase = nginx_loop.enter(), "content"
      rawget(_G, "ngx").get_phase = function() return phase end
      loaded, package.loaded[name] = package.loaded[name], nil
      nginx, engine = require(name), loop.engine
   end)
   after_each(function()
      package.loaded[name] = loaded
      loop.leave()
   end)

   -- What is done in a coroutine of the loop: when it was over, and what it gave.
   local function run(fn, seconds)
      local done = {}
      loop:spawn(function()
         done.value = fn()
         done.at = loop.clock
      end)
      loop:run_until(loop.clock + (seconds or 10))
      return done.at, done.value
   end

   local function transfer(seconds)
      local number = engine:add(seconds)
      return {
         number = function() return number end,
         done = function() return not engine.enqueued[number] and not engine.transfers[number] end,
      }
   end

   it("is possible where nginx can suspend, and refused elsewhere", function()
      for _, each in ipairs { "rewrite", "server_rewrite", "access", "content", "timer" } do
         phase = each
         assert.is_true(select(2, run(nginx.ready, 0)), each)
      end
      for _, each in ipairs { "log", "header_filter", "body_filter", "balancer", "init_worker", "ssl_cert" } do
         phase = each
         local done, err = nginx.ready()
         assert.same({ nil, "cannot_wait" }, { done, err.kind }, each)
         assert.matches("^nginx cannot wait in the phase " .. each, err.message)
      end
   end)

   it("is refused below a C function", function()
      local done, err
      run(function()
         return (("x"):gsub("x", function() done, err = nginx.ready() end))
      end, 0)
      assert.same({ nil, "cannot_wait" }, { done, err.kind })
      assert.matches("^nginx cannot wait below a C function", err.message)
   end)

   it("is for an nginx that can run timers, and for no other program", function()
      assert.is_true(nginx.is_here())
      local ngx = rawget(_G, "ngx")
      for _, member in ipairs { "get_phase", "timer" } do
         local kept = ngx[member]
         ngx[member] = nil
         assert.is_false(nginx.is_here(), member)
         ngx[member] = kept
      end
      for _, other in ipairs { false, "ngx" } do
         rawset(_G, "ngx", other or nil)
         package.loaded[name] = nil
         assert.is_false(require(name).is_here())
      end
      rawset(_G, "ngx", ngx)
   end)

   it("is by the driver that was chosen, which sends what is to be begun", function()
      nginx.choose "tick"
      local call = transfer(0.5)
      assert.is_true(nginx.begin(engine))
      assert.equal(1, engine.due_runs)
      run(function() nginx.transfer(engine, call) end)
      assert.equal(0, loop.wakers)
      assert.is_true(loop.sleeps > 100)
   end)

   it("is not its way while nginx starts: then a call blocks", function()
      phase = "init"
      assert.is_false(nginx.runs_here())
      phase = "init_worker"
      assert.is_true(nginx.runs_here())
   end)

   it("ends when the transfer is done", function()
      local call = transfer(3.3)
      assert.equal(1003.3, (run(function() nginx.transfer(engine, call) end)))
      assert.equal(1010, (run(function() nginx.transfer(engine, call) end))) -- it is done already
   end)

   it("ends though the driver never comes, for the waiter looks itself", function()
      loop.drops_timers = true
      local call = transfer(1.2)
      local at = run(function() nginx.transfer(engine, call) end)
      assert.is_true(at >= 1001.2 and at <= 1001.26, at)
   end)

   it("ends soon though nginx took the driver's timer and never runs it", function()
      loop.holds_timers = true
      local call = transfer(0.12)
      local at = run(function() nginx.transfer(engine, call) end)
      assert.is_true(at >= 1000.12 and at <= 1000.18, at)
   end)

   it("ends soon for who comes just after nginx refused the driver's timer", function()
      loop.drops_timers = true
      run(function() nginx.transfer(engine, transfer(0)) end, 0.01)
      local call = transfer(0.12)
      local at = run(function() nginx.transfer(engine, call) end)
      assert.is_true(at >= 1000.13 and at <= 1000.19, at)
   end)

   it("has the driver look, and not the waiter that it woke", function()
      local first = transfer(0.03)
      assert.equal(1000.03, (run(function() nginx.transfer(engine, first) end)))
      assert.equal(2, engine.ticks)
      local second = transfer(0.3)
      assert.equal(1010.3, (run(function() nginx.transfer(engine, second) end)))
      assert.equal(4, engine.ticks)
   end)

   it("ends with the transfer also when the waiter was woken before", function()
      local call = transfer(0.4)
      loop:spawn(function()
         rawget(_G, "ngx").sleep(0.2)
         engine.ended = { true } -- too many ended for the engine to tell
         loop.waiters.post_ended(engine)
      end)
      assert.equal(1000.4, (run(function() nginx.transfer(engine, call) end)))
   end)

   it("gives its semaphore back, which nothing posts from then on", function()
      local ways = {
         transfer = function(call) nginx.transfer(engine, call) end,
         wait = function(call) nginx.wait(engine, { call }, 1100) end,
      }
      local take, give = loop.waiters.take_semaphore, loop.waiters.give_semaphore
      local taken, given
      function loop.waiters.take_semaphore()
         local semaphore = take()
         taken = taken or semaphore
         return semaphore
      end
      function loop.waiters.give_semaphore(semaphore)
         given[semaphore] = true
         give(semaphore)
      end
      for way, wait in pairs(ways) do
         taken, given = nil, {}
         local call = transfer(9)
         loop:spawn(function()
            rawget(_G, "ngx").sleep(0.2)
            engine.transfers[call.number()] = nil -- cancelled
         end)
         assert.is_not_nil(run(function() wait(call) end), way)
         assert.is_true(given[taken], way)
         engine.ended = { call.number() }
         loop.waiters.post_ended(engine)
         assert.equal(0, taken:count(), way)
      end
   end)

   it("ends though the driver is gone, after half a second", function()
      local call = transfer(1)
      loop.driver.ensure = function() return true end
      loop.driver.is_running = loop.driver.ensure
      local at = run(function() nginx.transfer(engine, call) end)
      assert.is_true(at >= 1001 and at <= 1001.51, at)
   end)

   it("for several things ends with the first, at the deadline, or after half a second", function()
      local function wait(things, deadline)
         return { run(function() return nginx.wait(engine, things, deadline) end) }
      end
      assert.same({ 1000.3, true }, wait({ transfer(3), transfer(0.3) }, 1100))
      local later = transfer(90)
      assert.same({ 1010.2, true }, wait({ later }, 1010.2))
      assert.same({ 1020.5, true }, wait({ later }, 1100))
      assert.same({ 1030, true }, wait({ later }, 1030))
      assert.same({ 1040, true }, wait({ later }, 1039))
      local ended = transfer(0.1)
      wait({ ended }, 1100)
      assert.same({ 1060, true }, wait({ later, ended }, 1100))
   end)

   it("for several things ends at a deadline that is sooner than any look", function()
      assert.equal(1000.02, (run(function() nginx.wait(engine, { transfer(9) }, 1000.02) end)))
      loop.drops_timers = true
      loop:run_until(1030)
      assert.equal(1030.02, (run(function() nginx.wait(engine, { transfer(9) }, 1030.02) end)))
   end)

   it("for nothing sleeps, half a second at most and a millisecond at least", function()
      for left, slept in pairs { [0.2] = 0.2, [3] = 0.5, [0.0001] = 0.001 } do
         local before = loop.clock
         local at, waited = run(function() return nginx.wait(engine, {}, before + left) end)
         assert.is_true(waited)
         assert.is_true(math.abs(at - before - slept) < 1e-6, at - before)
      end
   end)

   it("is ended by a thing that is no transfer, and lets go of what it watched", function()
      local thing = { watchers = 0 }
      function thing:done() return self.is_done end
      function thing:watch(semaphore) self.watcher, self.watchers = semaphore, self.watchers + 1 end
      function thing:unwatch(semaphore)
         assert(rawequal(semaphore, self.watcher))
         self.watchers = self.watchers - 1
      end
      loop:spawn(function()
         rawget(_G, "ngx").sleep(0.3)
         thing.is_done = true
         thing.watcher:post(1)
      end)
      assert.equal(1000.3, (run(function() nginx.wait(engine, { thing }, 1100) end)))
      assert.equal(0, thing.watchers)
      assert.equal(1010, (run(function() nginx.wait(engine, { thing }, 1100) end))) -- it is done already
      assert.equal(0, thing.watchers)
   end)
end)
