--- When a call is repeated, and after which pause: pure functions.
-- @module personalize.retry
-- @local

local retry = {}

-- Statuses that say "not now" to a call that may be repeated without harm.
local passing = { [408] = true, [429] = true, [500] = true, [502] = true, [503] = true, [504] = true }

-- A create that was answered with one of these was surely not processed.
local unprocessed = { [429] = true, [503] = true }

-- A create that was answered with one of these may have been processed.
local undecided = { [408] = true, [500] = true, [502] = true, [504] = true }

local transport_kinds = { connect = true, tls = true, timeout = true, network = true, protocol = true }

-- libcurl's codes for certificates that will not be better next time
local certificate_codes = { [51] = true, [60] = true, [77] = true, [83] = true, [90] = true, [91] = true }

local function is_2xx(status)
   return status and status >= 200 and status <= 299
end

local function transport_failure(err, facts)
   return transport_kinds[err.kind] and not (facts and certificate_codes[facts.curl_code])
end

--- What is to be done about a failed attempt.
-- @tparam string class of the call: `idempotent`, `create` or `never`
-- @tparam table err the error object of the attempt
-- @tparam ?table facts of the transport when there was no answer: `sent`, `curl_code`
-- @treturn string `repeat`, `ambiguous` or `fail`
function retry.verdict(class, err, facts)
   local lost = facts ~= nil -- no complete answer came
   if class == "idempotent" then
      if lost then return transport_failure(err, facts) and "repeat" or "fail" end
      return passing[err.status] and "repeat" or "fail"
   end
   if class == "create" then
      if lost then
         if facts.sent then return "ambiguous" end
         return transport_failure(err, facts) and "repeat" or "fail"
      end
      if unprocessed[err.status] then return "repeat" end
      if undecided[err.status] or is_2xx(err.status) then return "ambiguous" end
   end
   return "fail"
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
   local ceiling = math.min(policy.max_delay, policy.base_delay * 2 ^ (attempt - 1))
   return ceiling * random()
end

return retry
