--- Connections, definitions and lists as people read them, secrets masked.
-- @module personalize.connections.display
-- @local

local json = require "personalize.json"
local redaction = require "personalize.redaction"
local schema = require "personalize.schema"
local shape = require "personalize.connections.shape"
local text = require "personalize.text"

local display = {}

local value_width = 76

local function sorted_names(object)
   local names = {}
   for name in next, object do names[#names + 1] = name end
   table.sort(names, function(a, b)
      local rank_a = type(a) == "number" and a or schema.rank[a] or 1e6
      local rank_b = type(b) == "number" and b or schema.rank[b] or 1e6
      if rank_a ~= rank_b then return rank_a < rank_b end
      return tostring(a) < tostring(b)
   end)
   return names
end

local function scalar(value)
   if value == json.null then return "null" end
   if value == "" then return '""' end
   return text.cut(text.line(value), value_width)
end

-- An item of an array on one line.
local function item_line(item)
   if type(item) ~= "table" then return scalar(item) end
   if type(rawget(item, "name")) == "string" and rawget(item, "value") ~= nil then
      return text.cut(text.line(("%s: %s"):format(item.name, tostring(item.value))), value_width)
   end
   local parts = {}
   for _, name in ipairs(sorted_names(item)) do
      local value = item[name]
      if value ~= "" then
         local shown = type(value) == "table" and (json.encode(value) or "...") or scalar(value)
         parts[#parts + 1] = ("%s=%s"):format(tostring(name), shown)
      end
   end
   return text.cut(text.line(table.concat(parts, " ")), value_width)
end

local add_member

local function add_members(lines, object, indent)
   local names = sorted_names(object)
   local widest = 0
   for _, name in ipairs(names) do widest = math.max(widest, text.width(text.line(name))) end
   for _, name in ipairs(names) do add_member(lines, name, object[name], indent, math.min(widest, 24)) end
end

function add_member(lines, name, value, indent, width)
   local head = indent .. text.pad(text.line(name), width)
   if type(value) ~= "table" then
      lines[#lines + 1] = head .. "  " .. scalar(value)
   elseif next(value) == nil then
      lines[#lines + 1] = head .. "  " .. (json.is_array(value) and "[]" or "{}")
   elseif shape.is_array(value) then
      lines[#lines + 1] = indent .. text.line(name)
      for index = 1, #value do
         lines[#lines + 1] = indent .. "  - " .. item_line(value[index])
      end
   elseif #indent > 8 then
      lines[#lines + 1] = head .. "  " .. text.cut(text.line(json.encode(value) or "..."), value_width)
   else
      lines[#lines + 1] = indent .. text.line(name)
      add_members(lines, value, indent .. "  ")
   end
end

--- A connection or definition in lines, member by member in canonical order.
-- @tparam string title what stands before the name
-- @tparam table connection
-- @treturn string
function display.connection(title, connection)
   local masked = redaction.connection(connection)
   local name = rawget(masked, "name")
   local lines = { ("%s %s"):format(title, type(name) == "string" and text.line(('"%s"'):format(name)) or "(no name)") }
   masked.name = type(name) ~= "string" and name or nil
   add_members(lines, masked, "  ")
   return table.concat(lines, "\n")
end

local heads = { { "NAME", 32 }, { "SYSTEM TYPE", 12 }, { "METHOD", 7 }, { "URL", 48 }, { "AUTH", 10 },
   { "REV", 6 }, { "MODIFIED", 16 }, { "ARCHIVED", 8 } }

local function row_of(connection)
   local request, auth = shape.object(connection, "request"), shape.object(connection, "auth")
   local function show(value)
      if value == nil or type(value) == "table" then return "-" end
      return type(value) == "number" and ("%.0f"):format(value) or tostring(value)
   end
   local modified = shape.string(connection, "modifiedAt")
   local archived = shape.get(connection, "archived")
   return {
      show(shape.get(connection, "name")),
      show(shape.get(connection, "systemType")),
      show(shape.get(request, "requestType")),
      show(shape.get(request, "connectionUrl")),
      show(shape.get(auth, "authType")),
      show(shape.get(connection, "revision")),
      modified and modified:sub(1, 16):gsub("T", " ") or "-",
      archived == true and "yes" or "no",
   }
end

--- A list of connections as an aligned table.
function display.list(list)
   if #list == 0 then return "no connections" end
   local rows = {}
   for index = 1, #list do rows[index] = row_of(redaction.connection(rawget(list, index))) end
   return text.aligned(heads, rows) .. ("\n%d connection%s"):format(#list, #list == 1 and "" or "s")
end

return display
