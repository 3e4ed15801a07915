--- Deep merge, for `patch` and `ensure`.
-- @module personalize.connections.merge
-- @local

local json = require "personalize.json"
local schema = require "personalize.schema"
local shape = require "personalize.raw"

local merge = {}

local deepest = 128

local top_level = schema.by_name(schema.members)

-- Unmarked empty tables are objects here: they change nothing in one.
local function is_object(value)
   return type(value) == "table" and not shape.is_array(value)
end

-- What the schema calls an object may be answered as an array. One object in an array stands for itself.
local function only_object(value, member)
   if is_object(value) then return value end
   if not (member and member.members and shape.is_array(value) and shape.length(value) == 1) then return nil end
   local only = rawget(value, 1)
   return is_object(only) and only or nil
end

local function replacement(change, present)
   if type(change) == "table" and next(change) == nil and getmetatable(change) == nil and shape.is_array(present) then
      return json.array {}
   end
   return shape.copy(change)
end

local merge_into

local function merge_member(into, name, change, member, depth)
   local present = rawget(into, name)
   if is_object(change) then
      local object = only_object(present, member)
      if object then return merge_into(object, change, nil, depth + 1) end
      if member and member.members and shape.is_array(present) and shape.length(present) > 1 then
         return nil, ("%s holds %d objects: give the whole array"):format(name, shape.length(present))
      end
   end
   local copied, reason = replacement(change, present)
   if copied == nil then return nil, ("%s: %s"):format(tostring(name), reason) end
   rawset(into, name, copied)
   return true
end

function merge_into(into, changes, members, depth)
   if depth > deepest then return nil, "the changes are nested too deeply, or contain themselves" end
   for name, change in next, changes do
      local fine, reason = merge_member(into, name, change, members and members[name], depth)
      if not fine then return nil, reason end
   end
   return true
end

--- Merges changes into a connection, in place: objects member by member, everything else (arrays, null) replaced.
-- @tparam table into
-- @tparam table changes
-- @return true; or nil and the reason
function merge.into(into, changes)
   return merge_into(into, changes, top_level, 0)
end

-- A member that is not there equals null, and an empty list.
local function is_nothing(value)
   return value == nil or value == json.null
      or (type(value) == "table" and next(value) == nil)
end

local has

local function has_member(present, given, ignored, member, path)
   if is_nothing(given) and is_nothing(present) then return true end
   local object, wanted = only_object(present, member), only_object(given, member)
   if object and wanted then return has(object, wanted, ignored, nil, path .. ".") end
   return shape.equal(present, given)
end

function has(present, given, ignored, members, prefix)
   for name, value in next, given do
      local path = prefix .. tostring(name)
      if not (ignored and ignored(path))
         and not has_member(rawget(present, name), value, ignored, members and members[name], path) then
         return false
      end
   end
   return true
end

--- Whether a connection already has all that a definition gives: objects member by member, arrays whole.
-- @tparam table present
-- @tparam table given
-- @tparam[opt] function ignored `ignored(path)` tells members that are not compared
function merge.has(present, given, ignored)
   return has(present, given, ignored, top_level, "")
end

return merge
