-- Whose turn it is: who waits for whom, for how long, and what is left when a turn is over.
local errors = require "personalize.error"
local native = require "personalize.native"
local turns = require "personalize.connections.turns"
local waiting = require "personalize.http.waiting"

describe("turns", function()
   local now, used = native.now, nil
   local clock, owner, ready, is_possible

   -- A loop that lets other coroutines run: a call that waits yields, and the spec resumes it.
   local loop = {
      runs_here = function() return select(2, coroutine.running()) ~= true and coroutine.running() ~= nil end,
      ready = function() return ready() end,
      wait = function(_, things, deadline)
         coroutine.yield(things[1], deadline)
         return is_possible
      end,
      begin = function() end,
   }

   before_each(function()
      clock, owner, used = 100, {}, waiting.used()
      native.now = function() return clock end
      ready, is_possible = function() return true end, true
      waiting.use(loop)
   end)
   after_each(function()
      native.now = now
      waiting.use(used)
   end)

   -- Begins a call in a coroutine; the work yields until it is resumed once more.
   local function begin(names, deadline, work)
      local thread = coroutine.create(function()
         return turns.run(owner, names, deadline, work or function(turn)
            coroutine.yield("at work", turn)
            return "done", #names
         end)
      end)
      return thread, select(2, assert(coroutine.resume(thread)))
   end

   local function go_on(thread)
      return select(2, assert(coroutine.resume(thread)))
   end

   it("runs the work with its turn, and returns what it returns", function()
      assert.same({ 1, nil, "three" }, { turns.run(owner, { "a" }, 110, function(turn)
         assert.same({ false, 110 }, { turn:done(), turn.deadline })
         return 1, nil, "three"
      end) })
   end)

   it("waits for the same name of the same owner, and for nothing else", function()
      local first, what, turn = begin({ "a" }, 110)
      assert.equal("at work", what)
      local second, other, deadline = begin({ "a", "b" }, 105)
      assert.same({ true, 105 }, { other == turn, deadline })
      local third
      third, what = begin({ "c" }, 110)
      assert.equal("at work", what)
      local kept = owner
      owner = {}
      assert.equal("at work", (select(2, begin({ "a" }, 110))))
      owner = kept
      -- it takes its turns in order, and so holds none of what comes later
      assert.equal("at work", (select(2, begin({ "b" }, 110))))
      assert.same({ turn, 105 }, { go_on(second) }) -- resumed too early: it waits on
      assert.same({ "done", 1 }, { go_on(first) })
      assert.is_true(turn:done())
      assert.same({ "done", 1 }, { go_on(third) })
   end)

   it("takes turns in the order of names, and gives all back", function()
      local first, _, turn = begin({ "b", "a" }, 110)
      local second, other = begin({ "a" }, 110)
      local third, another = begin({ "b" }, 110)
      assert.is_true(other == turn and another == turn)
      go_on(first)
      assert.equal("at work", (go_on(second)))
      assert.equal("at work", (go_on(third)))
      -- one that waits in the middle holds what it took before
      local fourth, held = begin({ "b", "a" }, 110)
      assert.is_false(held == turn)
      go_on(second)
      local _, holder = go_on(fourth)
      assert.equal(110, holder)
      local _, fourths = begin({ "a" }, 110)
      assert.is_table(fourths)
      go_on(third)
      assert.equal("at work", (go_on(fourth)))
   end)

   it("waits until the other's deadline at most, and goes on then", function()
      local _, _, turn = begin({ "a" }, 103)
      local second, other, deadline = begin({ "a" }, 110)
      assert.same({ true, 103 }, { other == turn, deadline })
      turn:extend(101)
      assert.equal(103, turn.deadline)
      turn:extend(104)
      assert.equal(104, turn.deadline)
      clock = 103
      assert.same({ turn, 104 }, { go_on(second) })
      assert.is_false(turn:done())
      clock = 104
      assert.is_true(turn:done())
      assert.equal("at work", (go_on(second)))
   end)

   it("fails at its own deadline, and gives back what it took", function()
      begin({ "b" }, 110)
      local second = begin({ "a", "b" }, 105)
      clock = 105
      local value, err = go_on(second)
      assert.same({ nil, "timeout", 'another ensure of "b" was still at work' }, { value, err.kind, err.message })
      assert.equal("at work", (select(2, begin({ "a" }, 110))))
   end)

   it("fails when it cannot wait any more", function()
      begin({ "a" }, 110)
      local second = begin({ "a" }, 105)
      local own = errors.new { kind = "cannot_wait", message = "not here" }
      ready, is_possible = function() return nil, own end, false
      assert.same({ nil, own }, { go_on(second) })
   end)

   it("gives back what it took when it cannot wait any more", function()
      begin({ "b" }, 110)
      local second = begin({ "a", "b" }, 109)
      local can_wait = ready
      ready, is_possible = function() return nil, "not here" end, false
      assert.same({ nil, "not here" }, { go_on(second) })
      ready, is_possible = can_wait, true
      assert.equal("at work", (select(2, begin({ "a" }, 110))))
   end)

   it("keeps neither a turn that is over nor a client alive", function()
      local kept = setmetatable({ owner = owner }, { __mode = "v" })
      turns.run(owner, { "a" }, 110, function(turn) kept.turn = turn end)
      for _ = 1, 4 do collectgarbage() end
      assert.same({ owner = owner }, kept)
      owner = nil
      for _ = 1, 4 do collectgarbage() end
      assert.is_nil(next(kept))
   end)

   it("does not wait for itself, nor where nothing else runs meanwhile", function()
      local _, what = begin({ "a" }, 110, function()
         return turns.run(owner, { "a" }, 110, function() return "within" end)
      end)
      assert.equal("within", what)
      begin({ "a" }, 110)
      waiting.use(nil)
      assert.equal("at work", (select(2, begin({ "a" }, 110))))
      assert.equal("main", turns.run(owner, { "a" }, 110, function() return "main" end))
   end)

   it("leaves a name to who took it meanwhile", function()
      local first = begin({ "a" }, 103)
      clock = 103
      local second, _, turn = begin({ "a" }, 110)
      go_on(first)
      assert.is_true(select(2, begin({ "a" }, 110)) == turn)
      go_on(second)
   end)

   it("is over when the work raises an error, which is raised again", function()
      local boom = {}
      local fine, problem = pcall(turns.run, owner, { "a" }, 110, function() error(boom) end)
      assert.same({ false, true }, { fine, problem == boom })
      assert.equal("at work", (select(2, begin({ "a" }, 110))))
   end)

   it("tells those that wait when it is over", function()
      local posted = 0
      local waiter = { post = function() posted = posted + 1 end }
      turns.run(owner, { "a" }, 110, function(turn) turn:watch(waiter) end)
      assert.equal(1, posted)
   end)
end)
