--- A list of connections: an array that shows as an aligned table, and knows what stood beside the items.
--
-- `#`, `ipairs`, `pairs` and the encoder see the array alone.
-- @classmod personalize.list
-- @extends {personalize.connection,...}
-- @usage
-- local list = assert(connections.list())
-- print(#list > 0, list.href ~= nil)  --> true	true
-- print(list)

local display_list = require "personalize.connections.display_list"

local list = {}

--- What stood beside `items` in the service's answer; others than `href` are not published.
-- @table members
-- @tfield[opt] string href URL of the list

-- `items` is used and not copied; of `answer`, the first page, all but `items` become fields of the list.
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
