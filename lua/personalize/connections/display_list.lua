--- Lists of connections as an aligned table.
-- @module personalize.connections.display_list
-- @local

local json = require "personalize.json"
local redaction = require "personalize.redaction"
local shape = require "personalize.raw"
local text = require "personalize.text"

-- What a line takes at most, in columns: the URL gives way, down to so many.
local widest_line = 120
local narrowest_url = 24

local heads = { { "NAME", 28 }, { "SYSTEM TYPE", 12 }, { "METHOD", 7 }, { "URL", 48, elastic = narrowest_url },
   { "AUTH", 10 }, { "REV", 6 }, { "MODIFIED", 16 }, { "ARCHIVED", 8 } }

local function show(value)
   if type(value) == "string" then return redaction.text(value) end
   if type(value) == "number" and value % 1 == 0 then return ("%.0f"):format(value) end
   if type(value) == "number" or json.is_number(value) then return tostring(value) end
   return "-"
end

local function row_of(connection)
   local request, auth = shape.object(connection, "request"), shape.object(connection, "auth")
   local modified = shape.string(connection, "modifiedAt")
   return {
      show(shape.get(connection, "name")),
      show(shape.get(connection, "systemType")),
      show(shape.get(request, "requestType")),
      show(shape.get(request, "connectionUrl")),
      show(shape.get(auth, "authType")),
      show(shape.get(connection, "revision")),
      modified and modified:sub(1, 16):gsub("T", " ") or "-",
      shape.get(connection, "archived") == true and "yes" or "no",
   }
end

--- @tparam table list array of connections
-- @treturn string
local function display_list(list)
   local count, rows = shape.length(list), {}
   if count == 0 then return "no connections" end
   for index = 1, count do rows[index] = row_of(rawget(list, index)) end
   return ("%s\n%d connection%s"):format(text.aligned(heads, rows, widest_line), count, count == 1 and "" or "s")
end

return display_list
