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

-- Adds the common options to those of one call, as `options.check` takes them; gives the same table.
local function call_options(known)
   known = known or {}
   for name, rule in pairs(common) do known[name] = rule end
   return known
end

return call_options
