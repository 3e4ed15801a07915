--- A list of items: an array that prints as an aligned table, and has the members that came beside the items.
--
-- `#`, `ipairs`, `pairs` and the JSON encoder see only the array.
-- @classmod personalize.list
-- @extends {personalize.connection,...}
-- @usage
-- local list = assert(connections.list())
-- print(#list > 0, list.href ~= nil)  --> true	true
-- print(list)

local json = require "personalize.json"
local raw = require "personalize.raw"
local redaction = require "personalize.redaction"
local text = require "personalize.text"

-- The widest line in columns. If a line would be wider, the elastic column becomes narrower.
local widest_line = 120

local list = {}

--- Members that came beside `items` in the service's response; only `href` is published.
-- @table members
-- @tfield[opt] string href URL of the list

-- Whole numbers up to here have no fraction that was lost.
local largest_exact = 2 ^ 53

-- Formats a number: exact, with a decimal point in every locale, and 3 for 3.0.
function list.number(value)
   if json.is_number(value) then return tostring(value) end
   local is_float = not math.type or math.type(value) == "float"
   if is_float and value % 1 == 0 and math.abs(value) <= largest_exact then return ("%.0f"):format(value) end
   return json.encode(value) or tostring(value)
end

-- Formats a value for a cell.
function list.show(value)
   if type(value) == "string" then return redaction.text(value) end
   return (type(value) == "number" or json.is_number(value)) and list.number(value) or "-"
end

-- Formats the start of a time: 2025-07-02 14:04.
function list.time(value)
   return type(value) == "string" and value:sub(1, 16):gsub("T", " ") or "-"
end

-- Formats a boolean.
function list.yes_or_no(value)
   return value == true and "yes" or "no"
end

-- A column that most resources have.
list.revision = { "REV", 6, "revision" }
list.modified = { "MODIFIED", 16, "modifiedAt", show = list.time }
list.archived = { "ARCHIVED", 8, "archived", show = list.yes_or_no }

-- The value at a path such as `request.connectionUrl`. An object may come inside an array of one item.
function list.value_at(item, path)
   local parent, name = path:match "^(.*)%.(.*)$"
   if parent then return raw.get(raw.object(item, parent), name) end
   return raw.get(item, path)
end

-- Formats a list as a table of text.
-- @tparam table kind resource: its `columns` are `{ title, widest, path, show =, elastic = }`. `show(value)` returns
-- the text of a cell; one column may have `elastic`, its smallest width
-- @tparam table items array
function list.describe(kind, items)
   local count, rows = raw.length(items), {}
   if count == 0 then return "no " .. kind.many end
   for index = 1, count do
      rows[index] = {}
      for place, column in ipairs(kind.columns) do
         rows[index][place] = (column.show or list.show)(list.value_at(rawget(items, index), column[3]))
      end
   end
   return text.aligned(kind.columns, rows, widest_line) .. "\n" .. text.count(count, kind.one, kind.many)
end

-- Makes a list. `items` is used and not copied. All members of `answer`, the first page, except `items` become fields.
function list.new(kind, items, answer)
   local beside = {}
   for name, value in next, answer do
      if name ~= "items" and type(name) == "string" then beside[name] = value end
   end
   return setmetatable(items, {
      __name = "personalize." .. kind.name .. ".list",
      __index = beside,
      __tostring = function(self) return list.describe(kind, self) end,
      __jsontype = "array",
   })
end

return list
