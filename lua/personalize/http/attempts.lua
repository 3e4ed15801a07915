--- The attempts of one call. Each is sent and read; a failed one is repeated as the class of the call allows, until the
-- deadline.
-- @module personalize.http.attempts
-- @local

local errors = require "personalize.error"
local map = require "personalize.http.loops.map"
local masking = require "personalize.http.masking"
local meta = require "personalize.http.meta"
local native = require "personalize.native"
local overdue = require "personalize.http.overdue"
local request = require "personalize.http.request"
local responses = require "personalize.http.response"
local retry = require "personalize.http.retry"
local text = require "personalize.text"
local transport = require "personalize.http.transport"
local waiting = require "personalize.http.waiting"

local attempts = {}

local function event(call, number, members)
   members.method, members.url, members.attempt = call.method, native.url.redact(call.url), number
   return members
end

local function emit_warnings(self, call, warnings)
   for _, warning in ipairs(warnings) do
      self.emit("warning", { message = warning.path .. ": " .. warning.message, method = call.method,
         url = native.url.redact(call.url) })
   end
end

-- Reports a response, or the facts of a failure, to the hook.
local function emit_response(self, call, number, outcome, err)
   local request_id = responses.request_id(outcome.headers)
   local members = event(call, number, {
      status = outcome.status, request_id = request_id, reused = outcome.reused,
      elapsed = outcome.elapsed, bytes_sent = outcome.bytes_sent, bytes_received = outcome.bytes_received, error = err,
   })
   if request_id and (call.definition or members.url ~= call.url) then -- a server may echo there what it was sent
      members.request_id = masking.hide(request_id, masking.of_call(call))
   end
   self.emit("response", members)
end

-- Makes one attempt: sends the request, waits, reads the response.
-- @return value and response; or nil and an error object
local function once(self, call, authorization, number, now)
   if self.listens then
      self.emit("request", event(call, number, {}))
      now = native.now() -- hooks may take long
   end
   call.sent, call.known = authorization, nil
   local response, err = transport.perform(request.exchange(call, authorization, call.deadline - now),
      call.profile, call)
   local outcome = response or errors.facts(err)
   local value, warnings
   if response then
      value, warnings = responses.read(response, call, self.settings.max_depth)
      if value == nil then err = warnings end
   elseif responses.is_decided(outcome) then
      err = responses.broken(outcome, err, call)
   end
   outcome.attempts = number
   if outcome.status == 429 then map.slow_down() end
   if err then
      err.attempts, err.retryable = number, retry.retryable(call.class, err)
      meta.attach(err, outcome)
      masking.clean(err, masking.of_call(call), responses.may_lack_end(outcome))
   end
   if self.listens then emit_response(self, call, number, outcome, err) end
   if err then return nil, err end
   if warnings then emit_warnings(self, call, warnings) end
   -- the body was read; the rest of the response lives as long as the result
   if not call.keeps_body then native.http.drop_body(response) end
   return value, response
end

-- Pauses before the next attempt. False when the deadline comes first; then the error says so.
local function pause(self, call, counted, err)
   local delay = retry.delay(call.retry, counted, err, retry.random)
   local left = call.deadline - native.now()
   if delay >= left then
      if err.retry_after and err.retry_after >= left then
         err.message = ("%s (the server asks to wait %.0f s, the timeout leaves %s)")
            :format(err.message, err.retry_after, text.number("%.1f s", math.max(0, left)))
      elseif err.phase ~= "total" then -- else the deadline itself ended the attempt
         err.message = ("%s (the timeout leaves no time for another attempt after %s)")
            :format(err.message, overdue.spent(call, err.attempts))
      end
      return false
   end
   self.emit("retry", event(call, err.attempts, { delay = delay, error = err }))
   if delay > 0 then waiting.sleep(delay) end
   return true
end

-- The error of a call that may have been carried out although no usable answer arrived. `cause` is the attempt's error.
local function ambiguous(cause)
   local _, err = errors.fail("ambiguous",
      "the answer was lost, so it is not known whether the call was carried out: " .. cause.message, {
         cause = cause, outcome = "unknown", retryable = false, attempts = cause.attempts, status = cause.status,
         method = cause.method, url = cause.url, request_id = cause.request_id, body = cause.body,
         meta = rawget(cause, "meta"),
      })
   return meta.copy(cause, err)
end

-- The error of a call that has no time left for an attempt.
local function too_late(call, previous)
   return masking.clean(overdue.tell(select(2, errors.fail("timeout", "the timeout left no time to make the call", {
      method = call.method, url = native.url.redact(call.url), phase = "total", retryable = true,
   })), call, previous), masking.of_call(call))
end

-- The error of a call that could not get a token.
local function without_token(call, err, previous)
   if err.kind ~= "timeout" then return nil, err end
   return nil, masking.clean(overdue.tell_of_token(err, call, previous), masking.of_call(call))
end

-- The error to return; nil after the pause before another attempt. `counted` are the attempts without a replay.
local function give_up(self, call, counted, err)
   local verdict = retry.verdict(call.class, err)
   if verdict == "ambiguous" then return ambiguous(err) end
   local again = verdict == "repeat" and counted < call.retry.attempts and pause(self, call, counted, err)
   return not again and err or nil
end

-- True when the service refused the token and a new one may help. In any case the refused token is forgotten.
local function is_refused(self, call, authorization, err)
   return err.status == 401 and not errors.facts(err) and call.authorization == nil
      and self.tokens:refused(masking.secret_of(authorization))
end

--- Performs a call.
-- @tparam table self the client's `settings` and `emit`, and
--
-- - `listens`: true when there is a hook for events
-- - `secrets()`: an array of the client's own secrets
-- - `authorize(self, call)`: the header with the token, or nil and an error object
-- - `tokens`: the source of that token
-- @tparam table call the fields for `request.exchange` and `responses.read`, and
--
-- - `class`: `idempotent`, `create` (never repeated when it may have been carried out) or `never` (never repeated)
-- - `began` and `deadline` on the monotonic clock; they are the user's call's, which may have several exchanges
-- - `retry`: a complete policy
-- - `authorization`: a header in place of the client's own, or false for none
-- - `is_token`: true for a call to the token endpoint; `is_list`: true for a call that asks for a list, which may have
--   a `limit`
-- - `definition`: the body's definition; `secrets_sent(definition, url)`: the set of the secrets in it and in the URL,
--   which errors must not show
-- @return the decoded value, and the response with `attempts`; or nil and an error object
function attempts.perform(self, call)
   call.settings, call.client_secrets = self.settings, self.secrets
   if call.is_token then
      call.uses_proxy, call.profile = self.settings.proxies_tokens, self.settings.token_profile
   else
      call.uses_proxy, call.profile = self.settings.proxies_calls, self.settings.profile
   end
   local number, replays, previous = 0, 0, nil
   while true do
      local authorization, err = call.authorization, nil
      if authorization == nil then authorization, err = self.authorize(self, call) end
      if err then return without_token(call, err, previous) end
      local now = native.now()
      if now >= call.deadline then return nil, too_late(call, previous) end
      number = number + 1
      local value, response = once(self, call, authorization, number, now)
      if value ~= nil then return value, response end
      err = response
      if err.kind == "timeout" then overdue.tell(err, call, previous) end
      if is_refused(self, call, authorization, err) and replays == 0 and call.class ~= "never" then
         replays = 1
         self.emit("retry", event(call, number, { delay = 0, error = err }))
      else
         local final = give_up(self, call, number - replays, err)
         if final then return nil, final end
      end
      previous = err
   end
end

return attempts
