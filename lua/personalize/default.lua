--- The default client, which `personalize.connections` works on.
-- @module personalize.default
-- @local

local client = require "personalize.client"
local environment = require "personalize.environment"
local options = require "personalize.options"
local settings = require "personalize.settings"

local default = {}

local current

local own_options = { prefix = "string", variables = "table" }

--- Makes a client's settings from the environment, with overrides.
-- @return settings; or nil and an error object
function default.from_environment(overrides, where, level)
   local own = options.check({ prefix = overrides and overrides.prefix, variables = overrides and overrides.variables },
      own_options, where, level + 1)
   if own.variables then
      environment.check(own.variables, own.prefix or environment.prefix, where, level + 1)
   end
   local given, prefix = environment.options(overrides)
   if not given then return nil, prefix end
   local resolved, err = settings.resolve(given, where, level + 1)
   if not resolved then return environment.explain(err, prefix, overrides) end
   return resolved
end

--- The default client; made at first use.
-- @return client; or nil and an error object of kind `config`
function default.client()
   if not current then
      local resolved, err = default.from_environment(nil, "personalize.connections", 1)
      if not resolved then return nil, err end
      current = client.new(resolved)
   end
   return current
end

--- Sets another client as the default.
function default.set(other)
   current = other
end

return default
