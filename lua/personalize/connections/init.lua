--- The connections of one tenant: list, retrieve, create, change and test them.
--
-- `client.connections` are those of a client. `require "personalize.connections"` are those of the default client,
-- which is made at the first call, from the environment or from the options given to `personalize.configure`.
--
-- Every function takes a table of options as its last argument. Where a function takes `ref`, give a ref (string) or a
-- connection; where it takes a definition, give a table, a @{personalize.builder} or a connection. Every call may fail
-- with the kinds of @{personalize.error.kind}; a function's page names only those with reasons of its own.
-- @module personalize.connections

local bind = require "personalize.connections.bind"
local default = require "personalize.default"

return bind(default.client)
