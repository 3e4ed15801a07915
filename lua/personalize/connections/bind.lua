--- Binds the functions that work on connections to a client.
-- @module personalize.connections.bind
-- @local

local connections = require "personalize.connections.resource"

local functions = {}
for part, names in pairs {
   [require "personalize.connections.writing"] = { "create", "update" },
   [require "personalize.connections.changing"] = { "patch", "archive", "restore" },
   [require "personalize.connections.ensuring"] = { "ensure", "ensure_all" },
   [require "personalize.connections.checking"] = { "test", "validate", "build" },
   [require "personalize.connections.from_curl"] = { "from_curl" },
   [require "personalize.connections.uses"] = { "uses" },
   [require "personalize.connections.many"] = { "create_all", "update_all", "test_all" },
} do
   for _, name in ipairs(names) do functions[name] = part[name] end
end

--- Binds the functions to a client.
-- @tparam function get_client returns the client; or nil and an error object
return function(get_client)
   return connections:bind(get_client, functions)
end
