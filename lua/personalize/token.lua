--- Access tokens: fetched when needed, renewed in time, shared by the clients of one process that have the same
-- credentials.
-- @module personalize.token
-- @local

local native = require "personalize.native"
local errors = require "personalize.error"
local json = require "personalize.json"
local request = require "personalize.request"

local token = {}

-- The published token call, for organisations on the Cloud Portal.
token.default_url = "https://auth.sitecorecloud.io/oauth/token"
token.default_audience = "https://api.sitecorecloud.io"

-- Used when an answer states no lifetime: the one of the published example.
local assumed_lifetime = 900

-- How long a failed early renewal rests while the old token still lives, at most.
local longest_rest = 5

local base64_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

local function base64(text)
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

-- The token call of each kind of credentials: form and, for older organisations, HTTP Basic.
local function describe(settings)
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
      authorization = "Basic " .. base64(settings.client_key .. ":" .. settings.api_token),
   }
end

local function check_token(text, lifetime)
   if type(text) ~= "string" or text == "" then
      return errors.fail("auth", ("expected an access token (string), got %s"):format(
         text == "" and "an empty string" or text == nil and "nil" or "a " .. type(text)))
   elseif not request.header_safe(text) or text:find "%s" then
      return errors.fail("auth", "the access token holds characters that cannot stand in a header")
   end
   lifetime = tonumber(lifetime)
   if not lifetime or lifetime ~= lifetime or lifetime < 0 then lifetime = assumed_lifetime end
   return { text = text, lifetime = lifetime }
end

-- A source hands out tokens; `fetch(deadline, how)` brings a new one as { text=, lifetime= } or nil, err.
local Source = {}
Source.__index = Source

local function new_source(fetch, renewable)
   return setmetatable({ fetch = fetch, renewable = renewable }, Source)
end

-- The moment from which a token should be renewed although it still lives.
local function renewal_margin(lifetime)
   return math.min(60, lifetime * 0.1)
end

function Source:store(fetched)
   local now = native.now()
   self.current = fetched.text
   self.expires_at = now + fetched.lifetime
   self.renew_at = self.expires_at - renewal_margin(fetched.lifetime)
   return fetched.text
end

--- The token to use now.
-- @tparam number deadline on the monotonic clock
-- @param how what `fetch` needs to make its call
-- @treturn string the token; or nil and an error object
function Source:get(deadline, how)
   local now = native.now()
   if self.current and now < self.renew_at then return self.current end
   local fetched, err = self.fetch(deadline, how)
   if fetched then return self:store(fetched) end
   now = native.now()
   if self.current and now < self.expires_at then
      self.renew_at = math.min(self.expires_at, now + longest_rest)
      return self.current
   end
   return nil, err
end

--- Forgets a token that the service refused.
-- @treturn boolean whether another one can be had
function Source:refused(text)
   if self.current == text then self.current = nil end
   return self.renewable
end

local function read_token_answer(value)
   if type(value) ~= "table" or type(value.access_token) ~= "string" then
      return errors.fail("auth", "the token endpoint answered without an access_token")
   end
   return check_token(value.access_token, value.expires_in ~= json.null and value.expires_in or nil)
end

-- Weak: a source lives as long as a client of its credentials.
local sources = setmetatable({}, { __mode = "v" })

--- The source of tokens for a client's settings.
-- @tparam table settings checked options of a client
-- @treturn table source
function token.source(settings)
   local given = settings.access_token
   if type(given) == "string" then
      local source = new_source(function() return errors.fail("auth", "the given access_token was refused") end, false)
      source.current, source.expires_at, source.renew_at = given, math.huge, math.huge
      return source
   elseif given then
      return new_source(function()
         local fine, text, lifetime = pcall(given)
         if not fine then return errors.fail("auth", "access_token() raised an error: " .. tostring(text)) end
         if text == nil then
            local cause = lifetime
            return errors.fail("auth", "access_token() gave no token" .. (cause and ": " .. tostring(cause) or ""),
               { cause = errors.is(cause) and cause or nil })
         end
         return check_token(text, lifetime)
      end, true)
   end
   local call = describe(settings)
   local identity = table.concat({ call.url, call.authorization or "", settings.client_id or "",
      settings.client_secret or "", settings.audience or "" }, "\0")
   local source = sources[identity]
   if not source then
      source = new_source(function(deadline, exchange)
         local value, err = exchange(call, deadline)
         if value == nil then return nil, err end
         return read_token_answer(value)
      end, true)
      sources[identity] = source
   end
   return source
end

return token
