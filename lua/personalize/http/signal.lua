--- What is awaited and is no transfer: the work of another coroutine, which signals its end. So nobody has to poll.
-- @module personalize.http.signal
-- @local

local signal = {}

--- Gives a class the methods of what can be awaited. Its own method `done` says whether it is done.
function signal.extend(class)
   --- Notes who waits: `waiter:post(1)` is called when it is done.
   function class:watch(waiter)
      -- weak: a request of nginx that is aborted leaves nothing here
      self.waiters = self.waiters or setmetatable({}, { __mode = "k" })
      self.waiters[waiter] = true
   end

   function class:unwatch(waiter)
      if self.waiters then self.waiters[waiter] = nil end
   end

   --- Wakes those that wait: it is done.
   function class:signal()
      local waiters = self.waiters
      self.waiters = nil
      for waiter in pairs(waiters or {}) do waiter:post(1) end
   end
end

return signal
