--- Connections as a resource: their path, their schema, and the columns of their lists.
-- @module personalize.connections.resource
-- @local

local call_options = require "personalize.connections.call_options"
local connection = require "personalize.connections.connection"
local definition = require "personalize.connections.definition"
local display = require "personalize.connections.display"
local list = require "personalize.resource.list"
local merge = require "personalize.connections.merge"
local resource = require "personalize.resource"

-- The smallest width of the URL's column.
local narrowest_url = 24

return resource.new {
   name = "connections",
   one = "connection",
   path = "/v2/connections",
   schema = display.schema,
   wrap = connection.new,
   match = function(wanted)
      local given, err = definition.of(wanted)
      if not given then return nil, err end
      return function(candidate) return merge.has(candidate, given) end
   end,
   columns = {
      { "NAME", 28, "name" }, { "SYSTEM TYPE", 12, "systemType" }, { "METHOD", 7, "request.requestType" },
      { "URL", 48, "request.connectionUrl", elastic = narrowest_url }, { "AUTH", 10, "auth.authType" },
      list.revision, list.modified, list.archived,
   },
   options = call_options(),
}
