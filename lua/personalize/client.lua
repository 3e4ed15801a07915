--- A client: one tenant, its credentials, and calls to it. `tostring` shows tenant and credentials without secrets.
-- @classmod personalize.client
-- @alias Client

local attempts = require "personalize.http.attempts"
local credentials = require "personalize.auth.credentials"
local errors = require "personalize.error"
local events = require "personalize.events"
local json = require "personalize.json"
local letters = require "personalize.letters"
local masking = require "personalize.http.masking"
local meta = require "personalize.http.meta"
local native = require "personalize.native"
local nginx = require "personalize.http.loops.nginx"
local options = require "personalize.options"
local proxy = require "personalize.proxy"
local redaction = require "personalize.redaction"
local request = require "personalize.http.request"
local settings = require "personalize.settings"
local token = require "personalize.auth.token"

--- The members of a client.
-- @table members
-- @tfield personalize.connections connections
-- @tfield personalize.decision_models decision_models to read
-- @tfield personalize.flows flows to read
-- @tfield personalize.templates templates to read

local Client = {}

-- The metatable of a client has a function that returns its state under this key. The state holds secrets, so pairs()
-- and printers must not reach it. (A weak table outside of the clients would do in Lua 5.4; in LuaJIT it would keep
-- every client whose own hook refers to it.)
local state_key = {}

-- A client's state; nil for anything else.
local function state_of(value)
   local metatable = type(value) == "table" and getmetatable(value)
   local get = type(metatable) == "table" and rawget(metatable, state_key)
   return get and get() or nil
end

local function describe(self)
   local state = state_of(self)
   local identity = state.settings.client_id or state.settings.client_key
   return ("personalize client of %s (%s%s)%s"):format(state.settings.base_url, state.settings.credentials,
      identity and " " .. identity or "", state.closed and ", closed" or "")
end

-- An early renewal is not repeated: the old token is still valid.
local once = settings.retry(false)

local function form_encode(form)
   return assert(request.query(form))
end

-- A 4xx of the token endpoint is about the credentials. Another kind (`not_found`, ...) would look like an error of the
-- call that needed the token.
local function blame_credentials(err)
   local status = err.status
   local is_answer = status and not errors.facts(err) -- a proxy's answer does not count
   if is_answer and status >= 400 and status < 500 and not err.retryable then err.kind = "auth" end
   err.message = "no access token: " .. err.message
   return err
end

-- Makes the token call, with its own attempts within the deadline of the call that needs the token.
local function exchange_of(state, needed)
   return function(call, deadline, early)
      local value, err = attempts.perform(state, {
         method = "POST",
         url = call.url,
         body = form_encode(call.form),
         content_type = "application/x-www-form-urlencoded",
         class = "idempotent",
         is_token = true,
         began = needed.began,
         deadline = deadline,
         retry = early and once or needed.retry,
         authorization = request.authorization(call.authorization) or false,
         expect = credentials.expect_token,
      })
      if value == nil then return nil, blame_credentials(err) end
      return value
   end
end

local function authorize(state, call)
   if state.closed then return errors.fail("closed", "the client was closed") end
   local text = state.tokens:fresh()
   if not text then
      local err
      text, err = state.tokens:get(call.deadline, exchange_of(state, call), state.emit)
      if not text then return nil, err end
   end
   if state.header_of ~= text then
      state.header, state.header_of = request.authorization("Bearer " .. text), text
   end
   return state.header
end

-- Adds a query to a path, which may already have one.
local function with_query(path, query)
   if not query or query == "" then return path end
   return path .. (path:find("?", 1, true) and "&" or "?") .. query
end

local client = {}

-- Performs a call for the parts of the library.
-- @tparam table call `method`, `path`, `query`, `body` (text), `class` (`idempotent`, `create`, `never`), `expect` (see
-- `response.read`), `definition` (errors mask its secrets), `began` and `deadline` on the monotonic clock (default:
-- now, and `timeout` or the client's), `retry` (policy; default the client's). The table is completed and not copied.
-- @return the decoded value and the response; or nil and an error object
function client.perform(self, call)
   local state = state_of(self)
   local known = state.settings
   call.url = known.base_url .. with_query(call.path, call.query)
   if not call.deadline then
      call.began = native.now()
      call.deadline = call.began + (call.timeout or known.timeout)
   end
   call.retry = call.retry or known.retry
   call.secrets_sent = redaction.secrets_of
   if state.rehearse and call.method ~= "GET" then return state.rehearse(call) end
   return attempts.perform(state, call)
end

local classes = { GET = "idempotent", HEAD = "idempotent", PUT = "idempotent", DELETE = "idempotent",
   OPTIONS = "idempotent" }

-- The state of the client that a method was called on; raises at the caller's line for anything else.
local function own_state(self, method, arguments)
   local state = state_of(self)
   if state then return state end
   error(("bad argument #1 to '%s' (expected a client: call it as client:%s%s)"):format(method, method, arguments), 3)
end

local request_options = {
   method = "string", path = "string", query = "table", body = "any", timeout = "seconds",
   retry = settings.known.retry,
}

--- Makes any call to the service, for example one that has no function in this library.
-- @tparam table call
-- @tparam[opt="GET"] string call.method
-- @tparam string call.path below the base URL, such as `/v2/connections`
-- @tparam[opt] table call.query name -> value, or array of values
-- @tparam[opt] any call.body a value, sent as JSON
-- @tparam[opt] number call.timeout seconds; default the client's
-- @tparam[opt] personalize.retry_policy|false call.retry default the client's
-- @treturn any answer the decoded JSON; `personalize.null` when it is empty
-- @fails of kind `ambiguous` when a call that is not idempotent may have been carried out
-- @usage
-- local answer = assert(client:request { path = "/v2/connections", query = { limit = 1 } })
-- print(#answer.items)  --> 1
function Client:request(call)
   local state = own_state(self, "request", "{...}")
   options.argument(1, call, "table", "request", 2)
   local checked = options.check(call, request_options, "client:request", 2)
   local policy = checked.retry ~= nil and settings.retry(checked.retry, "client:request", 2) or nil
   local method = letters.upper(checked.method or "GET")
   if not method:find "^%u+$" then
      return errors.fail("validation", ("method: expected an HTTP method, got %s")
         :format(options.describe(checked.method)))
   end
   local path, query, plain, body, err
   path, err = request.path(checked.path or "")
   if not path then return nil, err end
   if checked.query then
      query, err = request.query(checked.query)
      if not query then return nil, err end
   end
   if checked.body ~= nil then
      plain = proxy.plain(checked.body)
      if plain == nil then plain = checked.body end -- encoding says why it can't be
      body, err = json.encode_as(plain, nil, { max_depth = state.settings.max_depth })
      if not body then return nil, err end
   end
   local value, response = client.perform(self, {
      method = method, path = path, query = query, body = body, class = classes[method] or "create",
      definition = plain, timeout = checked.timeout, retry = policy,
   })
   if value == nil then return nil, response end
   return meta.attach(value, response)
end

--- Closes the client: later calls return an error of kind `closed`. It may be called again.
-- @treturn nil
-- @usage
-- client:close()
-- print(select(2, connections.list()).kind)  --> closed
function Client:close()
   own_state(self, "close", "()").closed = true
end

--- The settings of a client, for the parts of the library.
-- @local
function client.settings(self)
   return state_of(self).settings
end

--- Stops a client from sending calls that change something: such a call is passed to a function, which returns nil and
-- an error object instead of an answer.
-- @local
-- @tparam table self the client
-- @tparam function rehearse `rehearse(call)`
function client.rehearse(self, rehearse)
   state_of(self).rehearse = rehearse
end

--- Has a client hide further secrets in errors and events, as it hides its own: those that were looked up for what it
-- sends. They are hidden for as long as somebody keeps the array.
-- @local
-- @tparam table self the client
-- @tparam table texts array of strings
function client.hide(self, texts)
   local state = state_of(self)
   state.hidden[texts], state.hidden_count = true, state.hidden_count + 1
end

--- Makes a client report the progress of long lists.
-- @local
-- @tparam table self the client
-- @tparam ?function watch `watch(many, count, total)`: the word for items, the number so far, and the total if the
-- service states it
function client.watch(self, watch)
   state_of(self).watch = watch
end

--- Reports the progress of a list, if a function watches.
-- @local
function client.tell(self, many, count, total)
   local watch = state_of(self).watch
   if watch then watch(many, count, total) end
end

--- The table in which `paging` remembers facts about the lists of a resource, by its name. Lists below an item have one
-- for all items: by their paths there would be one more with each item.
-- @local
function client.list_memory(self, name)
   local lists = state_of(self).lists
   lists[name] = lists[name] or {}
   return lists[name]
end

--- Reports an event, for the parts of the library.
-- @local
function client.emit(self, kind, members)
   state_of(self).emit(kind, members)
end

-- The secrets of a client but for its token: those of its settings, and those that others have it hide.
local function secrets_of(state)
   local secrets = credentials.secrets(state.settings)
   for texts in pairs(state.hidden) do
      for _, text in ipairs(texts) do secrets[#secrets + 1] = text end
   end
   return secrets
end

-- Makes a function that masks a client's current secrets in the text of an event.
local function hider(state)
   local known, of_token, count = nil, nil, nil
   return function(text)
      local token_now = state.tokens.current
      if not known or of_token ~= token_now or count ~= state.hidden_count then
         local secrets = state.secrets()
         secrets[#secrets + 1] = token_now
         known, of_token, count = masking.secrets(secrets), token_now, state.hidden_count
      end
      return masking.hide(text, known)
   end
end

--- Makes a client of resolved settings.
-- @local
function client.new(resolved)
   nginx.choose(resolved.nginx_driver)
   local state = {
      settings = resolved,
      tokens = token.source(resolved),
      listens = resolved.on_event ~= nil,
      lists = {},
      hidden = setmetatable({}, { __mode = "k" }), -- arrays of secrets
      hidden_count = 0,
      authorize = authorize,
   }
   function state.secrets() return secrets_of(state) end
   state.emit = events.emitter(resolved.on_event, hider(state))
   return setmetatable({}, {
      [state_key] = function() return state end,
      __name = "personalize.client",
      __index = Client,
      __tostring = describe,
      __close = Client.close,
   })
end

function client.is(value)
   return state_of(value) ~= nil
end

return client
