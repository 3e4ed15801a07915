--- Keeps the response of each result, outside of the result.
-- @module personalize.http.meta
-- @local

local errors = require "personalize.error"
local responses = require "personalize.http.response"

local meta = {}

-- result -> its response; weak. `meta.of` makes the facts on request.
local behind = setmetatable({}, { __mode = "k" })

local function facts_of(response)
   response.facts = response.facts or {
      status = response.status,
      headers = response.headers,
      attempts = response.attempts,
      elapsed = response.elapsed,
      reused = response.reused,
      http_version = response.http_version,
      request_id = responses.request_id(response.headers),
      warnings = response.warnings or {},
   }
   return response.facts
end

--- Stores the response of a result; returns the result.
-- @param result any value; the response is stored only for tables
-- @tparam table response of the transport, or the facts of a failure, with `attempts`
function meta.attach(result, response)
   if type(result) ~= "table" then return result end
   behind[result] = response
   if errors.is(result) then result.meta = facts_of(response) end
   return result
end

--- Stores the response of one result for another result too.
function meta.copy(from, to)
   behind[to] = behind[from]
   return to
end

--- The definition that a result is about, if it was kept: the result may echo its secrets.
function meta.definition(result)
   local response = type(result) == "table" and behind[result]
   return response and response.definition
end

--- See `personalize.meta`.
function meta.of(result)
   local response = type(result) == "table" and behind[result]
   return response and facts_of(response) or nil
end

return meta
