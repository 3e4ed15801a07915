--- Credentials in a curl command: a token call within it, and credentials in clear text.
-- @module personalize.connections.curl.credentials
-- @local

local json = require "personalize.json"
local letters = require "personalize.letters"
local names = require "personalize.redaction.names"
local options = require "personalize.connections.curl.options"
local redaction = require "personalize.redaction"
local request = require "personalize.connections.curl.request"
local text = require "personalize.text"

local credentials = {}

-- ------------------------------------------------------------------ OAuth

local function decode(value)
   return text.decode_percent((value:gsub("+", " ")))
end

-- The items of a form in order, and the items with credentials by name; nil if it is not UTF-8.
local function read_form(body)
   local items, own = json.array {}, {}
   for pair in (body or ""):gmatch "[^&]+" do
      local name, value = pair:match "^([^=]*)=(.*)$"
      name, value = decode(name or pair), decode(value or "")
      if not text.is_utf8(name .. value) then return nil end
      if name == "grant_type" or name == "client_id" or name == "client_secret" then
         own[name] = value
      else
         items[#items + 1] = { name = name, value = value }
      end
   end
   return items, own
end

local function headers_of(call)
   local list = json.array {}
   for _, header in ipairs(call.headers) do
      local is_usual = letters.lower(header.name) == "content-type"
         and letters.lower(header.value) == "application/x-www-form-urlencoded"
      if not is_usual then list[#list + 1] = header end
   end
   return list
end

--- The `auth` of a command that fetches a token by client credentials.
-- @tparam table argv words of a curl command
-- @tparam table warnings
-- @treturn table auth
-- @return `nil` and what is wrong
function credentials.oauth(argv, warnings)
   local list, wrong = options.parse(argv)
   local call
   if list then call, wrong = request.read(list, warnings) end
   if not call then return nil, "the token call: " .. wrong end
   local items, own = read_form(call.body)
   if not items then return nil, "the token call: its form is not UTF-8" end
   if own.grant_type ~= "client_credentials" then
      return nil, "the token call: expected a form with grant_type=client_credentials, the only way that a connection "
         .. "has"
   end
   local user, password
   if call.user then user, password = call.user:match "^([^:]*):?(.*)$" end
   return {
      authType = "OAUTH", clientId = user or own.client_id, clientSecret = password or own.client_secret,
      accessTokenUrl = call.url, useMutualTls = call.has_certificate == true,
      oauthCustomHeaders = headers_of(call), formUrlEncodedItems = items,
   }
end

-- ------------------------------------------------------------------ what is shown in clear

-- Whether a value is a reference to an input, perhaps after the name of a scheme.
local function is_reference(value)
   return value:gsub("^%a+ +", ""):find "^%${[%w_]+}$" ~= nil
end

-- Whether a value was masked when the command was written.
local function is_masked(value)
   return value:sub(-#redaction.mask) == redaction.mask
end

-- Whether a text has nothing to mask, or only what is masked.
local function is_harmless(member, value)
   if redaction.text(value) == value then return true end
   local secrets = redaction.secrets_of { request = { [member] = value } }
   for secret in pairs(secrets) do
      if not is_masked(secret) then return false end
   end
   return next(secrets) ~= nil
end

local function is_clear(name, value)
   return value ~= "" and not is_reference(value) and not is_masked(value)
      and (names.is_credential(name) or redaction.text(value) ~= value)
end

-- The names of JSON members whose values are credentials.
local function members_in(value, found, depth)
   if type(value) ~= "table" or json.is_number(value) or depth > 32 then return end
   for name, member in next, value do
      if type(name) == "string" and type(member) == "string" and is_clear(name, member) then found[name] = true end
      members_in(member, found, depth + 1)
   end
end

local function parameters_in(query, found)
   for part in query:gmatch "[^?&#]+" do
      local name, value = part:match "^([^=]+)=(.*)$"
      name = name and decode(name)
      if name and names.is_credential(name) and is_clear(name, decode(value)) then found[name] = true end
   end
end

local function listed(found)
   local list = {}
   for name in pairs(found) do list[#list + 1] = text.short(name, 40) end
   table.sort(list)
   return table.concat(list, ", ")
end

local advice = "; in a file keep it as a reference, such as {\"$env\": \"NAME\"}"

--- Warns of each place of a definition that holds a credential, without showing it.
-- @tparam table definition
-- @tparam function warn called with the path and the message
function credentials.warn(definition, warn)
   local call, auth = definition.request, definition.auth
   for index, header in ipairs(definition.customHeaders or {}) do
      if is_clear(header.name, header.value) then
         warn(("customHeaders[%d].value"):format(index), ("the header %s holds a credential in clear%s"):format(
            text.short(header.name, 40), advice))
      end
   end
   local found = {}
   parameters_in(call.connectionUrl, found)
   if next(found) then
      warn("request.connectionUrl", ("the URL holds a credential in clear (%s)%s"):format(listed(found), advice))
   elseif not is_harmless("connectionUrl", call.connectionUrl) then
      warn("request.connectionUrl", "the URL holds a credential in clear" .. advice)
   end
   local body = call.requestBody
   if body and not is_harmless("requestBody", body) then
      found = {}
      members_in(json.decode(body), found, 0)
      if not next(found) then parameters_in(body, found) end
      warn("request.requestBody", ("the body holds a credential in clear%s%s"):format(
         next(found) and (" (%s)"):format(listed(found)) or "", advice))
   end
   for name, what in pairs { password = "the password of --user", clientSecret = "the client secret" } do
      local value = auth[name]
      if value and value ~= "" and not is_reference(value) and not is_masked(value) then
         warn("auth." .. name, ("%s stands here in clear%s"):format(what, advice))
      end
   end
end

return credentials
