--- The options that every call on connections takes.
-- @module personalize.connections

local call = require "personalize.resource.call"
local settings = require "personalize.settings"

--- What every call on connections takes.
-- @table call_options
-- @tfield[opt] number timeout seconds for the whole call; default the client's
-- @tfield[opt] personalize.retry_policy|false retry default the client's
-- @tfield[opt] "refuse"|"send" missing_secrets of updates; default the client's
-- @tfield[opt] fun(connection:personalize.members,path:string):string|nil secrets of updates; default the client's

local of_connections = { missing_secrets = settings.known.missing_secrets, secrets = "function" }

-- Adds these options to those of one function, as `options.check` takes them; gives the same table.
return function(known)
   return call.options(known or {}, of_connections)
end
