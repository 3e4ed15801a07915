--- The options of an emulator in one list, which `emulator.start`, the command and the documentation read.
-- @module personalize.emulator.options
-- @local

local check = require "personalize.options"
local errors = require "personalize.error"
local number = require("personalize.text").number

local options = {}

local function is_whole(value, least, most)
   return type(value) == "number" and value >= least and value <= most and value % 1 == 0
end

local function whole(most)
   return { text = ("an integer from 0 to %.0f"):format(most),
      fits = function(value) return is_whole(value, 0, most) end }
end

local text = { text = "a string that is not empty", fits = function(value)
   return type(value) == "string" and value ~= "" and not value:find "%z"
end }

local url = { text = "http://host or https://host, with or without a port", fits = function(value)
   return type(value) == "string" and value:find "^https?://[%w.:%[%]_-]+$" ~= nil
end }

local seconds = { text = "a number of seconds, 0 or more", fits = function(value)
   return type(value) == "number" and value >= 0 and value <= 2 ^ 31
end }

local function is_host(value)
   return type(value) == "string" and value:find "^[%w.:_-]+$" ~= nil
end

local outbound = { text = 'a host, an array of hosts, "loopback" or "any"', fits = function(value)
   if type(value) ~= "table" then return is_host(value) end
   for index = 1, #value do
      if not is_host(value[index]) then return false end
   end
   return #value > 0
end }

--- The options in the order of the documentation: name, rule, default, description. The default credentials are fixed,
-- because they protect nothing. The client key is that of the published example connections, so that their tests work
-- against the emulator.
options.list = {
   { "port", whole(65535), 0, "TCP port; 0: a free one" },
   { "database", text, ":memory:", "a file, made if need be, which several emulators may share; `:memory:` is none" },
   { "seed", "boolean", false, "an empty database starts with the published example connections" },
   { "strict", "boolean", false, "refuse unknown members and query parameters" },
   { "page_limit", whole(2 ^ 31 - 1), nil, "most connections in one list; it does not say so" },
   { "honour_offset", "boolean", true, "false: `offset` is ignored" },
   { "missing_secret", check.one_of("clear", "keep"), "clear",
      "what an update that lacks a stored secret does to it" },
   { "update_revision", "boolean", false, "the answer to an update has the `revision`" },
   { "put_creates", "boolean", false, "an update of a `ref` that no connection has creates it" },
   { "unique_names", "boolean", false, "refuse a second connection of a name" },
   { "mask_unknown_auth", "boolean", false, "what an `auth` of an unpublished `authType` has never comes out" },
   { "token_ttl", seconds, 900, "seconds that access tokens live" },
   { "outbound", outbound, "loopback",
      "where test calls may go beside this machine: `any`, or a host (in Lua also an array of them)" },
   { "journal_secrets", "boolean", false, "the journal has secrets in clear" },
   { "journal_limit", whole(2 ^ 24), 10000, "requests remembered; never more than 64 MiB of them" },
   { "access_log", text, nil, "a file that gets a line per call, or \"stderr\"" },
   { "address", text, "127.0.0.1", "IP address to listen on, or localhost" },
   { "public_url", url, nil, "under which others reach it, where that is not address and port" },
   { "remote_control", "boolean", false, "take calls below `/_emulator/` from other machines too" },
   { "request_timeout", "seconds", 60, "seconds within which a request must have arrived as a whole" },
   { "tls_cert", text, nil, "PEM file with the certificate to serve https with" },
   { "tls_key", text, nil, "PEM file with its key" },
   { "ca_file", text, nil, "PEM file with the authorities that testConnection trusts, and that clients get to trust" },
   { "client_cert", text, nil, "PEM file with the certificate that testConnection presents for `useMutualTls`" },
   { "client_cert_key", text, nil, "PEM file with its key" },
   { "client_id", text, "emulator-client-id", "for `POST /oauth/token`" },
   { "client_secret", text, "emulator-client-secret", "likewise" },
   { "client_key", text, "pqsPERS3lw12v5a9rrHPW1c4hET73GxQ", "for `POST /v2/oauth/token`, and in every connection" },
   { "api_token", text, "emulator-api-token", "likewise" },
}

local rules = {}
for _, option in ipairs(options.list) do rules[option[1]] = option[2] end

--- Checks options and fills in the defaults; raises at the caller's caller for wrong ones.
function options.read(given, where)
   local read = check.check(given, rules, where, 3)
   for _, option in ipairs(options.list) do
      if read[option[1]] == nil then read[option[1]] = option[3] end
   end
   return read
end

--- Checks that a certificate comes with its key; else returns `nil, err`.
function options.check_pairs(read)
   for _, pair in ipairs { { "tls_cert", "tls_key" }, { "client_cert", "client_cert_key" } } do
      if (read[pair[1]] == nil) ~= (read[pair[2]] == nil) then
         return errors.fail("config", ("%s and %s go together"):format(pair[1], pair[2]))
      end
   end
   return true
end

local is_flag = { text = "a boolean", fits = function(value) return type(value) == "boolean" end }
local is_text = { text = "a string", fits = function(value) return type(value) == "string" end }
local is_number = { text = "a number of 0 or more", fits = function(value)
   return type(value) == "number" and value >= 0
end }
local is_name = { text = "a string without NUL", fits = function(value)
   return type(value) == "string" and not value:find "%z"
end }

--- The options of a fault, in the same form.
options.faults = {
   { "method", is_name, "the calls' method; without: any" },
   { "path", is_name, "their path, exactly, or with `*` at its end as far as that; without: any" },
   { "times", is_number, "how many of those calls; without: one, or with `probability` all" },
   { "probability", is_number, "of each of those calls, above 0 and at most 1" },
   { "after", is_flag, "true: the call is carried out first, and what follows befalls its answer" },
   { "status", is_number, "from 200 to 599, with the API's error body; without `after` the call is not carried out" },
   { "delay", is_number, "seconds; other calls do not wait" },
   { "reset", is_flag, "true: the connection is reset without an answer; without `after` the call is not carried out" },
   { "truncate", is_number, "the connection is closed after so many bytes of the answer's body" },
   { "retry_after", { text = "a string or a number", fits = function(value)
      return is_name.fits(value) or is_number.fits(value)
   end }, "the answer's `Retry-After`: seconds or a date" },
   { "body", is_text, "the answer's body, instead of what it would be" },
   { "content_type", is_name, "of that; without: `application/json`" },
}

local fault_rules = {}
for _, member in ipairs(options.faults) do fault_rules[member[1]] = member[2] end

--- Checks the options of a fault; raises at the caller's caller for wrong ones.
function options.read_fault(given, where)
   local fault = check.check(given, fault_rules, where, 3)
   if type(fault.retry_after) == "number" then fault.retry_after = number("%.14g", fault.retry_after) end
   return fault
end

return options
