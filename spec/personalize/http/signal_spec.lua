-- Objects that can be awaited: who is told of their end, how often, and what they keep of those who wait.
local signal = require "personalize.http.signal"

describe("a signal", function()
   local Work = {}
   Work.__index = Work
   signal.extend(Work)

   local work

   before_each(function() work = setmetatable({}, Work) end)

   local function waiter()
      local made = { posts = {} }
      function made:post(count) self.posts[#self.posts + 1] = count end
      return made
   end

   it("is given once to each who waits", function()
      local one, other, gone = waiter(), waiter(), waiter()
      work:watch(one)
      work:watch(gone)
      work:watch(other)
      work:watch(other)
      work:unwatch(gone)
      work:signal()
      assert.same({ { 1 }, { 1 }, {} }, { one.posts, other.posts, gone.posts })
      work:signal()
      assert.same({ { 1 }, { 1 }, {} }, { one.posts, other.posts, gone.posts })
      work:watch(one)
      work:signal()
      assert.same({ 1, 1 }, one.posts)
   end)

   it("needs nobody who waits", function()
      work:signal()
      work:unwatch(waiter())
      work:signal()
      local late = waiter()
      work:watch(late)
      assert.same({}, late.posts)
   end)

   it("keeps nobody alive", function()
      local kept = setmetatable({ waiter() }, { __mode = "v" })
      work:watch(kept[1])
      for _ = 1, 4 do collectgarbage() end
      assert.is_nil(kept[1])
      work:signal()
   end)
end)
