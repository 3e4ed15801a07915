--- The options that every call on connections takes.
-- @module personalize.connections

local settings = require "personalize.settings"

local common = {
   timeout = "seconds",
   retry = settings.known.retry,
   missing_secrets = settings.known.missing_secrets,
   secrets = "function",
}

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

-- Adds the common options to those of one call, as `options.check` takes them; gives the same table.
local function add(_, known)
   known = known or {}
   for name, rule in pairs(common) do known[name] = rule end
   return known
end

-- Likewise for a call that writes.
function call_options.of_writing(known)
   known = add(nil, known)
   known.unknown_members = settings.known.unknown_members
   return known
end

return setmetatable(call_options, { __call = add })
