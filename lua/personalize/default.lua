--- The default client, which `personalize.connections` works on.
-- @module personalize.default
-- @local

local client = require "personalize.client"
local environment = require "personalize.environment"
local options = require "personalize.options"
local settings = require "personalize.settings"

local default = {}

local current

-- what `personalize.new` takes, and where the environment's variables are
local known = { prefix = "string", variables = "table" }
for name, rule in pairs(settings.known) do known[name] = rule end

--- Makes a client's settings from the environment, with overrides.
-- @return settings; or nil and an error object
function default.from_environment(overrides, where, level)
   local checked = options.check(overrides, known, where, level + 1)
   if checked.variables then
      environment.check(checked.variables, checked.prefix or environment.prefix, where, level + 1)
   end
   local given, prefix = environment.options(overrides and checked)
   if not given then return nil, prefix end
   local resolved, err = settings.resolve(given, where, level + 1)
   if not resolved then return environment.explain(err, prefix, checked) end
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
