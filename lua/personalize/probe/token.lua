--- The answer of a token endpoint: lifetime and scope, and whether the scope is that of connections.
-- @module personalize.probe.token
-- @local

local credentials = require "personalize.auth.credentials"
local json = require "personalize.json"
local masking = require "personalize.http.masking"
local request = require "personalize.http.request"
local transport = require "personalize.http.transport"

local token = {}

-- One key gives one feature. It is inferred that this scope means connections.
token.scope_of_connections = "personalize.external_webservices:manage"

--- True if a scope is that of connections; nil if none is stated.
-- @tparam any scope
-- @treturn ?boolean
function token.is_for_connections(scope)
   if type(scope) ~= "string" or scope == "" then return nil end
   for word in scope:gmatch "%S+" do
      if word == token.scope_of_connections then return true end
   end
   return false
end

--- Masks what an answer may repeat of the credentials, and the token, in the members that are shown.
-- @tparam table value the decoded answer; changed in place
-- @tparam table settings of a client
-- @treturn table value
function token.mask(value, settings)
   local known = masking.secrets(credentials.secrets(settings), { [value.access_token] = true })
   for _, name in ipairs { "scope", "expires_in" } do
      if type(value[name]) == "string" then value[name] = masking.hide(value[name], known) end
   end
   return value
end

--- Fetches one token and describes the answer.
-- @tparam table settings of a client
-- @tparam number seconds
-- @treturn table the decoded answer
-- @return `nil` and the reason
function token.fetch(settings, seconds)
   if settings.credentials == "access_token" then return nil, "the token was given" end
   local call = credentials.token_call(settings)
   local answer, err = transport.perform(request.exchange({ method = "POST", url = call.url,
      body = assert(request.query(call.form)), content_type = "application/x-www-form-urlencoded" },
      request.authorization(call.authorization), seconds), settings.token_profile)
   if not answer then return nil, tostring(err) end
   local value = json.decode(answer.body or "")
   if answer.status ~= 200 or credentials.expect_token(value) then
      return nil, ("the token endpoint answered %d"):format(answer.status)
   end
   return token.mask(value, settings)
end

return token
