-- A map turn by turn, on a clock that only waiting and work move: who is started, held up and resumed, when what was
-- asked for is sent, and what is left when it stops. The loop below it is a stand-in; real ones are in map_spec.lua.
local errors = require "personalize.error"
local native = require "personalize.native"

local names = { "personalize.http.waiting", "personalize.http.loops.map" }

describe("a map", function()
   local now, make_engine = native.now, native.http.engine
   local map, waiting, below, clock, begins

   before_each(function()
      clock, begins = 100, 0
      native.now = function() return clock end
      native.http.engine = function() return { is_usable = function() return true end } end
      local kept = {}
      for _, name in ipairs(names) do kept[name], package.loaded[name] = package.loaded[name], nil end
      waiting, map = require(names[1]), require(names[2])
      for _, name in ipairs(names) do package.loaded[name] = kept[name] end
      below = {
         runs_here = function() return true end,
         ready = function() return true end,
         begin = function() begins = begins + 1 end,
         -- It is asked for nothing that is done or past: a real loop would not wait then, and go round in a circle.
         wait = function(_, things, deadline)
            local at = deadline
            for _, thing in ipairs(things) do
               assert(not thing:done(), "it is done already")
               at = math.min(at, thing.at)
            end
            assert(at > clock and at < math.huge, "it waits for nothing")
            clock = at
         end,
      }
      waiting.use(below)
   end)
   after_each(function() native.now, native.http.engine = now, make_engine end)

   -- A thing that is done after this time; `cancel` makes it a transfer.
   local function thing(seconds, is_transfer)
      local made = { at = clock + seconds, asked = 0 }
      function made:done()
         self.asked = self.asked + 1
         assert(self.asked < 1000, "it is asked over and over")
         return clock >= self.at
      end
      if is_transfer then
         function made:cancel() self.is_cancelled, self.at = true, clock end
      end
      return made
   end

   local function call(seconds)
      local transfer = thing(seconds, true)
      waiting.transfer(transfer)
      return transfer
   end

   local function numbers(count)
      local list = {}
      for index = 1, count do list[index] = index end
      return list
   end

   -- Runs items that each make two calls of half a second: how many of them there are at each start, by time.
   local function counts_at_starts(count, concurrency, at_end)
      local running, seen, began = 0, {}, clock
      local results, failed = map.run(numbers(count), function(index)
         running = running + 1
         local time = ("%.1f"):format(clock - began)
         if not seen[time] then seen[#seen + 1] = time end
         seen[time] = running
         call(0.5)
         call(0.5)
         running = running - 1
         if at_end then at_end(index) end
         return index
      end, { concurrency = concurrency })
      assert.same({}, failed)
      for index = 1, count do assert.equal(index, results[index]) end
      local list = {}
      for index, time in ipairs(seen) do list[index] = time .. ": " .. seen[time] end
      return table.concat(list, ", ")
   end

   it("has as many items at a time as it may, in coroutines that one after the other uses", function()
      assert.equal("0.0: 3, 1.0: 3, 2.0: 1", counts_at_starts(7, 3))
      local coroutines, count = {}, 0
      map.run(numbers(9), function()
         local running = coroutine.running()
         count = count + (coroutines[running] and 0 or 1)
         coroutines[running] = true
         call(1)
      end, { concurrency = 3 })
      assert.equal(3, count)
   end)

   it("halves its limit after a 429, and raises it by one for as many items as it allows", function()
      local function slow_down(index)
         if index == 1 then map.slow_down() end
      end
      assert.equal("0.0: 8, 1.0: 5, 2.0: 6, 3.0: 7, 4.0: 8, 5.0: 8, 6.0: 8, 7.0: 8, 8.0: 2",
         counts_at_starts(60, 8, slow_down))
   end)

   it("halves its limit once in a quarter of a second, down to one", function()
      local function slow_down(index)
         if index ~= 1 then return end
         map.slow_down()
         map.slow_down()
         clock = clock + 0.2
         map.slow_down()
      end
      assert.equal("0.0: 8, 1.2: 5, 2.2: 6, 3.2: 1", counts_at_starts(20, 8, slow_down))
      function slow_down(index)
         if index ~= 1 then return end
         for _ = 1, 5 do
            map.slow_down()
            clock = clock + 0.26
         end
      end
      assert.equal("0.0: 8, 2.3: 4, 3.3: 5, 4.3: 3", counts_at_starts(20, 8, slow_down))
   end)

   it("holds up what a lowered limit does not allow, and resumes it when others ended", function()
      local turns = {}
      map.run(numbers(6), function(index)
         for turn = 1, 3 do
            call(0.5)
            if index == 1 and turn == 1 then map.slow_down() end
            turns[#turns + 1] = ("%.1f: %d"):format(clock - 100, index)
         end
      end, { concurrency = 5 })
      assert.equal("0.5: 1, 0.5: 2, 1.0: 1, 1.0: 2, 1.5: 1, 1.5: 2, 1.5: 3, 1.5: 4, 2.0: 3, 2.0: 4, 2.5: 3, 2.5: 4, "
         .. "2.5: 5, 3.0: 5, 3.0: 6, 3.5: 5, 3.5: 6, 4.0: 6", table.concat(turns, ", "))
   end)

   it("does not count an item that waits for another one, nor one twice that waits for two calls", function()
      local signal = thing(math.huge)
      local order = {}
      map.run({ "waits", "works" }, function(name)
         if name == "waits" then
            waiting.until_done(signal, math.huge)
         else
            map.slow_down() -- to one at a time
            call(1)
            signal.at = clock
            call(1)
         end
         order[#order + 1] = name
      end, { concurrency = 2 })
      assert.same({ "works", "waits" }, order)
      order = {}
      map.run({ "two calls", "one call" }, function(name)
         if name == "two calls" then
            waiting.any({ thing(3, true), thing(3, true) }, clock + 3)
         else
            call(1)
         end
         order[#order + 1] = name .. " " .. clock - 102
      end, { concurrency = 2 })
      assert.same({ "one call 1", "two calls 3" }, order)
   end)

   it("resumes an item at its deadline", function()
      local ends = {}
      map.run(numbers(4), function(index)
         if index == 1 then
            waiting.sleep(1)
            map.slow_down() -- to two at a time
         else
            waiting.until_done(thing(9, true), 102)
            call(1)
         end
         ends[#ends + 1] = clock
      end)
      assert.same({ 101, 103, 103, 104 }, ends)
   end)

   it("sends what was asked for when items were at work for long, and leaves it to the wait else", function()
      map.run(numbers(5), function(index)
         if index == 2 then clock = clock + 0.002 end
         call(1)
         call(1)
      end, { concurrency = 5 })
      assert.equal(1, begins)
   end)

   it("sends at once what an item asks for where items may sleep, also of a map within a map", function()
      below.lets_items_sleep = true
      map.run({ 1 }, function()
         call(1)
         assert.equal(1, begins)
         waiting.begin()
         assert.equal(2, begins)
         map.run({ 1, 2 }, function() call(1) end)
         assert.equal(4, begins)
      end)
      assert.equal(4, begins)
   end)

   it("fails for all items where no call can wait", function()
      local reason = errors.new { kind = "cannot_wait", message = "not here" }
      below.ready = function() return nil, reason end
      local ran = false
      assert.same({ { n = 2 }, { reason, reason } }, { map.run({ 1, 2 }, function() ran = true end) })
      assert.is_false(ran)
   end)

   it("that stops cancels what is in flight, ends every wait, and tells of no more progress", function()
      local reason, transfer, refusals, progress = {}, nil, {}, 0
      local results, failed = map.run({ "calls", "sleeps", "works", "fails", "never" }, function(name)
         if name == "calls" then
            transfer = call(50)
            return transfer.is_cancelled
         elseif name == "sleeps" then
            waiting.sleep(50)
            for index = 1, 2 do refusals[index] = select(2, waiting.ready()) end
            waiting.until_done(thing(50), math.huge)
            return "woken"
         end
         call(1)
         if name == "works" then return "worked" end
         return nil, reason
      end, { concurrency = 4, stop_on_error = true, on_progress = function() progress = progress + 1 end })
      assert.same({ true, "woken", "worked", n = 5 }, results)
      assert.is_true(rawequal(reason, failed[4]))
      assert.same({ "cancelled", "cancelled" }, { refusals[1].kind, failed[5].kind })
      assert.is_false(rawequal(refusals[1], refusals[2]))
      assert.is_nil(failed[5].cause) -- it was no error object
      assert.same({ 101, 1 }, { clock, progress })
   end)

   it("has an error also for what raises nil", function()
      local _, failed = map.run({ 1 }, function() error(nil) end)
      assert.equal("fn raised nil", failed[1])
   end)
end)
