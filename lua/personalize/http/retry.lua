--- When a call is repeated, and after which pause: pure functions.
-- @module personalize.http.retry
-- @local

local errors = require "personalize.error"
local native = require "personalize.native"

local retry = {
   -- A number in [0, 1) for the pauses; specs put a function of their own in its place.
   random = native.random,
}

-- Statuses that say "not now" to a call that may be repeated without harm.
local passing = { [408] = true, [429] = true, [500] = true, [502] = true, [503] = true, [504] = true }

-- A create that was answered with one of these was surely not processed.
local unprocessed = { [429] = true, [503] = true }

-- A create that was answered with one of these may have been processed.
local undecided = { [408] = true, [500] = true, [502] = true, [504] = true }

local transport_kinds = { connect = true, tls = true, timeout = true, network = true, protocol = true }

-- libcurl's codes for certificates that will not be better next time
local certificate_codes = { [51] = true, [60] = true, [77] = true, [83] = true, [90] = true, [91] = true }

local function may_pass(err, facts)
   if facts.proxy_refusal and facts.proxy_refusal ~= "busy" then return false end
   return transport_kinds[err.kind] and not certificate_codes[facts.curl_code]
end

local function of_idempotent(err, facts)
   if facts then return may_pass(err, facts) and "repeat" or "fail" end
   return passing[err.status] and "repeat" or "fail"
end

-- The status counts as soon as it is there: what broke behind it changes nothing of what the server decided.
local function of_create(err, facts)
   local status = err.status
   if facts and not facts.sent then
      return may_pass(err, facts) and "repeat" or "fail"
   elseif not status or status < 300 or undecided[status] then
      return "ambiguous"
   end
   return unprocessed[status] and "repeat" or "fail"
end

--- What is to be done about a failed attempt.
-- @tparam string class of the call: `idempotent`, `create` or `never`
-- @tparam table err the error object of the attempt
-- @treturn string `repeat`, `ambiguous` or `fail`
function retry.verdict(class, err)
   local facts = errors.facts(err)
   if class == "idempotent" then return of_idempotent(err, facts) end
   if class == "create" then return of_create(err, facts) end
   return "fail"
end

--- True when a repetition does no harm and may help; also for calls that the library itself never repeats.
function retry.retryable(class, err)
   return retry.verdict(class == "never" and "create" or class, err) == "repeat"
end

--- The pause before the next attempt.
-- @tparam table policy `base_delay` and `max_delay` in seconds
-- @tparam number attempt the one that failed, from 1
-- @tparam table err its error
-- @tparam function random returns a number in [0, 1)
-- @treturn number seconds
function retry.delay(policy, attempt, err, random)
   if err.retry_after and err.retry_after > 0 then return err.retry_after end
   -- as published: the servers are clustered, so the first 503 is worth an immediate second try
   if err.status == 503 and attempt == 1 then return 0 end
   return math.min(policy.max_delay, policy.base_delay * 2 ^ (attempt - 1)) * random()
end

return retry
