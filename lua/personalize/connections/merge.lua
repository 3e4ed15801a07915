--- Deep merge, for `patch` and `ensure`.
-- @module personalize.connections.merge
-- @local

local json = require "personalize.json"
local shape = require "personalize.connections.shape"

local merge = {}

-- An unmarked empty table changes nothing in an object and empties an array.
local function is_object(value)
   return type(value) == "table" and not shape.is_array(value)
end

--- Merges changes into a connection, in place: objects member by member, everything else (arrays, null) replaced.
-- @tparam table into
-- @tparam table changes
-- @return true; or nil and the reason
function merge.into(into, changes, depth)
   depth = depth or 0
   if depth > 128 then return nil, "the changes are nested too deeply, or contain themselves" end
   for name, change in next, changes do
      local present = rawget(into, name)
      if is_object(change) and is_object(present) and change ~= json.null then
         local fine, reason = merge.into(present, change, depth + 1)
         if not fine then return nil, reason end
      else
         local copied, reason = shape.copy(change)
         if copied == nil then return nil, reason end
         rawset(into, name, copied)
      end
   end
   return true
end

--- Whether a connection already has all that a definition gives: objects member by member, arrays whole.
-- @tparam table present
-- @tparam table given
-- @tparam[opt] function ignored `ignored(path)` tells members that are not compared
function merge.has(present, given, ignored, prefix)
   for name, value in next, given do
      local path = (prefix or "") .. tostring(name)
      if not (ignored and ignored(path)) then
         local member = rawget(present, name)
         if is_object(value) and is_object(member) then
            if not merge.has(member, value, ignored, path .. ".") then return false end
         elseif not shape.equal(member, value) then
            return false
         end
      end
   end
   return true
end

return merge
