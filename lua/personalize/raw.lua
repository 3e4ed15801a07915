--- Reads tables without their metamethods; only `copy` runs them. Data that will be written goes through
-- `personalize.proxy` first. The service documents `auth` and `request` of a connection as arrays and answers with
-- objects, so code must not index them directly.
-- @module personalize.raw
-- @local

local json = require "personalize.json"
local letters = require "personalize.letters"
local proxy = require "personalize.proxy"

local raw = {}

--- A member of a table; nil for null, for anything that is not a table, and for a missing one.
function raw.get(value, name)
   if type(value) ~= "table" then return nil end
   local member = rawget(value, name)
   if member == json.null then return nil end
   return member
end

--- The length of a table, whatever its metatable says.
raw.length = rawget(_G, "rawlen") or function(value) return #value end

--- True if a table represents a JSON array.
function raw.is_array(value)
   return type(value) == "table" and (json.is_array(value) or rawget(value, 1) ~= nil)
end

--- The objects in a member, each with its path: one object, or those of an array, or none.
-- @treturn table array of `{ value, path }`
function raw.objects(connection, name)
   local value = raw.get(connection, name)
   if type(value) ~= "table" then return {} end
   if not raw.is_array(value) then return { { value, name } } end
   local found = {}
   for index = 1, raw.length(value) do
      local item = rawget(value, index)
      if type(item) == "table" then found[#found + 1] = { item, ("%s[%d]"):format(name, index) } end
   end
   return found
end

--- The first object in a member, or an empty table.
function raw.object(connection, name)
   local first = raw.objects(connection, name)[1]
   return first and first[1] or {}
end

--- The items of an array that are tables, by index.
function raw.items(connection, name)
   local list = raw.get(connection, name)
   local found = {}
   if type(list) ~= "table" then return found end
   for index = 1, raw.length(list) do
      local item = rawget(list, index)
      if type(item) == "table" then found[#found + 1] = { item, ("%s[%d]"):format(name, index) } end
   end
   return found
end

--- A string member, or nil.
function raw.string(value, name)
   local member = raw.get(value, name)
   return type(member) == "string" and member or nil
end

--- The type of authentication in capitals, or nil.
function raw.auth_type(auth)
   local kind = raw.string(auth, "authType")
   return kind and letters.upper(kind)
end

--- Whether a connection is archived.
function raw.is_archived(connection)
   return raw.get(connection, "archived") == true
end

local too_deep = "is nested too deeply (more than 128 levels), or contains itself"

local function copy_deeply(value, depth)
   if type(value) ~= "table" then return value end
   if depth > 128 then return nil, too_deep end
   local copy = {}
   for name, member in next, value do
      local copied, reason = copy_deeply(member, depth + 1)
      if copied == nil then return nil, reason end
      copy[name] = copied
   end
   return json.mark_like(copy, value)
end

--- Copies a value deeply; marks of arrays and empty objects stay. Tables with metamethods are read through them.
-- @return the copy; or nil and the reason
function raw.copy(value)
   local plain, reason, path = proxy.plain(value)
   if plain == nil and reason then return nil, path and path .. " " .. reason or reason end
   return copy_deeply(plain, 0)
end

local function equal_numbers(a, b)
   if json.is_number(a) and json.is_number(b) then return a == b end
   local exact, plain = a, b
   if json.is_number(b) then exact, plain = b, a end
   return type(plain) == "number" and plain - plain == 0 and exact == json.number(plain)
end

-- An unmarked empty table equals `[]` and `{}`.
local function equal_empty(a, b)
   local mt_of_a, mt_of_b = getmetatable(a), getmetatable(b)
   return mt_of_a == nil or mt_of_b == nil or json.is_array(a) == json.is_array(b)
end

--- True if two values are the same JSON. Only metamethods of exact numbers run.
function raw.equal(a, b, depth)
   depth = depth or 0
   if rawequal(a, b) then return true end
   if json.is_number(a) or json.is_number(b) then return equal_numbers(a, b) end
   if type(a) ~= "table" or type(b) ~= "table" then
      return type(a) == "number" and type(b) == "number" and a == b
   end
   if depth > 128 then return false end
   if next(a) == nil and next(b) == nil then return equal_empty(a, b) end
   for name, member in next, a do
      if not raw.equal(member, rawget(b, name), depth + 1) then return false end
   end
   for name in next, b do
      if rawget(a, name) == nil then return false end
   end
   return true
end

-- Unmarked empty tables are objects here.
function raw.is_object(value)
   return type(value) == "table" and not raw.is_array(value)
end

--- The object that a value represents: itself, or the only item of an array where the schema has an object.
-- @param value
-- @tparam ?table member of the schema
-- @treturn ?table
function raw.only_object(value, member)
   if raw.is_object(value) then return value end
   if not (member and member.members and raw.is_array(value) and raw.length(value) == 1) then return nil end
   local only = rawget(value, 1)
   return raw.is_object(only) and only or nil
end

-- A missing member equals null and an empty list.
local function is_nothing(value)
   return value == nil or value == json.null or (type(value) == "table" and next(value) == nil)
end

local function has_member(present, given, ignored, member, path)
   if is_nothing(given) and is_nothing(present) then return true end
   local object, wanted = raw.only_object(present, member), raw.only_object(given, member)
   if object and wanted then return raw.has(object, wanted, ignored, nil, path .. ".") end
   return raw.equal(present, given)
end

--- True if an object already has everything that another one gives: objects member by member, arrays as a whole.
-- @tparam table present
-- @tparam table given
-- @tparam[opt] function ignored `ignored(path, value, facing)` is true for members that are not compared; `value` is
-- what is given, `facing` what is there
-- @tparam[opt] table members of the schema by name
-- @tparam[opt] string prefix of paths
function raw.has(present, given, ignored, members, prefix)
   for name, value in next, given do
      local path = (prefix or "") .. tostring(name)
      local facing = rawget(present, name)
      if not (ignored and ignored(path, value, facing))
         and not has_member(facing, value, ignored, members and members[name], path) then
         return false
      end
   end
   return true
end

return raw
