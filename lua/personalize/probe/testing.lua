--- Questions that test calls answer: the format of testConnection, and whether an update without a secret erases it.
--
-- Whether a secret is stored shows only in a call that needs it. The one call that surely works is a call of the
-- service to itself with the client's own credentials, as in the published example. So the probe stores them in its
-- archived connection for a moment and replaces them at the end. It does not do this if the service shows secrets.
-- @module personalize.probe.testing
-- @local

local json = require "personalize.json"
local letters = require "personalize.letters"
local order = require "personalize.order"
local raw = require "personalize.raw"

local testing = {}

testing.kept = { id = "secret_kept", question = "What becomes of a secret that an update leaves out?",
   assumed = "it is erased" }
testing.answer = { id = "test_answer", question = "What answers a test call?", assumed = "an object" }

-- The `auth` and the call with which the service calls itself; nil if the client has no credentials for that.
local function own_call(settings)
   local auth = { authType = "OAUTH", accessTokenUrl = settings.token_url, useMutualTls = false,
      oauthCustomHeaders = json.array {}, formUrlEncodedItems = json.array {} }
   local items = auth.formUrlEncodedItems
   if type(settings.client_secret) == "string" then
      auth.clientId, auth.clientSecret = settings.client_id, settings.client_secret
      if settings.audience then items[1] = { name = "audience", value = settings.audience } end
   elseif type(settings.api_token) == "string" then
      auth.clientId, auth.clientSecret = settings.client_key, settings.api_token
      items[1] = { name = "clientKey", value = settings.client_key }
   else
      return nil
   end
   return auth, { requestType = "GET", connectionUrl = settings.base_url .. "/v2/connections?limit=1" }
end

-- The structure of an answer, without the parts that differ from call to call.
local function signature(value)
   if type(value) ~= "table" or value == json.null then return type(value) end
   local parts = {}
   for _, name in ipairs(order.names(value, nil)) do
      local member = rawget(value, name)
      local lower = letters.lower(tostring(name))
      local is_status = type(member) == "number" and (lower:find("status", 1, true) or lower:find("code", 1, true))
      parts[#parts + 1] = ("%s=%s"):format(tostring(name), is_status and tostring(member) or type(member))
   end
   return table.concat(parts, ",")
end

local function kind_of(value)
   if value == json.null then return "nothing" end
   if json.is_number(value) then return "a number" end
   if type(value) ~= "table" then return "a " .. type(value) end
   return raw.is_array(value) and "an array" or "an object"
end

local function test(self, connection)
   return self:call("POST", "/testConnection", { connection = connection })
end

local function tell_answer(self, value)
   local kind = kind_of(value)
   local members = kind == "an object" and table.concat(order.names(value, nil), ", ") or "none"
   self:answer(testing.answer, kind, "members: " .. members, kind == "an object")
end

local function with_secret(definition, ref, secret)
   local copy = assert(raw.copy(definition))
   copy.ref, copy.auth.clientSecret = ref, secret
   return copy
end

-- Compares the answers of tests with the secret, with a wrong one, with the stored one, and after an update without it.
local function ask_kept(self, context, definition, invented)
   local ref, secret = context.ref, definition.auth.clientSecret
   local right, err = test(self, with_secret(definition, ref, secret))
   if right == nil then return self:open(testing.kept, err) end
   tell_answer(self, right)
   local wrong
   wrong, err = test(self, with_secret(definition, ref, invented.clientSecret))
   if wrong == nil then return self:open(testing.kept, err) end
   if signature(right) == signature(wrong) then
      return self:open(testing.kept, "a test with a wrong secret answers as one with the right one")
   end
   local function is_there(what)
      local shown, problem = test(self, with_secret(definition, ref, nil))
      if shown == nil then return nil, problem end
      if signature(shown) == signature(right) then return true end
      if signature(shown) == signature(wrong) or what then return false end
      return nil, "a test without the secret answers in another way"
   end
   local stored
   stored, err = context.put(self, ref, definition)
   if not stored then return self:open(testing.kept, err) end
   local is_used
   is_used, err = is_there(false)
   if is_used == nil then return self:open(testing.kept, err) end
   if not is_used then return self:open(testing.kept, "a test does not use the secret that is stored") end
   stored, err = context.put(self, ref, with_secret(definition, nil, nil))
   if not stored then return self:open(testing.kept, err) end
   local is_kept
   is_kept, err = is_there(true)
   if is_kept == nil then return self:open(testing.kept, err) end
   self:answer(testing.kept, is_kept and "it is kept" or "it is erased",
      "a test after a PUT without the secret " .. (is_kept and "has it" or "lacks it"), not is_kept)
end

-- Without credentials of its own, the probe tests a call that leads nowhere.
local function ask_answer_alone(self, context)
   local value, err = test(self, self:definition(context.name, { authType = "NONE" }))
   if value == nil then return self:open(testing.answer, err) end
   tell_answer(self, value)
end

--- Asks its questions with test calls.
-- @tparam table self of `run.new`
-- @tparam table context `ref`, `name`, `is_clear` (whether the service shows secrets; nil if unknown), `invented` (an
-- `auth` that works nowhere), `put`, `get`
function testing.ask(self, context)
   local auth, call = own_call(self.settings)
   local why = self.options.credentials == false and "the client's credentials were not to be used"
      or not auth and "the client has a token alone, and no credentials that a connection could have"
      or context.is_clear ~= false and "the service may show secrets, so that none of the client's is stored"
   if why then
      self:open(testing.kept, why)
      return ask_answer_alone(self, context)
   end
   self.restore_auth = { ref = context.ref, name = context.name, auth = context.invented }
   ask_kept(self, context, self:definition(context.name, auth, { request = call }), context.invented)
end

--- Replaces the client's own credentials by invented ones.
-- @tparam table self of `run.new`
function testing.forget(self)
   local given = self.restore_auth
   if not given then return end
   local definition = self:definition(given.name, given.auth)
   local value, err = self:call("PUT", "/" .. given.ref, definition)
   if value == nil then value, err = self:call("PUT", "/" .. given.ref, definition) end
   if value == nil then
      table.insert(self.facts.left, { ref = given.ref, name = given.name,
         why = "it may have the client's own secret: " .. tostring(err) })
   end
end

return testing
