--- The waiters of transfers in nginx. Each waits on a semaphore that is posted when the transfer has ended.
-- @module personalize.http.loops.nginx.waiters
-- @local

local waiters = {}

-- number of a transfer -> semaphore of its waiter. Weak, so that an aborted request leaves nothing here.
local semaphores = setmetatable({}, { __mode = "v" })

local spare = {}

local most_spare = 128

--- Returns a semaphore that is not posted.
function waiters.take_semaphore()
   return table.remove(spare) or assert(require("ngx.semaphore").new(0))
end

--- Takes back a semaphore that nothing waits on any more. It may have been posted more often than it was waited on.
function waiters.give_semaphore(semaphore)
   while semaphore:count() > 0 do semaphore:wait(0) end
   if #spare < most_spare then spare[#spare + 1] = semaphore end
end

--- Posts a semaphore once when the transfer with this number ends. Without a semaphore, stops doing so.
function waiters.set(number, semaphore)
   semaphores[number] = semaphore
end

local function post_all()
   for number, semaphore in pairs(semaphores) do
      semaphores[number] = nil
      semaphore:post(1)
   end
end

--- Wakes the waiters of the transfers that ended.
-- @treturn boolean true if any transfer ended
function waiters.post_ended(engine)
   local ended = false
   while true do
      local number = engine:take_ended()
      if number == nil then return ended end
      if number == true then -- too many ended: their numbers were not kept
         post_all()
         return true
      end
      ended = true
      local semaphore = semaphores[number]
      if semaphore then
         semaphores[number] = nil
         semaphore:post(1)
      end
   end
end

return waiters
