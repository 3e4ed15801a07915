--- Makes an object awaitable that is not a transfer: for example the work of another coroutine. It signals its end, so
-- no loop has to poll.
-- @module personalize.http.signal
-- @local

local signal = {}

--- Adds the methods of awaitable objects to a class. The class itself has `done`, which tells whether it is done.
function signal.extend(class)
   --- Adds a waiter: `waiter:post(1)` is called when the object is done.
   function class:watch(waiter)
      -- weak, so that an aborted request of nginx leaves nothing here
      self.waiters = self.waiters or setmetatable({}, { __mode = "k" })
      self.waiters[waiter] = true
   end

   function class:unwatch(waiter)
      if self.waiters then self.waiters[waiter] = nil end
   end

   --- Wakes the waiters, because the object is done.
   function class:signal()
      local waiters = self.waiters
      self.waiters = nil
      for waiter in pairs(waiters or {}) do waiter:post(1) end
   end
end

return signal
