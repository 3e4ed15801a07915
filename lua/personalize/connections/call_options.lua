--- The options that every call on connections takes.
-- @module personalize.connections.call_options
-- @local

local settings = require "personalize.settings"

local common = {
   timeout = "seconds",
   retry = settings.known.retry,
   missing_secrets = settings.known.missing_secrets,
   secrets = "function",
}

--- Adds the common options to those of one call, as `options.check` takes them.
-- @tparam[opt] table known
-- @treturn table the same table
local function call_options(known)
   known = known or {}
   for name, rule in pairs(common) do known[name] = rule end
   return known
end

return call_options
