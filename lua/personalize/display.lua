--- Formats items of a resource for people, with secrets masked.
-- @module personalize.display
-- @local

local json = require "personalize.json"
local order = require "personalize.order"
local raw = require "personalize.raw"
local text = require "personalize.text"

local display = {}

local widest_value = 76
local widest_name = 24

-- The smallest width of a value when lines have a width.
local narrowest_value = 20

-- The depth to which objects are shown in several lines; deeper ones are shown as JSON on one line.
local deepest_unfolded = 4

local function as_json(value, rank)
   return json.encode_as(value, nil, { canonical = true, rank = rank }) or ("<%s>"):format(type(value))
end

local function scalar(value, rank)
   if value == "" then return '""' end
   return type(value) == "string" and value or as_json(value, rank)
end

-- Cuts a value to its default width, or to the width of the line if one is given, which may be endless.
local function cut(view, value, used)
   if not view.total then return text.short(value, widest_value) end
   if view.total == math.huge then return text.line(value) end
   return text.short(value, math.max(narrowest_value, view.total - used))
end

-- An item of an array on one line.
local function item_line(item, rank)
   if type(item) ~= "table" or raw.is_array(item) then return scalar(item, rank) end
   if type(rawget(item, "name")) == "string" and rawget(item, "value") ~= nil then
      return ("%s: %s"):format(rawget(item, "name"), scalar(rawget(item, "value"), rank))
   end
   local parts = {}
   for _, name in ipairs(order.names(item, nil, rank)) do
      local value = rawget(item, name)
      if value ~= "" then parts[#parts + 1] = ("%s=%s"):format(tostring(name), scalar(value, rank)) end
   end
   return table.concat(parts, " ")
end

local add_members

-- `view` has the lines so far, the `rank` of names, and the open tables, to stop at one that contains itself. `arrays`
-- is the schema's entry for the value: true for an array, a table for the members below.
local function add_member(view, name, value, depth, width, arrays)
   local lines, indent = view.lines, ("  "):rep(depth)
   local head = indent .. text.pad(text.line(name), width) .. "  "
   if type(value) ~= "table" then
      lines[#lines + 1] = head .. cut(view, scalar(value, view.rank), text.width(head))
   elseif next(value) == nil then
      local shown = json.encode_as({ value }, { arrays })
      lines[#lines + 1] = head .. (shown and shown:sub(2, -2) or "<table>")
   elseif view.open[value] then
      lines[#lines + 1] = head .. "<contains itself>"
   elseif depth > deepest_unfolded then
      lines[#lines + 1] = head .. cut(view, as_json(value, view.rank), text.width(head))
   elseif raw.is_array(value) then
      lines[#lines + 1] = indent .. text.line(name)
      for index = 1, raw.length(value) do
         local dash = indent .. "  - "
         lines[#lines + 1] = dash .. cut(view, item_line(rawget(value, index), view.rank), #dash)
      end
   else
      lines[#lines + 1] = indent .. text.line(name)
      add_members(view, value, depth + 1, type(arrays) == "table" and arrays or {})
   end
end

function add_members(view, object, depth, arrays)
   view.open[object] = true
   local names, widest = order.names(object, nil, view.rank), 0
   for _, name in ipairs(names) do widest = math.max(widest, text.width(text.line(name))) end
   for _, name in ipairs(names) do
      add_member(view, name, rawget(object, name), depth, math.min(widest, widest_name), arrays[name])
   end
   view.open[object] = nil
end

--- An item as lines, member by member in canonical order.
-- @tparam string title text before the name
-- @tparam table item
-- @tparam table schema `mask(item)`, `rank`, `arrays`
-- @tparam[opt] number total the largest width of a line; `math.huge` cuts nothing
-- @treturn string
function display.item(title, item, schema, total)
   local masked = schema.mask(item)
   local name = rawget(masked, "name")
   local is_named = type(name) == "string"
   local view = { open = {}, rank = schema.rank, total = total,
      lines = { title .. " " .. (is_named and text.line('"' .. name .. '"') or "(no name)") } }
   if is_named then masked.name = nil end
   add_members(view, masked, 1, schema.arrays)
   return table.concat(view.lines, "\n")
end

return display
