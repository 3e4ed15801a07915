--- The connections of one tenant: list, retrieve, create, change and test them.
--
-- `client.connections` are those of a client, `require "personalize.connections"` those of the default client, which
-- is made from the environment at the first call, or from the options given to `personalize.configure`.
--
-- Every function takes a last table of options. Where one takes `ref`, a reference (string) and a connection do; where
-- one takes a definition, a table, a @{personalize.builder} and a connection do. Every call may fail with the kinds of
-- @{personalize.error.kind}; named are those that a function has for reasons of its own.
-- @module personalize.connections

local default = require "personalize.default"
local bind = require "personalize.connections.bind"

return bind(default.client)
