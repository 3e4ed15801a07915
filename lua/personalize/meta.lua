--- Remembers the call behind a result, beside the result and not in it.
-- @module personalize.meta
-- @local

local answer = require "personalize.answer"
local errors = require "personalize.error"

local meta = {}

local known = setmetatable({}, { __mode = "k" })

--- Notes of which response a result is; hands the result back.
-- @param result anything; values that are no tables have nothing noted
-- @tparam table response as the transport brought it, or its facts about a failure
-- @tparam number attempts
function meta.attach(result, response, attempts)
   if type(result) ~= "table" then return result end
   local facts = {
      status = response.status,
      headers = response.headers,
      attempts = attempts,
      elapsed = response.elapsed,
      reused = response.reused,
      http_version = response.http_version,
      request_id = answer.request_id(response.headers),
   }
   known[result] = facts
   if errors.is(result) then result.meta = facts end
   return result
end

--- Lets a result tell of the call behind another one.
function meta.copy(from, to)
   known[to] = known[from]
   return to
end

--- The call behind a result, the last one where there were several.
-- @function meta
-- @tparam table result a connection, a list, an answer of `client:request`, or an error object
-- @treturn ?table `status`, `headers` (lower-case name -> value; in errors with secrets masked), `attempts`, `elapsed`
-- (seconds, of the last attempt), `reused` (whether the connection was kept alive from before), `http_version`,
-- `request_id`; nil for anything else
-- @usage print(personalize.meta(connections.get(ref)).status)  --> 200
function meta.of(result)
   return type(result) == "table" and known[result] or nil
end

return meta
