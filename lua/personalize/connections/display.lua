--- Formats connections and definitions for people, with secrets masked.
-- @module personalize.connections.display
-- @local

local display = require "personalize.display"
local proxy = require "personalize.proxy"
local redaction = require "personalize.redaction"
local schema = require "personalize.schema"

local connections_display = {}

--- The schema of connections, as a display needs it.
connections_display.schema = { rank = schema.rank, arrays = schema.arrays, mask = redaction.connection }

--- A connection or definition as lines, member by member in canonical order.
-- @tparam string title text before the name
-- @tparam table connection
-- @tparam[opt] number total the largest width of a line; `math.huge` cuts nothing
-- @treturn string
function connections_display.connection(title, connection, total)
   return display.item(title, proxy.plain(connection) or connection, connections_display.schema, total)
end

return connections_display
