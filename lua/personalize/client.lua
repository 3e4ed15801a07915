--- A client: one tenant, its credentials, and the calls to it.
-- @classmod personalize.client

local native = require "personalize.native"
local answer = require "personalize.answer"
local errors = require "personalize.error"
local events = require "personalize.events"
local jitter = require "personalize.jitter"
local json = require "personalize.json"
local meta = require "personalize.meta"
local options = require "personalize.options"
local redaction = require "personalize.redaction"
local request = require "personalize.request"
local retry = require "personalize.retry"
local settings = require "personalize.settings"
local token = require "personalize.token"
local transport = require "personalize.transport"
local waiting = require "personalize.waiting"

local Client = {}

local metatable = { __name = "personalize.client", __index = Client }

-- What a client is made of stays out of reach of pairs() and printers: it holds secrets.
local private = setmetatable({}, { __mode = "k" })

function metatable:__tostring()
   local state = private[self]
   local identity = state.settings.client_id or state.settings.client_key
   return ("personalize client of %s (%s%s)%s"):format(state.settings.base_url, state.settings.credentials,
      identity and " " .. identity or "", state.closed and ", closed" or "")
end

-- Longest part of an answer's body that an error carries, in bytes.
local longest_error_body = 4096

-- Takes secrets out of what an error shows: known ones wherever they stand, others by their form.
local function redact_error(err, secrets)
   for _, name in ipairs { "message", "developer_message", "more_info_url", "body" } do
      local text = rawget(err, name)
      if type(text) == "string" then
         text = redaction.text(redaction.known(text, secrets))
         err[name] = #text > longest_error_body and text:sub(1, longest_error_body) .. "..." or text
      end
   end
   return err
end

local function secrets_of(state, call)
   local secrets = {}
   for _, name in ipairs { "client_secret", "api_token", "access_token" } do
      local value = state.settings[name]
      if type(value) == "string" then secrets[value] = true end
   end
   if state.tokens.current then secrets[state.tokens.current] = true end
   return call.definition and redaction.secrets_of(call.definition, secrets) or secrets
end

-- One attempt: sends, waits, reads.
-- @return value, response, warnings; or nil, err, facts of the transport
local function attempt(state, call, authorization, deadline, number)
   local left = deadline - native.now()
   local shown_url = native.url.redact(call.url)
   state.emit("request", { method = call.method, url = shown_url, attempt = number })
   local response, err, facts = transport.perform(
      request.exchange(state.settings, call, authorization, math.max(left, 0.001)))
   local value, warnings
   if response then
      value, warnings = answer.read(response, call, state.settings.max_depth)
      if value == nil then err = warnings end
   end
   local told = response or facts
   state.emit("response", {
      method = call.method, url = shown_url, attempt = number,
      status = response and response.status or err.status,
      request_id = response and answer.request_id(response.headers) or nil,
      reused = told.reused, elapsed = told.elapsed,
      bytes_sent = told.bytes_sent, bytes_received = told.bytes_received,
      error = err and redact_error(err, secrets_of(state, call)) or nil,
   })
   if value == nil then return nil, err, facts, response end
   return value, response, warnings
end

-- Pauses before the next attempt; false when the deadline comes first.
local function pause(state, call, policy, number, err, deadline)
   local delay = retry.delay(policy, number, err, jitter.random)
   if native.now() + delay >= deadline then return false end
   state.emit("retry", { method = call.method, url = native.url.redact(call.url), attempt = number,
      delay = delay, error = err })
   if delay > 0 then waiting.sleep(delay) end
   return true
end

-- Repeats attempts as the call's class allows. `authorize` gives the header for each attempt.
-- @return value, response, warnings, attempts; or nil, err
local function attempts(state, call, policy, deadline, authorize)
   local number, replayed = 0, false
   while true do
      local authorization, token_err, token_text
      if authorize then
         authorization, token_err, token_text = authorize(deadline)
         if not authorization then return nil, token_err end
      end
      number = number + 1
      local value, err, facts, response = attempt(state, call, authorization, deadline, number)
      if value ~= nil then return value, err, facts, number end
      err.attempts = number
      local verdict = retry.verdict(call.class, err, facts)
      if response then meta.attach(err, response, number) end
      if err.status == 401 and not facts and authorize then
         local renewable = state.tokens:refused(token_text)
         if replayed or not renewable or call.class == "never" then return nil, err end
         replayed = true
      elseif verdict == "ambiguous" then
         return nil, err, true
      elseif verdict == "fail" or number >= policy.attempts
         or not pause(state, call, policy, number, err, deadline) then
         return nil, err
      end
   end
end

local function form_encode(form)
   return assert(request.query(form))
end

-- The token call, with attempts of its own within the deadline of the call that needs the token.
local function token_exchange(state)
   return function(call, deadline)
      local value, err = attempts(state, {
         method = "POST",
         url = call.url,
         body = form_encode(call.form),
         content_type = "application/x-www-form-urlencoded",
         class = "idempotent",
         replayable = true,
         definition = call.form,
      }, state.settings.retry, deadline, call.authorization and function() return call.authorization end)
      if value ~= nil then
         state.emit("token", { expires_in = type(value) == "table" and tonumber(value.expires_in) or nil })
         return value
      end
      state.emit("token", { error = err })
      if err.kind == "validation" or err.kind == "forbidden" then err.kind = "auth" end
      err.message = "no access token: " .. err.message
      return nil, err
   end
end

local function authorizer(state)
   return function(deadline)
      local text, err = state.tokens:get(deadline, state.exchange)
      if not text then return nil, err end
      return "Bearer " .. text, nil, text
   end
end

local function ambiguous(err)
   local _, unknown = errors.fail("ambiguous",
      ("the answer was lost, so it is not known whether the call was carried out: %s"):format(err.message), {
         cause = err, outcome = "unknown", status = err.status, method = err.method, url = err.url,
         request_id = err.request_id, attempts = err.attempts, retryable = false, body = err.body,
      })
   return unknown
end

local client = {}

--- Performs a call for the parts of the library.
-- @local
-- @tparam table call `method`, `path`, `query`, `body` (text), `class` (`idempotent`, `create`, `never`), `timeout`,
-- `retry`,
-- `definition` (whose secrets are hidden in errors)
-- @return the decoded value and the response; or nil and an error object
function client.perform(self, call)
   local state = private[self]
   if state.closed then return errors.fail("closed", "the client was closed") end
   local deadline = call.deadline or native.now() + (call.timeout or state.settings.timeout)
   call.url = state.settings.base_url .. call.path .. (call.query and call.query ~= "" and "?" .. call.query or "")
   call.replayable = call.class == "idempotent"
   local value, response, warnings, number =
      attempts(state, call, call.retry or state.settings.retry, deadline, authorizer(state))
   if value == nil then
      local err, is_ambiguous = response, warnings
      redact_error(err, secrets_of(state, call))
      return nil, is_ambiguous and ambiguous(err) or err
   end
   for _, warning in ipairs(warnings or {}) do
      state.emit("warning", { message = warning.path .. ": " .. warning.message, method = call.method,
         url = native.url.redact(call.url) })
   end
   response.attempts = number
   return value, response
end

local classes = { GET = "idempotent", HEAD = "idempotent", PUT = "idempotent", DELETE = "idempotent",
   OPTIONS = "idempotent" }

local request_options = {
   method = "string", path = "string", query = "table", body = "any", timeout = "seconds",
   retry = settings.known.retry,
}

--- Makes any call of the service: for what this library has no function for.
-- @tparam table call `method` (default `GET`), `path` (below the base URL, such as `/v2/connections`), `query`
-- (table),
-- `body` (a value, sent as JSON), `timeout` (seconds), `retry`
-- @return the decoded JSON; `personalize.null` when the answer is empty
-- @return `nil` and an error object; of kind `ambiguous` when a call that is not idempotent may have been carried out
-- @usage local models = assert(client:request { path = "/v2/decisionModels", query = { limit = 10 } })
function Client:request(call)
   local state = private[self]
   if not state then
      error("bad argument #1 to 'request' (expected a client: call it as client:request{...})", 2)
   end
   options.argument(1, call, "table", "request", 2)
   local checked = options.check(call, request_options, "client:request", 2)
   local method = (checked.method or "GET"):upper()
   if not method:find "^%u+$" then
      return errors.fail("validation", ("method: expected an HTTP method, got %s")
         :format(options.describe(checked.method)))
   end
   local path, query, body, err
   path, err = request.path(checked.path or "")
   if not path then return nil, err end
   if checked.query then
      query, err = request.query(checked.query)
      if not query then return nil, err end
   end
   if checked.body ~= nil then
      body, err = json.encode_as(checked.body, nil, { max_depth = state.settings.max_depth })
      if not body then return nil, err end
   end
   local value, response = client.perform(self, {
      method = method, path = path, query = query, body = body, class = classes[method] or "create",
      timeout = checked.timeout,
      retry = checked.retry ~= nil and settings.retry(checked.retry, "client:request", 2) or nil,
      definition = checked.body,
   })
   if value == nil then return nil, response end
   return meta.attach(value, response, response.attempts)
end

--- Ends the client: later calls return an error of kind `closed`. May be called again.
function Client:close()
   local state = private[self]
   state.closed = true
   state.tokens = { get = function() return errors.fail("closed", "the client was closed") end }
end

metatable.__close = function(self) Client.close(self) end

--- The settings of a client, for the parts of the library.
-- @local
function client.settings(self)
   return private[self].settings
end

--- Reports an event, for the parts of the library.
-- @local
function client.emit(self, kind, members)
   private[self].emit(kind, members)
end

--- Makes a client of resolved settings.
-- @local
function client.new(resolved)
   local self = setmetatable({}, metatable)
   local state = {
      settings = resolved,
      tokens = token.source(resolved),
      emit = events.emitter(resolved.on_event),
   }
   state.exchange = token_exchange(state)
   private[self] = state
   return self
end

function client.is(value)
   return type(value) == "table" and private[value] ~= nil
end

return client
