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

   it("is not its way while nginx starts: then a call blocks", function()
      phase = "init"
      assert.is_false(nginx.runs_here())
      phase = "init_worker"
      assert.is_true(nginx.runs_here())
   end)

   it("ends when the transfer is done", function()
      local call = transfer(3)
      assert.equal(1003, (run(function() nginx.transfer(engine, call) end)))
      assert.equal(1010, (run(function() nginx.transfer(engine, call) end))) -- it is done already
   end)

   it("ends though the driver never comes, for the waiter looks itself", function()
      loop.drops_timers = true
      local call = transfer(1)
      local at = run(function() nginx.transfer(engine, call) end)
      assert.is_true(at >= 1001 and at <= 1001.06, at)
   end)

   it("ends though the driver is gone, after half a second", function()
      local call = transfer(1)
      loop.driver.ensure = function() return true end
      local at = run(function() nginx.transfer(engine, call) end)
      assert.is_true(at >= 1001 and at <= 1001.51, at)
   end)

   it("for several things ends with the first, at the deadline, or after half a second", function()
      assert.equal(1000.3, (run(function() nginx.wait(engine, { transfer(3), transfer(0.3) }, 1100) end)))
      local later = transfer(9)
      assert.equal(1010.2, (run(function() nginx.wait(engine, { later }, 1010.2) end)))
      assert.equal(1020.5, (run(function() nginx.wait(engine, { transfer(90) }, 1100) end)))
      local before = loop.clock
      assert.equal(before, (run(function() nginx.wait(engine, { later }, before) end)))
   end)

   it("for nothing sleeps, half a second at most and a millisecond at least", function()
      for left, slept in pairs { [0.2] = 0.2, [3] = 0.5, [0.0001] = 0.001 } do
         local before = loop.clock
         local at = run(function() nginx.wait(engine, {}, before + left) end)
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
