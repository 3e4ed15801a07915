--- Hides secrets in whatever is shown: `tostring`, errors, events, differences. The data itself is never touched.
--
-- What counts as secret: the schema's write-only members; members of unknown names that sound like credentials;
-- values of headers and form items that are not known to be harmless; user information and credential parameters
-- of URLs; `Bearer ...` and its like in any text; and all of these inside JSON that is written in a string.
-- @module personalize.redaction
-- @local

local native = require "personalize.native"
local schema = require "personalize.schema"
local json = require "personalize.json"

local redaction = {}

local mask = "***"
redaction.mask = mask

local function set(words)
   local members = {}
   for word in words:gmatch "%S+" do members[word] = true end
   return members
end

-- Whole names, without case, hyphens and underscores.
local credential_names = set [[
   key auth authorization proxyauthorization cookie setcookie pwd pass passphrase sig signature session sessionid
   sid pin otp jwt bearer sas assertion
]]

-- Parts of names.
local credential_parts = {
   "secret", "password", "passwd", "token", "apikey", "accesskey", "privatekey", "subscriptionkey", "functionskey",
   "credential", "authkey", "signingkey", "encryptionkey", "sharedkey",
}

-- Names that sound like credentials and are not.
local harmless_names = set [[
   clientkey accesstokenurl tokenurl tokentype tokenendpoint tokenttl expiresin maxtokens publickey
]]

local harmless_headers = set [[
   accept acceptcharset acceptencoding acceptlanguage cachecontrol connection contentencoding contentlanguage
   contentlength contenttype date expect from host ifmatch ifmodifiedsince ifnonematch ifunmodifiedsince keepalive
   maxforwards origin pragma prefer range referer te traceparent tracestate trailer transferencoding upgrade
   useragent via xcorrelationid xforwardedfor xforwardedhost xforwardedproto xrequestedwith xrequestid
]]

local harmless_form_items = set "granttype scope audience resource clientid responsetype"

local function plain_name(name)
   return (name:lower():gsub("[^%w]", ""))
end

--- Whether a member, parameter or header of this name usually carries a credential.
function redaction.is_credential_name(name)
   local plain = plain_name(name)
   if harmless_names[plain] then return false end
   if credential_names[plain] then return true end
   for _, part in ipairs(credential_parts) do
      if plain:find(part, 1, true) then return true end
   end
   return false
end

local harmless_of = {
   header = harmless_headers,
   form = harmless_form_items,
}

local function pair_is_harmless(kind, name)
   return type(name) == "string" and harmless_of[kind][plain_name(name)] == true
end

local function is_empty(value)
   return value == "" or value == json.null
end

local mask_plain

-- Text that holds JSON is masked inside and keeps its form where nothing was secret.
local function mask_json_text(text)
   if not text:find "^%s*[{%[\"]" then return nil end
   local value = json.decode(text)
   if type(value) == "table" then
      local masked, changed = mask_plain(value)
      if not changed then return text end
      return json.encode(masked) or mask
   elseif type(value) == "string" then
      local inner = redaction.text(value)
      return inner == value and text or json.encode(inner)
   end
   return nil
end

-- `"password": "x"` in text that is not quite JSON (a template, a cut body).
local function mask_json_members(text)
   text = text:gsub('"([%w%-_.]+)"(%s*:%s*)"([^"\\]*)"', function(name, colon, value)
      if value == "" or value:find "^%${[^}]*}$" or not redaction.is_credential_name(name) then return nil end
      return ('"%s"%s"%s"'):format(name, colon, mask)
   end)
   return (text:gsub('(\\"([%w%-_.]+)\\"%s*:%s*\\")([^"\\]*)\\"', function(head, name, value)
      if value == "" or not redaction.is_credential_name(name) then return nil end
      return head .. mask .. '\\"'
   end))
end

local schemes = { "[Bb][Ee][Aa][Rr][Ee][Rr]", "[Bb][Aa][Ss][Ii][Cc]", "[Dd][Ii][Gg][Ee][Ss][Tt]",
   "[Nn][Ee][Gg][Oo][Tt][Ii][Aa][Tt][Ee]" }

--- Masks credentials in free text: URLs, `Bearer ...`, JSON members, tokens of three dotted parts.
-- @tparam string text
-- @treturn string
function redaction.text(text)
   if #text < 4 then return text end
   text = mask_json_text(text) or text
   if text:find("://", 1, true) or text:find("=", 1, true) then text = native.url.redact(text) end
   for _, scheme in ipairs(schemes) do
      text = text:gsub("(%f[%w]" .. scheme .. "%s+)([%w%-._~+/=]+)", function(head, value)
         if #value < 6 then return nil end
         return head .. mask
      end)
   end
   if text:find('":', 1, true) or text:find('" :', 1, true) then text = mask_json_members(text) end
   return (text:gsub("eyJ[%w_-]+%.[%w_-]+%.?[%w_-]*", mask))
end

-- Masks a value of no known place: by names alone.
-- @return a copy and whether anything was masked
function mask_plain(value, depth)
   depth = depth or 0
   if type(value) == "string" then
      local masked = redaction.text(value)
      return masked, masked ~= value
   elseif type(value) ~= "table" or depth > 128 then
      return value, false
   end
   local copy, changed = {}, false
   local mt = getmetatable(value)
   for name, member in next, value do
      if type(name) == "string" and redaction.is_credential_name(name) and type(member) ~= "boolean"
         and not is_empty(member) and not (type(member) == "string" and member:find "^%${[^}]*}$") then
         copy[name], changed = mask, true
      else
         local masked, inner_changed = mask_plain(member, depth + 1)
         copy[name] = masked
         changed = changed or inner_changed
      end
   end
   -- a {name, value} pair: the name tells what the value is
   local name, pair_value = rawget(value, "name"), rawget(value, "value")
   if type(name) == "string" and pair_value ~= nil and not is_empty(pair_value)
      and redaction.is_credential_name(name) then
      copy.value, changed = mask, true
   end
   if json.is_array(value) then mt = native.json.array_mt end
   return setmetatable(copy, type(mt) == "table" and mt or nil), changed
end

local mask_members

local function mask_pair(kind, item, depth)
   local masked = mask_plain(item, depth)
   if type(masked) == "table" and not pair_is_harmless(kind, rawget(item, "name")) then
      local value = rawget(item, "value")
      if value ~= nil and not is_empty(value) then masked.value = mask end
   end
   return masked
end

local function mask_input(item, members, depth)
   local masked = mask_members(item, members, depth)
   local key, example = rawget(item, "key"), rawget(item, "exampleValue")
   if type(key) == "string" and redaction.is_credential_name(key) and example ~= nil and not is_empty(example) then
      masked.exampleValue = mask
   end
   return masked
end

local function mask_items(member, list, depth)
   local copy = {}
   for index, item in next, list do
      if type(item) ~= "table" then
         copy[index] = mask_plain(item, depth)
      elseif member.credential == "header" or member.credential == "form" then
         copy[index] = mask_pair(member.credential, item, depth)
      elseif member.items then
         copy[index] = mask_input(item, schema.by_name(member.items), depth)
      else
         copy[index] = mask_plain(item, depth)
      end
   end
   return native.json.array(copy)
end

local function mask_member(name, value, member, depth)
   if member.secret then
      return is_empty(value) and value or mask
   elseif type(value) ~= "table" then
      return (mask_plain(value, depth))
   elseif depth > 128 then
      return mask
   elseif member.type == "array" and next(value) ~= nil and rawget(value, 1) ~= nil then
      return mask_items(member, value, depth + 1)
   elseif member.members then
      return mask_members(value, schema.by_name(member.members), depth + 1)
   end
   return (mask_plain({ [name] = value }, depth))[name]
end

-- Masks a table whose members the schema knows; a list of such tables (the published table calls `auth` one)
-- likewise.
function mask_members(object, members, depth)
   local copy = {}
   for name, value in next, object do
      local member = members[name]
      if member then
         copy[name] = mask_member(name, value, member, depth)
      elseif type(name) == "number" and type(value) == "table" then
         copy[name] = depth > 128 and mask or mask_members(value, members, depth + 1)
      else
         copy[name] = (mask_plain({ [name] = value }, depth))[name]
      end
   end
   if json.is_array(object) then return native.json.array(copy) end
   return copy
end

local top_level = schema.by_name(schema.members)

--- A copy of a connection or definition with every secret masked.
-- @tparam table connection
-- @treturn table
function redaction.connection(connection)
   return mask_members(connection, top_level, 0)
end

--- A masked copy of any value: a connection's paths do not apply, names and texts do.
function redaction.value(value)
   return (mask_plain(value))
end

--- Collects the strings at secret places of a value, so that they can be hidden where a server echoes them.
-- @tparam table value
-- @treturn table set of strings
function redaction.secrets_of(value, found, depth)
   found, depth = found or {}, depth or 0
   if type(value) ~= "table" or depth > 128 then return found end
   for name, member in next, value do
      if type(member) == "table" then
         redaction.secrets_of(member, found, depth + 1)
      elseif type(member) == "string" and type(name) == "string" and #member >= 4
         and redaction.is_credential_name(name) then
         found[member] = true
      end
   end
   local name, pair_value = rawget(value, "name"), rawget(value, "value")
   if type(name) == "string" and type(pair_value) == "string" and #pair_value >= 4
      and not pair_is_harmless("header", name) and not pair_is_harmless("form", name) then
      found[pair_value] = true
   end
   return found
end

--- Replaces known secrets in a text, wherever they stand, also percent-encoded.
-- @tparam string text
-- @tparam table secrets set of strings
function redaction.known(text, secrets)
   for secret in pairs(secrets) do
      for _, form in ipairs { secret, native.url.escape(secret) } do
         text = text:gsub(form:gsub("%p", "%%%0"), mask)
      end
   end
   return text
end

return redaction
