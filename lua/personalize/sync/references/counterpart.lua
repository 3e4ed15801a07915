--- Finds the same item in two versions of an array. Headers, form items and inputs are known by their names: in the
-- other version there may be another one in front of them. Items without a name are known by their index.
-- @module personalize.sync.references.counterpart
-- @local

local raw = require "personalize.raw"
local references = require "personalize.sync.references"

local counterpart = {}

local function name_of(item)
   return raw.string(item, "name") or raw.string(item, "key")
end

-- Whether an item's name is a reference, so that any name may be meant.
local function is_open(item)
   return references.of(raw.get(item, "name")) ~= nil or references.of(raw.get(item, "key")) ~= nil
end

local function indexes_by_name(list)
   local found = {}
   for index = 1, raw.length(list) do
      local name = name_of(rawget(list, index))
      if name then
         found[name] = found[name] or {}
         table.insert(found[name], index)
      end
   end
   return found
end

-- Whether two items of one index are the same, as far as that can be told.
local function may_be_same(item, other, has_same_length)
   if has_same_length and (is_open(item) or is_open(other)) then return true end
   return not name_of(item) and not name_of(other)
end

-- Pairs the items of two arrays: index -> index in the other one. Of several with a name the first is the first.
local function pair(list, other)
   local found, taken, by_name, used = {}, {}, indexes_by_name(other), {}
   for index = 1, raw.length(list) do
      local name = name_of(rawget(list, index))
      if name then
         used[name] = (used[name] or 0) + 1
         found[index] = (by_name[name] or {})[used[name]]
         if found[index] then taken[found[index]] = true end
      end
   end
   local length, has_same_length = raw.length(other), raw.length(list) == raw.length(other)
   for index = 1, raw.length(list) do
      if index <= length and not found[index] and not taken[index]
         and may_be_same(rawget(list, index), rawget(other, index), has_same_length) then
         found[index], taken[index] = index, true
      end
   end
   return found, taken
end

--- Makes the function that gives the counterpart of a member, by its name or index; nil if there is none.
-- @tparam table value an object or an array
-- @tparam table other another version of it
function counterpart.finder(value, other)
   if not raw.is_array(value) or not raw.is_array(other) then
      return function(name) return rawget(other, name) end
   end
   local index_of = pair(value, other)
   return function(index) return index_of[index] and rawget(other, index_of[index]) end
end

--- Where an item of an array may stand in another version: at its counterpart, at others of its name, and if it has no
-- counterpart at every item that has none.
-- @tparam table list
-- @tparam number index of the item
-- @tparam table other
-- @treturn table set of indexes
function counterpart.places(list, index, other)
   local index_of, taken = pair(list, other)
   local name, place, places = name_of(rawget(list, index)), index_of[index], {}
   for each = 1, raw.length(other) do
      local is_namesake = name ~= nil and name_of(rawget(other, each)) == name
      places[each] = each == place or is_namesake or not place and not taken[each]
   end
   return places
end

return counterpart
