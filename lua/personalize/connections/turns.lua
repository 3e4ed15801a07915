--- One call at a time: `ensure` waits until another `ensure` of the same client for the same name has finished.
-- @module personalize.connections.turns
-- @local

local caller = require "personalize.caller"
local errors = require "personalize.error"
local native = require "personalize.native"
local options = require "personalize.options"
local signal = require "personalize.http.signal"
local waiting = require "personalize.http.waiting"

local turns = {}

-- client -> { [name] = the current turn }
local running = setmetatable({}, { __mode = "k" })

-- A turn that is never ended (nginx ends a request in the middle) is over at its call's deadline: until then the
-- service may still do what it was asked to.
local Turn = {}
Turn.__index = Turn
signal.extend(Turn)

local function new_turn(deadline)
   return setmetatable({ is_over = false, deadline = deadline, coroutine = caller.coroutine(),
      request = setmetatable({ caller.request() }, { __mode = "v" }) }, Turn)
end

-- True for the turn of a call that waits for this one: an `ensure` of the same name in its own hook.
local function is_around(self, other)
   return other.coroutine == self.coroutine and other.request[1] == self.request[1]
end

function Turn:done()
   return self.is_over or native.now() >= self.deadline
end

--- Extends a turn beyond the deadline that it began with.
function Turn:extend(deadline)
   self.deadline = math.max(self.deadline, deadline)
end

local function take(self, names, name, deadline)
   while true do
      local other = names[name]
      local is_free = not other or other:done() or is_around(self, other)
      -- if no other work runs while this waits, the other call would never end
      if is_free or not waiting.is_shared() then break end
      if native.now() >= deadline then
         return errors.fail("timeout", ("another ensure of %s was still at work"):format(options.describe(name)))
      end
      waiting.until_done(other, math.min(deadline, other.deadline))
      local fine, err = waiting.ready()
      if not fine then return nil, err end
   end
   names[name] = self
   return true
end

local function give_back(self, names, taken)
   self.is_over = true
   for _, name in ipairs(taken) do
      if names[name] == self then names[name] = nil end
   end
   self:signal()
end

local function finish(self, names, taken, fine, ...)
   give_back(self, names, taken)
   if not fine then error((...), 0) end
   return ...
end

--- Runs some work when it is its turn.
-- @tparam table owner the client
-- @tparam table wanted array of names; turns are taken in this order, so that two calls never wait for each other
-- @tparam number deadline for waiting and for the work
-- @tparam function work `work(turn)`
-- @return what `work` returns; or nil and an error object
function turns.run(owner, wanted, deadline, work)
   local names = running[owner] or {}
   running[owner] = names
   local self, taken = new_turn(deadline), {}
   table.sort(wanted)
   for _, name in ipairs(wanted) do
      local fine, err = take(self, names, name, deadline)
      if not fine then
         give_back(self, names, taken)
         return nil, err
      end
      taken[#taken + 1] = name
   end
   return finish(self, names, taken, pcall(work, self))
end

return turns
