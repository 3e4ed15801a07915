--- The answer of a token endpoint: lifetime and scope, and whether the scope is that of connections.
-- @module personalize.probe.token
-- @local

local credentials = require "personalize.auth.credentials"
local json = require "personalize.json"
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
   return value
end

return token
