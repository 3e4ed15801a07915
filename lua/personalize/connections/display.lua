--- Connections and definitions as people read them, secrets masked.
-- @module personalize.connections.display
-- @local

local display = require "personalize.display"
local proxy = require "personalize.proxy"
local redaction = require "personalize.redaction"
local schema = require "personalize.schema"

local connections_display = {}

--- What a display has to know of connections.
connections_display.schema = { rank = schema.rank, arrays = schema.arrays, mask = redaction.connection }

--- A connection or definition in lines, member by member in canonical order.
-- @tparam string title what stands before the name
-- @tparam table connection
-- @tparam[opt] number total the width that lines should have at most; `math.huge`: nothing is cut
-- @treturn string
function connections_display.connection(title, connection, total)
   return display.item(title, proxy.plain(connection) or connection, connections_display.schema, total)
end

return connections_display
