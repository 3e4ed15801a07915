--- The connections of the default client: `require "personalize.connections"`. The client is made from the
-- environment at the first call, or from the options given to `personalize.configure`.
-- @module personalize.connections

local default = require "personalize.default"
local resource = require "personalize.connections.resource"

return resource.bind(default.client)
