--- Turns the options of `personalize.new` into a client's settings, or says what is wrong with them.
-- @module personalize.settings
-- @local

local errors = require "personalize.error"
local letters = require "personalize.letters"
local native = require "personalize.native"
local options = require "personalize.options"
local pem = require "personalize.http.pem"
local request = require "personalize.http.request"
local token = require "personalize.auth.token"
local token_cache = require "personalize.auth.cache"

local settings = {}

local regions = { us = true, eu = true, ap = true, jpe = true }

local secret_text = { text = "a string", fits = function(value) return type(value) == "string" end, secret = true }

local known = {
   region = "string",
   base_url = "string",
   client_id = "string",
   client_secret = secret_text,
   client_key = "string",
   api_token = secret_text,
   access_token = {
      text = "a string or a function",
      fits = function(value) return type(value) == "string" or type(value) == "function" end,
      secret = true,
   },
   token_url = "string",
   audience = "string",
   timeout = "seconds",
   connect_timeout = "seconds",
   stall_timeout = "seconds",
   retry = {
      text = "a table, such as { attempts = 4 }, or false",
      fits = function(value) return type(value) == "table" or value == false end,
   },
   max_response_bytes = "count",
   max_response_headers = "count",
   max_depth = "depth",
   max_list_items = "count",
   http2 = "boolean",
   proxy = { text = "a string", fits = secret_text.fits, secret = true },
   ca_file = "string",
   ca_path = "string",
   client_cert = "string",
   client_cert_key = "string",
   client_cert_passphrase = secret_text,
   plain_http_hosts = "table",
   missing_secrets = options.one_of("refuse", "send"),
   unknown_members = options.one_of("refuse", "send"),
   secrets = "function",
   user_agent_suffix = "string",
   on_event = "function",
   nginx_driver = options.one_of("wake", "tick"),
   token_cache = {
      text = "a table with the functions get and set (and lock and unlock, or neither), or the name of a "
         .. "lua_shared_dict",
      fits = function(value) return type(value) == "string" or token_cache.is_cache(value) end,
   },
}

--- The names of all options. Some of them have an environment variable.
settings.known = known

local defaults = {
   timeout = 30,
   connect_timeout = 5,
   stall_timeout = 10,
   max_response_bytes = 64 * 2 ^ 20,
   max_response_headers = 256,
   max_depth = 128,
   max_list_items = 1000000,
   http2 = true,
   missing_secrets = "refuse",
   unknown_members = "refuse",
}

local retry_defaults = { attempts = 4, base_delay = 0.25, max_delay = 8 }

local retry_known = {
   attempts = "count",
   base_delay = { text = "a number of seconds, 0 or more", fits = function(value)
      return type(value) == "number" and value >= 0 and value < 2 ^ 31
   end },
   max_delay = "seconds",
}

--- Checks a `retry` option.
-- @return a complete policy; one attempt for `false`
function settings.retry(given, where, level)
   if given == false then return { attempts = 1, base_delay = 0, max_delay = 1 } end
   local policy = options.check(given, retry_known, where .. ": retry", (level or 1) + 1)
   for name, value in pairs(retry_defaults) do
      if policy[name] == nil then policy[name] = value end
   end
   return policy
end

local function config(message)
   return errors.fail("config", message)
end

-- Checks a URL to which credentials are sent.
local function check_url(name, text, plain_hosts, proxy)
   local parsed, problem = native.url.parse(text)
   if not parsed then return config(("%s: %s"):format(name, problem)) end
   if parsed.has_user then return config(name .. ": must not hold a user name or password; give them as options") end
   if parsed.scheme ~= "https" and parsed.scheme ~= "http" then
      return config(("%s: expected an https:// URL, got one of scheme %s"):format(name, parsed.scheme))
   end
   local is_plain = parsed.scheme == "http" and not native.url.is_loopback(parsed.host)
   if is_plain and proxy then
      return config(name .. ": http:// would show tokens in clear text to the proxy; use https://, or no proxy")
   elseif is_plain and not plain_hosts[parsed.host] then
      return config(("%s: http:// would send tokens in clear text to %s; use https:// (plain HTTP is for loopback, "
         .. "and for hosts named in plain_http_hosts)"):format(name, parsed.host))
   end
   return parsed
end

local function plain_hosts(list)
   local hosts = {}
   for index, host in pairs(list or {}) do
      if type(index) ~= "number" or type(host) ~= "string" or host == "" then
         return config(("plain_http_hosts[%s]: expected an array of host names, got %s"):format(
            options.describe(index), options.describe(host)))
      end
      hosts[letters.lower(host)] = true
   end
   return hosts
end

local function resolve_base_url(checked, hosts)
   if checked.region and checked.base_url then return config "give region or base_url, not both" end
   if checked.region then
      if not regions[checked.region] then
         return config(("region: expected us, eu, ap or jpe, got %s"):format(options.describe(checked.region)))
      end
      return ("https://api-engage-%s.sitecorecloud.io"):format(checked.region)
   elseif not checked.base_url then
      return config "region or base_url is needed: region = \"us\", \"eu\", \"ap\" or \"jpe\""
   end
   local parsed, err = check_url("base_url", checked.base_url, hosts, checked.proxy)
   if not parsed then return nil, err end
   if parsed.query or checked.base_url:find "#" then return config "base_url: must not hold a query or a fragment" end
   return (checked.base_url:gsub("/+$", ""))
end

local credential_kinds = {
   { "client_id", "client_secret" },
   { "client_key", "api_token" },
   { "access_token" },
}

-- Returns the kind of the given credentials. There must be exactly one kind, and it must be complete.
local function check_credentials(checked)
   local chosen
   for _, names in ipairs(credential_kinds) do
      local given = 0
      for _, name in ipairs(names) do
         if checked[name] == "" then return config(name .. ": is empty") end
         if type(checked[name]) == "string" and not request.header_safe(checked[name]) then
            return config(name .. ": holds a control character (a line break at its end?)")
         end
         if checked[name] then given = given + 1 end
      end
      if given > 0 and given < #names then
         return config(("%s and %s go together: %s is missing"):format(names[1], names[2],
            checked[names[1]] and names[2] or names[1]))
      end
      if given > 0 and chosen then
         return config(("give one kind of credentials, not both %s and %s"):format(chosen, names[1]))
      elseif given > 0 then
         chosen = names[1]
      end
   end
   if not chosen then
      return config "credentials are needed: client_id and client_secret, or client_key and api_token, or access_token"
   end
   return chosen
end

local function resolve_token_url(checked, chosen, base_url, hosts)
   if chosen ~= "access_token" then
      checked.token_url = checked.token_url
         or (chosen == "client_key" and base_url .. "/v2/oauth/token" or token.default_url)
      checked.audience = checked.audience or token.default_audience
   end
   -- the doctor asks it even if no token is fetched from it
   if not checked.token_url then return true end
   local parsed, err = check_url("token_url", checked.token_url, hosts, checked.proxy)
   if not parsed then return nil, err end
   return true
end

local function user_agent(suffix)
   local agent = ("personalize-lua/%s libcurl/%s"):format(native.version, native.http.libcurl_version)
   if not suffix then return agent end
   if not request.header_safe(suffix) then return config "user_agent_suffix: holds a control character" end
   return agent .. " " .. suffix
end

-- Calls to this machine do not use the proxy: it would see them unencrypted, and could not deliver them.
local function is_proxied(proxy, url)
   return proxy ~= nil and url ~= nil and not native.url.is_loopback(native.url.parse(url).host)
end

-- Checks the proxy even if no call uses it.
local function with_profiles(checked)
   local through, err = request.profile(checked, true)
   if not through then return config(err.message) end
   local direct = checked.proxy and request.profile(checked, false) or through
   checked.profile = checked.proxies_calls and through or direct
   checked.token_profile = checked.proxies_tokens and through or direct
   return checked
end

--- Checks options and fills in defaults. Raises for misuse (unknown names, wrong types).
-- @return settings; or nil and an error object of kind `config`
function settings.resolve(given, where, level)
   level = (level or 1) + 1
   local checked = options.check(given, known, where, level)
   checked.retry = settings.retry(checked.retry, where, level)
   for name, value in pairs(defaults) do
      if checked[name] == nil then checked[name] = value end
   end
   local hosts, chosen, fine, err
   hosts, err = plain_hosts(checked.plain_http_hosts)
   if not hosts then return nil, err end
   checked.base_url, err = resolve_base_url(checked, hosts)
   if not checked.base_url then return nil, err end
   chosen, err = check_credentials(checked)
   if not chosen then return nil, err end
   checked.credentials = chosen
   fine, err = resolve_token_url(checked, chosen, checked.base_url, hosts)
   if not fine then return nil, err end
   if type(checked.token_cache) == "string" then
      checked.token_cache, err = token_cache.shared(checked.token_cache)
      if not checked.token_cache then return nil, err end
   end
   fine, err = pem.check(checked)
   if not fine then return nil, err end
   checked.user_agent, err = user_agent(checked.user_agent_suffix)
   if not checked.user_agent then return nil, err end
   checked.proxies_calls = is_proxied(checked.proxy, checked.base_url)
   checked.proxies_tokens = is_proxied(checked.proxy, checked.token_url)
   return with_profiles(checked)
end

return settings
