--- Masks secrets in everything that is shown: `tostring`, errors, events, differences. The data itself does not change.
--
-- Secrets are: the schema's write-only members; members of unknown names that sound like credentials; values of headers
-- and form items that are not known to be harmless; credentials in text, such as user information and parameters of
-- URLs; and all of these in JSON inside a string.
-- @module personalize.redaction
-- @local

local json = require "personalize.json"
local names = require "personalize.redaction.names"
local native = require "personalize.native"
local parts = require "personalize.redaction.parts"

local redaction = {}

local mask = "***"
redaction.mask = mask

-- A walk over a value: `found` collects the secrets (or is nil), `changed` tells whether anything was masked, and
-- `seen` has the copies so far, by the list of members that applied, so that a value that contains itself is copied
-- once.
local function new_walk(found)
   local walk = { found = found, changed = false, seen = {} }
   function walk.hide(value)
      walk.changed = true
      if found and type(value) == "string" then parts.add(found, value) end
      return mask
   end
   return walk
end

-- The copy of a table: a new one, or the one that exists, then with true.
local function begin_copy(walk, value, members)
   local copies = walk.seen[members]
   if not copies then
      copies = {}
      walk.seen[members] = copies
   end
   if copies[value] then return copies[value], true end
   copies[value] = json.mark_like({}, value)
   return copies[value], false
end

-- True if a text is exactly one `${key}`.
local function is_reference(text)
   return text:find "^%${[^{}]*}$" ~= nil
end

-- True if a value needs no masking: it is empty, a switch, or a reference to an input.
local function is_harmless_value(value)
   return value == "" or value == json.null or type(value) == "boolean"
      or (type(value) == "string" and is_reference(value:gsub("^%a+ +", "")))
      or (type(value) == "table" and next(value) == nil)
end

local function collect_strings(walk, value, seen)
   if type(value) == "string" then walk.hide(value) end
   if type(value) ~= "table" or seen[value] then return end
   seen[value] = true
   for _, member in next, value do collect_strings(walk, member, seen) end
end

local function hide(walk, value)
   if is_harmless_value(value) then return value end
   if walk.found and type(value) == "table" then collect_strings(walk, value, {}) end
   return walk.hide(value)
end

local mask_plain

-- Masks the secrets in a text that is JSON. If there are none, the text keeps its layout.
local function mask_json_text(walk, text)
   if not text:find "^%s*[{%[\"]" then return nil end
   local value = native.json.decode(text) -- makes no error object if the text is not JSON
   if value == nil then return nil end
   local inner = new_walk(walk.found)
   local masked = mask_plain(inner, value)
   if not inner.changed then return text end
   walk.changed = true
   return json.encode(masked, { canonical = true }) or mask
end

local function mask_text(walk, text)
   if #text < 4 then return text end
   local masked_json = mask_json_text(walk, text)
   if masked_json then return masked_json end
   local masked, credentials = native.masking.likely(text)
   if credentials then walk.changed = true end
   for _, credential in ipairs(walk.found and credentials or {}) do parts.add_credential(walk.found, credential) end
   return masked
end

-- The name of a pair: `{ name =, value = }`, or `{ key =, value = }` as in lists of parameters.
local function pair_name(object)
   local name, key = rawget(object, "name"), rawget(object, "key")
   if type(key) == "string" and (rawget(object, "value") ~= nil or rawget(object, "exampleValue") ~= nil) then
      return key, "key"
   end
   return type(name) == "string" and name or nil, "name"
end

local pair_values = { value = true, exampleValue = true }

-- Masks a value at a place that the schema does not know, by names alone.
function mask_plain(walk, value)
   if type(value) == "string" then return mask_text(walk, value) end
   if type(value) ~= "table" then return value end
   local copy, is_known = begin_copy(walk, value, mask_plain)
   if is_known then return copy end
   local name_of_pair, name_member = pair_name(value)
   local is_credential_pair = name_of_pair and names.is_credential(name_of_pair)
   for name, member in next, value do
      local is_secret = pair_values[name] and is_credential_pair
         or (type(name) == "string" and name ~= name_member and names.is_credential(name))
      if is_secret then
         copy[name] = hide(walk, member)
      else
         copy[name] = mask_plain(walk, member)
      end
   end
   return copy
end

-- Masks the value of a header or form item, unless its name is harmless. Names are shown.
local function mask_pair(walk, kind, item)
   if type(item) ~= "table" then return hide(walk, item) end
   local is_harmless = names.is_harmless(kind, (pair_name(item)))
   local copy = {}
   for name, member in next, item do
      if name == "name" or name == "key" or is_harmless or names.is_harmless(kind, name) then
         copy[name] = mask_plain(walk, member)
      else
         copy[name] = hide(walk, member)
      end
   end
   return copy
end

local mask_members

local function sounds_secret(value)
   return type(value) == "string" and names.is_credential(value)
end

local function mask_input(walk, item, members)
   local masked = mask_members(walk, item, members)
   local example = rawget(item, "exampleValue")
   if example ~= nil and (sounds_secret(rawget(item, "key")) or sounds_secret(rawget(item, "label"))) then
      masked.exampleValue = hide(walk, example)
   end
   return masked
end

local members_of = {} -- list of members -> by name
local top_level -- the members of a connection by name; nil until `redaction.know`

local function by_name(list)
   if members_of[list] then return members_of[list] end
   local found = {}
   members_of[list] = found
   for _, member in ipairs(list) do
      found[member.name] = member
      by_name(member.members or member.items or {})
   end
   return found
end

--- Takes the members of a connection from the schema, to know which are secret and which may be.
-- @tparam table members as `personalize.schema` has them
function redaction.know(members)
   top_level = by_name(members)
end

local function mask_list(walk, member, list)
   local copy = json.mark_like({}, list)
   for index, item in next, list do
      if member.credential then
         local is_harmless = type(index) == "string" and names.is_harmless(member.credential, index)
         copy[index] = is_harmless and mask_plain(walk, item) or mask_pair(walk, member.credential, item)
      elseif type(item) == "table" then
         copy[index] = mask_input(walk, item, members_of[member.items])
      else
         copy[index] = mask_plain(walk, item)
      end
   end
   return copy
end

local function mask_member(walk, value, member)
   if member.secret then return hide(walk, value) end
   if type(value) == "table" and member.items and (member.credential or rawget(value, 1) ~= nil) then
      return mask_list(walk, member, value)
   end
   if type(value) == "table" and member.members then return mask_members(walk, value, members_of[member.members]) end
   if member.credential and member.type == "array" then return hide(walk, value) end
   return mask_plain(walk, value)
end

-- Masks a table whose members the schema knows, or an array of such tables, as the published table describes `auth`.
function mask_members(walk, object, members)
   local copy, is_known = begin_copy(walk, object, members)
   if is_known then return copy end
   for name, value in next, object do
      if members[name] then
         copy[name] = mask_member(walk, value, members[name])
      elseif type(name) == "number" and type(value) == "table" then
         copy[name] = mask_members(walk, value, members)
      elseif type(name) == "string" and (names.is_credential(name) or (name == "value" and members.authType)) then
         copy[name] = hide(walk, value)
      else
         copy[name] = mask_plain(walk, value)
      end
   end
   return copy
end

--- A copy of a connection or definition with every secret masked.
-- @tparam table connection
-- @treturn table
function redaction.connection(connection)
   return mask_members(new_walk(), connection, top_level)
end

--- A masked copy of any value, by names and texts; the paths of connections do not apply.
function redaction.value(value)
   return mask_plain(new_walk(), value)
end

--- Whether a value is what services show in place of a secret: asterisks or bullets alone.
function redaction.is_mask(value)
   return type(value) == "string" and value:find "^[*\226\128\162]+$" ~= nil
      and value:gsub("\226\128\162", ""):find "^%**$" ~= nil
end

--- A text with its credentials masked.
-- @tparam string text
-- @treturn string
function redaction.text(text)
   return mask_text(new_walk(), text)
end

--- Collects the secrets of a definition, or of the body of a test call, so that they can be masked if a server echoes
-- them.
-- @param value a table; other values have no secrets
-- @tparam ?string url where it is sent; its query may have credentials, too
-- @treturn table set of strings
function redaction.secrets_of(value, url)
   local found = {}
   if url then mask_text(new_walk(found), url) end
   if type(value) ~= "table" then return found end
   mask_members(new_walk(found), value, top_level)
   local inner = rawget(value, "connection")
   if type(inner) == "table" then mask_members(new_walk(found), inner, top_level) end
   return found
end

return redaction
