--- Decides whether a call is repeated, and after which pause. Pure functions.
-- @module personalize.http.retry
-- @local

local errors = require "personalize.error"
local native = require "personalize.native"

local retry = {
   -- Returns a number in [0, 1) for the pauses; specs replace it.
   random = native.random,
}

-- Temporary failures: a call that is safe to repeat is repeated.
local passing = { [408] = true, [429] = true, [500] = true, [502] = true, [503] = true, [504] = true }

-- Statuses that say that a create was not processed.
local unprocessed = { [429] = true, [503] = true }

-- Statuses after which a create may have been processed.
local undecided = { [408] = true, [500] = true, [502] = true, [504] = true }

local transport_kinds = { connect = true, tls = true, timeout = true, network = true, protocol = true }

-- libcurl's codes for certificate errors, which a repetition does not change
local certificate_codes = { [51] = true, [60] = true, [77] = true, [83] = true, [90] = true, [91] = true }

local function may_pass(err, facts)
   if facts.proxy_refusal and facts.proxy_refusal ~= "busy" then return false end
   return transport_kinds[err.kind] and not certificate_codes[facts.curl_code]
end

local function of_idempotent(err, facts)
   if facts then return may_pass(err, facts) and "repeat" or "fail" end
   return passing[err.status] and "repeat" or "fail"
end

-- The status counts as soon as it has arrived: a later failure does not change what the server decided.
local function of_create(err, facts)
   local status = err.status
   if facts and not facts.sent then
      return may_pass(err, facts) and "repeat" or "fail"
   elseif not status or status < 300 or undecided[status] then
      return "ambiguous"
   end
   return unprocessed[status] and "repeat" or "fail"
end

--- Decides what to do after a failed attempt.
-- @tparam string class of the call: `idempotent`, `create` or `never`
-- @tparam table err the error object of the attempt
-- @treturn string `repeat`, `ambiguous` or `fail`
function retry.verdict(class, err)
   local facts = errors.facts(err)
   if class == "idempotent" then return of_idempotent(err, facts) end
   if class == "create" then return of_create(err, facts) end
   return "fail"
end

--- True when a repetition is safe and may help; also for calls that the library itself never repeats.
function retry.retryable(class, err)
   return retry.verdict(class == "never" and "create" or class, err) == "repeat"
end

--- The pause before the next attempt.
-- @tparam table policy `base_delay` and `max_delay` in seconds
-- @tparam number attempt the number of the failed attempt, from 1
-- @tparam table err its error
-- @tparam function random returns a number in [0, 1)
-- @treturn number seconds
function retry.delay(policy, attempt, err, random)
   if err.retry_after and err.retry_after > 0 then return err.retry_after end
   -- as published: the servers are clustered, so the first 503 is worth an immediate second attempt
   if err.status == 503 and attempt == 1 then return 0 end
   return math.min(policy.max_delay, policy.base_delay * 2 ^ (attempt - 1)) * random()
end

return retry
