--- Automates the connections of Sitecore Personalize.
-- @module personalize
-- @usage
-- local personalize = require "personalize"
-- local client = assert(personalize.from_env())
-- for _, connection in ipairs(assert(client.connections.list())) do print(connection.name) end

local native = require "personalize.native"
local client = require "personalize.client"
local default = require "personalize.default"
local errors = require "personalize.error"
local json = require "personalize.json"
local map = require "personalize.map"
local meta = require "personalize.meta"
local options = require "personalize.options"
local resource = require "personalize.connections.resource"
local settings = require "personalize.settings"

local personalize = {
   --- The version of the library.
   _VERSION = native.version,
   --- JSON's null, the same value as `cjson.null`.
   null = json.null,
   --- The connections of a default client, made from the environment at first use.
   connections = require "personalize.connections",
   json = {},
   --- Connections as code: see `personalize.sync`.
   sync = require "personalize.sync",
}

-- Functions of a module take a dot; with a colon by mistake they work as well.
local function public_of(module, name, implementation)
   module[name] = function(first, ...)
      if rawequal(first, module) then return implementation(...) end
      return implementation(first, ...)
   end
end

local function public(name, implementation)
   public_of(personalize, name, implementation)
end

public_of(personalize.json, "decode", json.decode)
public_of(personalize.json, "encode", json.encode)

local function with_connections(made)
   made.connections = resource.bind(function() return made end)
   return made
end

--- Makes a client.
-- @function new
-- @tparam table opts
--
-- - `region`: `us`, `eu`, `ap` or `jpe`; or `base_url`
-- - `client_id`, `client_secret`; or `client_key`, `api_token` (older organisations); or `access_token` (a string,
-- or a
--   function that returns a token and the seconds it lives)
-- - `token_url`, `audience`: of the token call; defaults as published
-- - `timeout`: seconds for a whole call: token, retries and waits included (30)
-- - `connect_timeout` (5), `stall_timeout` (10): seconds
-- - `retry`: `{ attempts = 4, base_delay = 0.25, max_delay = 8 }` (seconds), or `false`
-- - `max_response_bytes` (64 MiB), `max_response_headers` (256), `max_depth` (128 levels of JSON)
-- - `http2`: offered over TLS (true)
-- - `proxy`, `ca_file`, `ca_path`, `client_cert`, `client_cert_key`
-- - `plain_http_hosts`: names of hosts beside loopback to which `http://` may go
-- - `missing_secrets`: `refuse`, or `send` an update that lacks its write-only secret
-- - `secrets`: `function(connection, path)` that returns a write-only secret for an update, or nil
-- - `user_agent_suffix`
-- - `on_event`: `function(event)`
-- - `nginx_driver`: `wake` or `tick`: how nginx is told of work; the worker's first client decides
-- - `token_cache`: `{ get = f(key), set = f(key, token, ttl) }`, or in nginx the name of a `lua_shared_dict`: access
-- tokens
--   shared beyond this Lua state
-- @treturn personalize.client
-- @return `nil` and an error object of kind `config`
public("new", function(opts)
   options.argument(1, opts, "table", "personalize.new", 3)
   local resolved, err = settings.resolve(opts, "personalize.new", 3)
   if not resolved then return nil, err end
   return with_connections(client.new(resolved))
end)

--- Makes a client from environment variables: `PERSONALIZE_REGION`, `_BASE_URL`, `_CLIENT_ID`, `_CLIENT_SECRET`,
-- `_CLIENT_KEY`, `_API_TOKEN`, `_ACCESS_TOKEN`, `_TOKEN_URL`, `_AUDIENCE`, `_PROXY`, `_CA_FILE`. Of each, `..._FILE`
-- names a file that holds the value.
-- @function from_env
-- @tparam[opt] table overrides options of `new` that go before the environment; `prefix` reads other variables:
-- `STAGING` reads `STAGING_REGION` and so on
-- @treturn personalize.client
-- @return `nil` and an error object of kind `config`
public("from_env", function(overrides)
   if overrides ~= nil then options.argument(1, overrides, "table", "personalize.from_env", 3) end
   local resolved, err = default.from_environment(overrides, "personalize.from_env", 3)
   if not resolved then return nil, err end
   return with_connections(client.new(resolved))
end)

--- Sets the client that `personalize.connections` works on.
-- @function configure
-- @tparam table opts as for `new`, or a client
-- @treturn personalize.client
-- @return `nil` and an error object of kind `config`; then the default client stays as it was
public("configure", function(opts)
   if client.is(opts) then
      default.set(opts)
      return opts
   end
   options.argument(1, opts, "table", "personalize.configure", 3)
   local resolved, err = settings.resolve(opts, "personalize.configure", 3)
   if not resolved then return nil, err end
   local made = with_connections(client.new(resolved))
   default.set(made)
   return made
end)

--- Marks a table as a JSON array, also when it is empty.
-- @function array
-- @tparam[opt] table items
-- @treturn table the same table
public("array", json.array)

--- A number that a Lua number cannot hold exactly. `tostring` gives its digits, `==` compares values.
-- @function number
-- @tparam string text a JSON number
-- @usage print(personalize.number("18446744073709551616"))
public("number", json.number)

--- Whether a value is an error object of this library.
-- @function is_error
-- @param value anything
-- @treturn boolean
public("is_error", errors.is)

--- Monotonic seconds: the clock of events.
-- @function now
-- @treturn number
public("now", native.now)

--- Many calls at once, in straight-line code. See `personalize.map`.
-- @function map
public("map", map.run)

--- The call behind a result.
-- @function meta
public("meta", meta.of)

return personalize
