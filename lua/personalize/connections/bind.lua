--- Binds the functions that work on connections to a client.
-- @module personalize.connections.bind
-- @local

local resource = {}

local parts = {
   [require "personalize.connections.reading"] = { "list", "each", "get", "find" },
   [require "personalize.connections.writing"] = { "create", "update" },
   [require "personalize.connections.changing"] = { "patch", "ensure", "archive", "restore" },
   [require "personalize.connections.checking"] = { "test", "validate", "build" },
   [require "personalize.connections.many"] = { "create_all", "update_all", "test_all" },
}

--- Binds the functions to a client.
-- @local
-- @tparam function get_client returns the client; or nil and an error object
-- @treturn table the functions; called with a colon by mistake they work as well
function resource.bind(get_client)
   local bound = {}
   local self = { client = get_client, bound = bound }
   for part, names in pairs(parts) do
      for _, name in ipairs(names) do
         local implementation = part[name]
         bound[name] = function(first, ...)
            if rawequal(first, bound) then return implementation(self, ...) end
            return implementation(self, first, ...)
         end
      end
   end
   return setmetatable(bound, { __name = "personalize.connections", __tostring = function()
      local owner, err = get_client()
      return "connections of " .. tostring(owner or err)
   end })
end

return resource
