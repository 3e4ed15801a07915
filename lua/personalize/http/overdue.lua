--- The message of an error after the call's deadline: how long the call took, how many attempts it made, and how the
-- last ones ended.
-- @module personalize.http.overdue
-- @local

local native = require "personalize.native"
local text = require "personalize.text"

local overdue = {}

-- The message mentions the time before the only attempt (a token, other exchanges) if it was more than this part.
local worth_telling = 0.1

local function took(call)
   return native.now() - (call.began or call.deadline)
end

local function seconds(count)
   return text.number("%.3g s", count)
end

-- An attempt's message, for use within another message.
local function told(err)
   return ("%s%s: %s"):format(err.kind, err.status and (" (%d)"):format(err.status) or "", err.message)
end

--- The time that a call has taken, in words.
function overdue.spent(call, attempts)
   return ("%s and %s"):format(seconds(took(call)), text.count(attempts, "attempt", "attempts"))
end

local function tell_of_one(err, call)
   local all, elapsed = took(call), err.meta and err.meta.elapsed or 0
   if call.began and all - elapsed > worth_telling * all then
      err.message = ("%s; the call took %s"):format(err.message, seconds(all))
   end
end

--- Completes an error of kind `timeout`. An error from before the deadline keeps its message.
-- @tparam table err without `attempts` if there was no time for this attempt
-- @tparam table call `began` and `deadline`
-- @tparam ?table previous the error of the attempt before
-- @treturn table err
function overdue.tell(err, call, previous)
   local was_made = err.attempts ~= nil
   err.attempts = err.attempts or previous and previous.attempts or 0
   err.cause = err.cause or previous
   if err.phase ~= "total" then return err end
   if not previous then
      if not call.is_token then tell_of_one(err, call) end -- else the call that needs the token is described
   elseif was_made then
      err.message = ("the call's time was over after %s; the last: %s; the one before: %s")
         :format(overdue.spent(call, err.attempts), err.message, told(previous))
   else
      err.message = ("the call's time was over after %s; the last: %s")
         :format(overdue.spent(call, err.attempts), told(previous))
   end
   return err
end

--- Completes an error of kind `timeout` of a call that waited for a token.
-- @tparam table err of the token's call, or of waiting for another call that fetches the token
-- @tparam table call the call that needs the token
-- @tparam ?table previous the error of the attempt before
-- @treturn table err
function overdue.tell_of_token(err, call, previous)
   err.cause = err.cause or previous
   if not err.method then -- another call fetched the token
      err.method, err.url, err.attempts = call.method, native.url.redact(call.url), previous and previous.attempts or 0
   end
   if previous then
      err.message = ("%s; the call took %s; the last: %s"):format(err.message,
         overdue.spent(call, previous.attempts), told(previous))
   else
      tell_of_one(err, call)
   end
   return err
end

return overdue
