-- Which loop a call waits by, what that loop is asked, and when waiting ends.
local blocking = require "personalize.http.loops.blocking"
local native = require "personalize.native"
local nginx = require "personalize.http.loops.nginx"

local module = "personalize.http.waiting"

-- A copy of its own, so that the loops of this program stay as they are.
local function fresh()
   local kept = package.loaded[module]
   package.loaded[module] = nil
   local made = require(module)
   package.loaded[module] = kept
   return made
end

describe("waiting", function()
   local make_engine, now, is_here = native.http.engine, native.now, nginx.is_here
   local waiting, clock, made, asked

   before_each(function()
      clock, made, asked = 100, {}, {}
      native.now = function() return clock end
      native.http.engine = function()
         local engine = { usable = true, count = 0, waits = {} }
         function engine.is_usable() return engine.usable end
         function engine.active() return engine.count end
         function engine.run_due() asked[#asked + 1] = "run_due" end
         function engine.wait(_, milliseconds)
            engine.waits[#engine.waits + 1] = milliseconds
            clock = clock + milliseconds / 1000
            return engine.count
         end
         made[#made + 1] = engine
         return engine
      end
      waiting = fresh()
   end)
   after_each(function() native.http.engine, native.now, nginx.is_here = make_engine, now, is_here end)

   -- A loop that notes what it is asked.
   local function loop_of(name, members)
      local loop = {
         runs_here = function() return true end,
         ready = function() return true end,
         wait = function(engine, things, deadline)
            asked[#asked + 1] = { name, engine, things, deadline }
            clock = clock + 1
         end,
         begin = function(engine) asked[#asked + 1] = { name, "begin", engine } end,
      }
      for member, value in pairs(members or {}) do loop[member] = value end
      return loop
   end

   it("makes an engine at first use, and another when that cannot be used", function()
      assert.is_false(waiting.is_in_flight())
      local engine = waiting.engine()
      assert.is_true(engine == made[1] and waiting.engine() == engine)
      assert.equal(1, #made)
      assert.is_false(waiting.is_in_flight())
      engine.count = 1
      assert.is_true(waiting.is_in_flight())
      engine.usable = false
      assert.is_true(waiting.engine() == made[2])
      assert.is_false(waiting.is_in_flight())
   end)

   it("says why there is no engine, keeps none, and does not wait then", function()
      local reason, make = { kind = "memory" }, native.http.engine
      native.http.engine = function() return nil, reason end
      assert.same({ nil, reason }, { waiting.engine() })
      assert.is_false(waiting.any({}, 101))
      waiting.sleep(5)
      waiting.until_done({ done = function() return false end }, 105)
      waiting.begin()
      assert.same({ 100, {} }, { clock, asked })
      native.http.engine = make
      assert.is_true(waiting.engine() == made[1])
   end)

   it("uses the inner loop, the program's, or the one that blocks: the first that runs here", function()
      local inner, outer = loop_of "inner", loop_of "outer"
      assert.is_true(waiting.loop() == blocking)
      waiting.use(outer)
      assert.is_true(waiting.loop() == outer and waiting.used() == outer)
      waiting.use_inner(inner)
      assert.is_true(waiting.loop() == inner and waiting.used() == outer)
      inner.runs_here = function() return false end
      assert.is_true(waiting.loop() == outer)
      outer.runs_here = inner.runs_here
      assert.is_true(waiting.loop() == blocking)
      outer.runs_here = loop_of().runs_here
      waiting.use(nil)
      assert.is_true(waiting.loop() == blocking)
      assert.is_nil(waiting.used())
   end)

   it("in nginx uses its loop from the beginning", function()
      assert.is_nil(waiting.used())
      nginx.is_here = function() return true end
      assert.is_true(fresh().used() == nginx)
   end)

   it("is ready, and shared with other work, when the loop says so", function()
      assert.same({ true, false }, { waiting.ready(), waiting.is_shared() })
      local outer = loop_of "outer"
      waiting.use(outer)
      assert.same({ true, true }, { waiting.ready(), waiting.is_shared() })
      outer.ready = function() return nil, "not here" end
      assert.same({ nil, "not here" }, { waiting.ready() })
      assert.is_false(waiting.is_shared())
   end)

   it("gives the loop the things and the deadline, and makes things only for a loop that looks at them", function()
      local things, count = {}, 0
      local function make()
         count = count + 1
         return things
      end
      assert.is_true(waiting.any(make, 101))
      assert.equal(0, count)
      local outer = loop_of "outer"
      waiting.use(outer)
      assert.is_true(waiting.any(make, 107))
      assert.is_true(waiting.any(things, 108))
      assert.equal(1, count)
      assert.same({ { "outer", made[1], things, 107 }, { "outer", made[1], things, 108 } }, asked)
      assert.is_true(asked[1][3] == things)
      outer.wait = function() return false end
      assert.is_false(waiting.any(things, 109))
   end)

   it("waits for a thing until it is done, until the deadline, or until waiting is no longer possible", function()
      local outer = loop_of "outer"
      waiting.use(outer)
      local thing = { done = function() return clock >= 102 end }
      waiting.until_done(thing, 110)
      assert.same({ { "outer", made[1], { thing }, 110 }, { "outer", made[1], { thing }, 110 } }, asked)
      waiting.until_done(thing, 110)
      assert.equal(102, clock)
      thing.done = function() return false end
      waiting.until_done(thing, 104)
      assert.equal(104, clock)
      outer.wait = function()
         clock = clock + 1
         return false
      end
      waiting.until_done(thing, 110)
      assert.equal(105, clock)
   end)

   it("sends by the loop", function()
      waiting.begin()
      waiting.use(loop_of "outer")
      waiting.begin()
      assert.same({ "run_due", { "outer", "begin", made[1] } }, asked)
   end)

   it("waits for a transfer in the loop's own way, or without a deadline", function()
      local done = false
      local transfer = { done = function() return done end }
      waiting.use(loop_of("outer", { transfer = function(...) asked = { ... } end }))
      waiting.transfer(transfer)
      assert.is_true(asked[1] == made[1] and asked[2] == transfer)
      asked = {}
      waiting.use(loop_of("other", { wait = function(_, things, deadline)
         asked, done = { things, deadline }, true
      end }))
      waiting.transfer(transfer)
      assert.same({ { transfer }, math.huge }, asked)
   end)

   it("sleeps as long as it should, and no longer when waiting is no longer possible", function()
      waiting.sleep(2.5)
      assert.equal(102.5, clock)
      assert.same({ 1000, 1000, 500 }, made[1].waits)
      local outer = loop_of "outer"
      waiting.use(outer)
      waiting.sleep(2)
      assert.equal(104.5, clock)
      assert.same({ { "outer", made[1], {}, 104.5 }, { "outer", made[1], {}, 104.5 } }, asked)
      outer.wait = function() return false end
      waiting.sleep(2)
      assert.equal(104.5, clock)
   end)
end)
