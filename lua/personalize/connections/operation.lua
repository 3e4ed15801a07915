--- What the functions on connections share with those of any resource.
-- @module personalize.connections.operation
-- @local

local call = require "personalize.resource.call"
local call_options = require "personalize.connections.call_options"
local connections = require "personalize.connections.resource"

return {
   path = connections.path,
   expect_connection = connections.expect,
   options = call_options,
   write_options = call_options.of_writing,
   begin = call.begin,
   perform = call.send,
   read = call.read,
   warn = call.warn,
   retrieve = call.retrieve,
   target = function(ref, where) return call.target({ resource = connections }, ref, where) end,
}
