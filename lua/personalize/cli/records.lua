--- Lists for other programs: CSV (RFC 4180), tab-separated values, names.
-- @module personalize.cli.records
-- @local

local json = require "personalize.json"
local list = require "personalize.resource.list"
local text = require "personalize.text"

local records = {}

--- A value as text; empty if there is none.
function records.data(value, default)
   if value == nil or value == json.null then value = default end
   if value == nil then return "" end
   if type(value) == "number" or json.is_number(value) then return list.number(value) end
   return type(value) == "table" and (json.encode(value, { canonical = true }) or "") or tostring(value)
end

local function csv_field(field)
   if not field:find '[",\r\n]' and not field:find "^%s" and not field:find "%s$" then return field end
   return '"' .. field:gsub('"', '""') .. '"'
end

local escapes = { ["\\"] = "\\\\", ["\t"] = "\\t", ["\n"] = "\\n", ["\r"] = "\\r" }

local function tsv_field(field)
   return (field:gsub("[\\\t\n\r]", escapes))
end

-- A name on a line of its own.
local function name_field(field)
   return (field:gsub("[\n\r]", escapes))
end

local kinds = {
   csv = { field = csv_field, separator = ",", line = "\r\n", has_titles = true },
   tsv = { field = tsv_field, separator = "\t", line = "\n", has_titles = true },
   names = { field = name_field, separator = "\t", line = "\n" },
}

--- Formats records.
-- @tparam string kind `csv`, `tsv` or `names`
-- @tparam table chosen array of columns
-- @tparam table items masked connections
-- @tparam function value `value(item, column)`
-- @tparam boolean is_terminal escapes what a terminal would obey, and uses its line ends
-- @treturn string ends with a line break; empty if there are no records
function records.of(kind, chosen, items, value, is_terminal)
   local format, lines = kinds[kind], {}
   local function add(fields)
      for index, field in ipairs(fields) do
         field = format.field(field)
         fields[index] = is_terminal and text.line(field) or field
      end
      lines[#lines + 1] = table.concat(fields, format.separator) .. (is_terminal and "\n" or format.line)
   end
   if format.has_titles then
      local titles = {}
      for index, column in ipairs(chosen) do titles[index] = column.name end
      add(titles)
   end
   for _, item in ipairs(items) do
      local fields = {}
      for index, column in ipairs(chosen) do fields[index] = records.data(value(item, column), column.default) end
      add(fields)
   end
   return table.concat(lines)
end

return records
