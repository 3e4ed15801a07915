--- The canonical order of members: as in the published bodies, then alphabetically.
-- @module personalize.order
-- @local

local schema = require "personalize.schema"

local order = {}

-- Whatever is no name of a member comes last, by its type.
local function rank(name)
   if type(name) == "number" then return 0 end
   return type(name) == "string" and (schema.rank[name] or math.huge) or nil
end

local function precedes(a, b)
   local rank_a, rank_b = rank(a), rank(b)
   if not rank_a or not rank_b then return rank_a ~= nil and rank_b == nil end
   if rank_a ~= rank_b then return rank_a < rank_b end
   return a < b
end

--- The names of members of one table, or of two together.
-- @tparam table object
-- @tparam[opt] table other
-- @treturn table array of names
function order.names(object, other)
   local names = {}
   for name in next, object do names[#names + 1] = name end
   for name in next, other or {} do
      if rawget(object, name) == nil then names[#names + 1] = name end
   end
   table.sort(names, precedes)
   return names
end

return order
