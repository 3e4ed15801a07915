--- The canonical order of members: first by a schema's rank, then alphabetically.
-- @module personalize.order
-- @local

local order = {}

-- Keys that are not strings come last, sorted by type.
local function place_of(rank, name)
   if type(name) == "number" then return 0 end
   return type(name) == "string" and (rank[name] or math.huge) or nil
end

local function precedes(rank, a, b)
   local rank_a, rank_b = place_of(rank, a), place_of(rank, b)
   if not rank_a or not rank_b then return rank_a ~= nil and rank_b == nil end
   if rank_a ~= rank_b then return rank_a < rank_b end
   return a < b
end

--- The names of members of one table, or of two together.
-- @tparam table object
-- @tparam ?table other
-- @tparam[opt] table rank name -> place, of a schema
-- @treturn table array of names
function order.names(object, other, rank)
   local names = {}
   for name in next, object do names[#names + 1] = name end
   for name in next, other or {} do
      if rawget(object, name) == nil then names[#names + 1] = name end
   end
   rank = rank or {}
   table.sort(names, function(a, b) return precedes(rank, a, b) end)
   return names
end

return order
