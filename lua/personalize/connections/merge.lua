--- Deep merge, for `patch` and `ensure`.
-- @module personalize.connections.merge
-- @local

local json = require "personalize.json"
local raw = require "personalize.raw"
local schema = require "personalize.schema"

local merge = {}

local deepest = 128

local top_level = schema.by_name(schema.members)

local function replacement(change, present)
   if type(change) == "table" and next(change) == nil and getmetatable(change) == nil and raw.is_array(present) then
      return json.array {}
   end
   return raw.copy(change)
end

local merge_into

local function merge_member(into, name, change, member, depth)
   local present = rawget(into, name)
   if raw.is_object(change) then
      local object = raw.only_object(present, member)
      if object then return merge_into(object, change, nil, depth + 1) end
      if member and member.members and raw.is_array(present) and raw.length(present) > 1 then
         return nil, ("%s holds %d objects: give the whole array"):format(name, raw.length(present))
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

--- Merges changes into a connection in place: objects member by member; all other values (arrays, null) are replaced.
-- @tparam table into
-- @tparam table changes
-- @return true; or nil and the reason
function merge.into(into, changes)
   return merge_into(into, changes, top_level, 0)
end

--- True if a connection already has everything that a definition gives: objects member by member, arrays as a whole.
-- @tparam table present
-- @tparam table given
-- @tparam[opt] function ignored as `raw.has` takes it
function merge.has(present, given, ignored)
   return raw.has(present, given, ignored, top_level)
end

return merge
