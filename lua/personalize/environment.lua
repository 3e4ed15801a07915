--- Reads a client's options from environment variables: `PERSONALIZE_REGION` and so on, or with another prefix.
-- @module personalize.environment
-- @local

local copied = require "personalize.environment.copied"
local errors = require "personalize.error"
local letters = require "personalize.letters"
local misspelt = require "personalize.environment.misspelt"
local names = require "personalize.environment.names"
local options = require "personalize.options"
local settings = require "personalize.settings"
local text = require "personalize.text"

local environment = {}

environment.names = names

--- The prefix of the variables unless another is given.
environment.prefix = "PERSONALIZE"

-- In bytes; no real value is longer.
local longest_value = 64 * 1024

-- Checks a value; `where` is its file.
local function check(variable, value, where)
   local fault = copied.fault(value)
   if not fault then return value end
   return errors.fail("config", ("%s %s"):format(where and ("%s: %s"):format(variable, where) or variable, fault))
end

local function read_file(variable, path)
   local file, reason = io.open(path, "r")
   if not file then return errors.fail("config", ("%s: %s"):format(variable, reason)) end
   local content, problem = file:read(longest_value)
   file:close()
   if problem then return errors.fail("config", ("%s: %s: %s"):format(variable, path, problem)) end
   content = copied.of_file(content or "")
   if content == "" then return errors.fail("config", ("%s: %s is empty"):format(variable, path)) end
   return check(variable, content, path)
end

-- @tparam table|nil variables name -> value; nil reads the environment
local function read(variables, prefix, name)
   local get = variables and function(variable) return variables[variable] end or os.getenv
   local variable = prefix .. "_" .. letters.upper(name)
   local value, path = get(variable), get(variable .. "_FILE")
   if value == "" then value = nil end
   if path == "" then path = nil end
   if value and path then
      return errors.fail("config", ("%s and %s_FILE are both set; set one of them"):format(variable, variable))
   elseif path then
      return read_file(variable .. "_FILE", path)
   end
   if value then return check(variable, value) end
   return nil
end

-- Raises at `level` unless a variable is text. The message does not show the value.
local function check_variable(name, value, where, level)
   if type(name) ~= "string" then
      error(("%s: option \"variables\": expected names as strings, got %s"):format(where, options.describe(name)),
         level + 1)
   end
   if type(value) ~= "string" then
      error(("%s: option \"variables\": %s: expected a string, got a %s"):format(where, text.short(name, 80),
         type(value)), level + 1)
   end
end

--- Checks variables that are read instead of the environment, and raises for misuse: names and values are text.
-- @tparam table variables
-- @tparam string prefix
function environment.check(variables, prefix, where, level)
   level = (level or 1) + 1
   for name, value in pairs(variables) do check_variable(name, value, where, level) end
   -- a table with metamethods may have others than it lists
   for _, option in ipairs(environment.names) do
      for _, ending in ipairs { "", "_FILE" } do
         local name = prefix .. "_" .. letters.upper(option) .. ending
         local value = variables[name]
         if value ~= nil then check_variable(name, value, where, level) end
      end
   end
end

--- The options from the environment, overridden by `overrides`. Credentials in `overrides` replace all credentials of
-- the environment; a `region` or `base_url` replaces both.
-- @tparam[opt] table overrides options of `personalize.new`, `prefix` (default `PERSONALIZE`), and `variables` (a table
-- that is read instead of the environment)
-- @return options; or nil and an error object of kind `config`
function environment.options(overrides)
   local given = {}
   for name, value in pairs(overrides or {}) do given[name] = value end
   local prefix = given.prefix or environment.prefix
   local variables = given.variables
   given.prefix, given.variables = nil, nil
   local groups = {
      region = { "base_url" }, base_url = { "region" },
      client_id = { "client_key", "api_token", "access_token" },
      client_key = { "client_id", "client_secret", "access_token" },
      access_token = { "client_id", "client_secret", "client_key", "api_token" },
   }
   local replaced = {}
   for name, others in pairs(groups) do
      if given[name] ~= nil then
         for _, other in ipairs(others) do replaced[other] = true end
      end
   end
   for _, name in ipairs(environment.names) do
      if given[name] == nil and not replaced[name] then
         local value, err = read(variables, prefix, name)
         if err then return nil, err end
         given[name] = value
      end
   end
   return given, prefix
end

local has_variable = {}
for _, name in ipairs(environment.names) do
   assert(settings.known[name], name)
   has_variable[name] = true
end

-- Replaces names of options in a message by those of their variables. Values in quotes or in paths stay.
local function with_variables(message, prefix, overrides)
   local function replace(name)
      return has_variable[name] and overrides[name] == nil and prefix .. "_" .. letters.upper(name) or nil
   end
   return (message:gsub('([^"]*)("?[^"]*"?)', function(prose, value)
      return (" " .. prose .. " "):gsub("%f[%S]([%l_]+)%f[%s:,]", replace):sub(2, -2) .. value
   end))
end

--- Adds to the error of a refused configuration which variables it is about.
-- @tparam table err
-- @tparam string prefix of the variables
-- @tparam[opt] table overrides the options that did not come from variables
function environment.explain(err, prefix, overrides)
   if err.kind ~= "config" then return nil, err end
   local message = with_variables(err.message, prefix, overrides or {})
   local complaint = misspelt.complain(prefix, overrides and overrides.variables)
   return errors.fail("config", complaint and ("%s; %s"):format(message, complaint) or message)
end

return environment
