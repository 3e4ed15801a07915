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

--- What every call that writes takes: the same, and
-- @table write_options
-- @tfield[opt] number timeout seconds for the whole call; default the client's
-- @tfield[opt] personalize.retry_policy|false retry default the client's
-- @tfield[opt] "refuse"|"send" missing_secrets of updates; default the client's
-- @tfield[opt] fun(connection:personalize.members,path:string):string|nil secrets of updates; default the client's
-- @tfield[opt] "refuse"|"send" unknown_members what becomes of members that look like published ones, misspelt or at
-- the wrong place; default the client's

local call_options = {}

local of_connections = { missing_secrets = settings.known.missing_secrets, secrets = "function" }

-- Adds these options to those of one function, as `options.check` takes them; gives the same table.
local function add(_, known)
   return call.options(known or {}, of_connections)
end

-- Likewise for a call that writes.
function call_options.of_writing(known)
   known = add(nil, known)
   known.unknown_members = settings.known.unknown_members
   return known
end

return setmetatable(call_options, { __call = add })
