--- Lists of connections: arrays that show as an aligned table and know what stood beside the items.
-- @module personalize.connections.list
-- @local

local display_list = require "personalize.connections.display_list"

local list = {}

--- Makes a list of connections.
-- @tparam table items array; used, not copied
-- @tparam table answer the decoded answer of the first page; its members but `items` become fields of the list
function list.new(items, answer)
   local beside = {}
   for name, value in next, answer do
      if name ~= "items" and type(name) == "string" then beside[name] = value end
   end
   return setmetatable(items, {
      __name = "personalize.connections.list",
      __index = beside,
      __tostring = display_list,
      __jsontype = "array",
   })
end

return list
