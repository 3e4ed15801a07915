--- The token call for each kind of credentials, and the checks of an access token.
-- @module personalize.auth.credentials
-- @local

local decode_percent = require("personalize.text").decode_percent
local errors = require "personalize.error"
local json = require "personalize.json"
local request = require "personalize.http.request"

local credentials = {}

-- The lifetime used when a response states none: that of the published example.
local assumed_lifetime = 900

local base64_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

--- Base64 of RFC 4648, padded.
function credentials.base64(text)
   local encoded = text:gsub("..?.?", function(group)
      local a, b, c = group:byte(1, 3)
      local bits = a * 65536 + (b or 0) * 256 + (c or 0)
      local digits = {}
      for place = 0, 3 do
         local value = math.floor(bits / 64 ^ (3 - place)) % 64
         digits[place + 1] = place <= #group and base64_digits:sub(value + 1, value + 1) or "="
      end
      return table.concat(digits)
   end)
   return encoded
end

local function basic(user, password)
   return "Basic " .. credentials.base64(user .. ":" .. password)
end

--- The token call: `url`, `form` and, for older organisations, the header `authorization`.
-- @tparam table settings of a client
function credentials.token_call(settings)
   if settings.client_id then
      return {
         url = settings.token_url,
         form = {
            client_id = settings.client_id,
            client_secret = settings.client_secret,
            grant_type = "client_credentials",
            audience = settings.audience,
         },
      }
   end
   return {
      url = settings.token_url,
      form = { grant_type = "client_credentials", clientKey = settings.client_key },
      authorization = basic(settings.client_key, settings.api_token),
   }
end

--- The key of a client's token in a shared cache. Others can read it, so it contains no secret.
function credentials.public_identity(call)
   local form = call.form
   return table.concat({ "personalize", call.url, form.client_id or form.clientKey, form.audience or "" }, "|")
end

--- The key that distinguishes the tokens of different credentials.
function credentials.identity(call)
   local form = call.form
   return table.concat({ call.url, call.authorization or "", form.client_id or "", form.client_secret or "",
      form.audience or "" }, "\0")
end

-- A proxy's URL may lack its scheme. A user without a password may itself be a secret key.
local function add_of_proxy(secrets, proxy)
   local given = proxy:gsub("^%w+://", ""):match "^([^/?#]*)@"
   if not given then return end
   local user, password = given:match "^([^:]*):(.*)$"
   user, password = user or given, password or ""
   local secret = password ~= "" and password or user
   secrets[#secrets + 1] = secret
   -- libcurl decodes both before it sends them
   secrets[#secrets + 1] = decode_percent(secret)
   secrets[#secrets + 1] = credentials.base64(decode_percent(user) .. ":" .. decode_percent(password))
end

--- The secrets in a client's settings, in each form in which they are sent.
-- @treturn table array
function credentials.secrets(settings)
   local secrets = {}
   for _, name in ipairs { "client_secret", "api_token", "client_cert_passphrase" } do
      secrets[#secrets + 1] = settings[name]
   end
   if type(settings.access_token) == "string" then secrets[#secrets + 1] = settings.access_token end
   if settings.api_token then
      secrets[#secrets + 1] = credentials.base64(settings.client_key .. ":" .. settings.api_token)
   end
   add_of_proxy(secrets, settings.proxy or "")
   return secrets
end

local function lifetime_in(stated)
   local seconds = tonumber(stated)
   if not seconds or seconds ~= seconds then return assumed_lifetime end
   return math.max(0, seconds)
end

-- Says what is wrong with a token, before it is used in a header; nil if nothing is.
local function problem_of(text)
   if type(text) ~= "string" then return text == nil and "nil" or "a " .. type(text) end
   if text == "" then return "an empty string" end
   if not request.header_safe(text) or text:find "%s" then return "one with characters that no header may hold" end
   return nil
end

--- Checks a token that the caller gave.
-- @param text
-- @param lifetime seconds; a value that is not a number counts as not stated
-- @treturn table `{ text =, lifetime = }`; or nil and an error object
function credentials.check_token(text, lifetime)
   local problem = problem_of(text)
   if problem then return errors.fail("auth", "expected an access token (string), got " .. problem) end
   return { text = text, lifetime = lifetime_in(lifetime) }
end

-- The error in an answer whose status is no error.
local function what_it_says(value)
   local code, description = value.error, value.error_description
   if type(code) ~= "string" then code = nil end
   if type(description) ~= "string" then description = nil end
   return code and description and code .. ": " .. description or code or description
end

--- Says what was expected in place of a response of the token endpoint; nil if the response is valid.
function credentials.expect_token(value)
   local is_object = type(value) == "table" and not json.is_array(value)
   local problem = is_object and problem_of(value.access_token)
   local said = problem and what_it_says(value)
   if said then return "an object with an access_token (it says: " .. said .. ")" end
   if problem then return "an object with an access_token (it has " .. problem .. ")" end
   return not is_object and "an object with an access_token" or nil
end

--- Reads the token from a valid response.
function credentials.read_token(value)
   return { text = value.access_token, lifetime = lifetime_in(value.expires_in) }
end

return credentials
