-- Who waits for which transfer in nginx, and is woken when it ended.
local nginx_loop = require "spec.support.nginx_loop"

describe("waiters", function()
   local loop, waiters, ended, engine

   before_each(function()
      loop = nginx_loop.enter()
      waiters, ended = loop.waiters, {}
      engine = { take_ended = function() return table.remove(ended, 1) end }
   end)
   after_each(function() loop.leave() end)

   it("are woken once by the end of their transfers, and by no other's", function()
      local one, other = waiters.take_semaphore(), waiters.take_semaphore()
      waiters.set(1, one)
      waiters.set(2, other)
      ended = { 5, 1 }
      assert.is_true(waiters.post_ended(engine))
      assert.same({ 1, 0 }, { one:count(), other:count() })
      ended = { 1 }
      assert.is_true(waiters.post_ended(engine))
      assert.same({ 1, 0 }, { one:count(), other:count() })
      assert.is_false(waiters.post_ended(engine))
   end)

   it("are woken all when more ended than can be told", function()
      local one, other = waiters.take_semaphore(), waiters.take_semaphore()
      waiters.set(1, one)
      waiters.set(2, other)
      ended = { true }
      assert.is_true(waiters.post_ended(engine))
      assert.same({ 1, 1 }, { one:count(), other:count() })
      ended = { true }
      waiters.post_ended(engine)
      assert.same({ 1, 1 }, { one:count(), other:count() })
   end)

   it("are forgotten when they wait no more", function()
      local semaphore = waiters.take_semaphore()
      waiters.set(1, semaphore)
      waiters.set(1, nil)
      ended = { 1 }
      waiters.post_ended(engine)
      assert.equal(0, semaphore:count())
   end)

   it("give back semaphores that the next ones get, never posted", function()
      local semaphore = waiters.take_semaphore()
      semaphore:post(3)
      waiters.give_semaphore(semaphore)
      assert.equal(0, semaphore:count())
      assert.is_true(rawequal(semaphore, (waiters.take_semaphore())))
      assert.is_false(rawequal(semaphore, (waiters.take_semaphore())))
   end)

   it("keep nothing of a request that was aborted", function()
      local kept = setmetatable({ waiters.take_semaphore() }, { __mode = "v" })
      waiters.set(1, kept[1])
      for _ = 1, 4 do collectgarbage() end
      assert.is_nil(kept[1])
      ended = { 1 }
      assert.is_true(waiters.post_ended(engine))
   end)

   it("keep 128 of them at most", function()
      local kept = {}
      for index = 1, 130 do kept[index] = waiters.take_semaphore() end
      local known = {}
      for _, semaphore in ipairs(kept) do
         known[semaphore] = true
         waiters.give_semaphore(semaphore)
      end
      local again = 0
      for _ = 1, 130 do again = again + (known[waiters.take_semaphore()] and 1 or 0) end
      assert.equal(128, again)
   end)
end)
