--- The checks of `personalize doctor`, in order. Each finding is a table of `name`, `status` (`ok`, `failed`, `note`,
-- `skipped`), `message` and `advice`. No finding contains a secret.
-- @module personalize.cli.examination
-- @local

local credentials = require "personalize.auth.credentials"
local dates = require "personalize.http.dates"
local default = require "personalize.default"
local environment = require "personalize.environment"
local json = require "personalize.json"
local letters = require "personalize.letters"
local misspelt = require "personalize.environment.misspelt"
local native = require "personalize.native"
local personalize = require "personalize"
local questions = require "personalize.cli.questions"
local request = require "personalize.http.request"
local scopes = require "personalize.probe.token"
local text = require "personalize.text"
local transport = require "personalize.http.transport"

local examination = {}

-- Seconds that the clocks of two machines may differ before tokens and logs suffer.
local worst_skew = 30

local secrets = { client_secret = true, api_token = true, access_token = true, proxy = true }

-- Reports where each value came from. Of secrets only the length is shown.
local function configuration(source, report)
   local lines, prefix, variables = {}, source.prefix, source.variables
   local get = variables and function(name) return variables[name] end or os.getenv
   for _, name in ipairs(environment.names) do
      local variable = prefix .. "_" .. letters.upper(name)
      local value, file = get(variable), get(variable .. "_FILE")
      if file and file ~= "" then
         lines[#lines + 1] = ("%s from the file %s (%s_FILE)"):format(name, text.line(file), variable)
      elseif value and value ~= "" then
         lines[#lines + 1] = ("%s from %s (%s)"):format(name, variable,
            secrets[name] and ("%d characters"):format(#value) or text.line(native.url.redact(value)))
      end
   end
   local settings, err = default.from_environment({ prefix = prefix, variables = variables }, "personalize doctor", 1)
   if not settings then
      report { name = "configuration", status = "failed", message = err.message,
         advice = ("Set %s_REGION and the credentials; `man personalize` and doc/command.md list the variables.")
            :format(prefix) }
      return nil
   end
   report { name = "configuration", status = "ok",
      message = table.concat(lines, "; ") .. "; service " .. settings.base_url
         .. (source.profile and "; of the profile " .. source.profile or "") }
   return settings
end

local function misspelt_variables(source, report)
   for _, each in ipairs(misspelt.unread(source.prefix, source.variables)) do
      report { name = "variable", status = "note", message = text.line(each[1]) .. " is set, and nothing reads it",
         advice = each[2] and ("Did you mean %s?"):format(each[2]) or nil }
   end
end

local advice = {
   connect = "Check the region or base URL, the name server and the firewall; behind a proxy, set the _PROXY variable.",
   tls = "The certificate is not trusted here: a proxy that opens TLS needs its authority in the _CA_FILE variable.",
   timeout = "The server is not reached in time: check firewall and proxy, or give more with --timeout.",
   network = "The connection broke: check proxy and network, and try again.",
   auth = "Check client id and secret (or client key and API token): are they of this region and organisation?",
   forbidden = "The credentials are good but lack the permission for connections: ask whoever made them.",
}

local function failed(report, name, err)
   report { name = name, status = "failed", message = tostring(err), advice = advice[err.kind]
      or "See the message; the service may be down: try again." }
end

-- Performs one exchange without the client: it is not repeated, and the raw response is returned.
local function exchange(settings, call, authorization, seconds)
   call.settings = settings
   call.uses_proxy = call.is_token and settings.proxies_tokens or not call.is_token and settings.proxies_calls
   return transport.perform(request.exchange(call, authorization, seconds),
      call.is_token and settings.token_profile or settings.profile, call)
end

-- Checks whether a server can be reached at all: name look-up, connection, TLS.
local function reach(settings, name, url, seconds, report)
   local parsed = native.url.parse(url)
   local answer, err = exchange(settings, { method = "GET", url = url, is_token = url == settings.token_url }, nil,
      seconds)
   if not answer then
      failed(report, name, err)
      return nil
   end
   report { name = name, status = "ok", message = ("%s answers in %.0f ms%s, HTTP/%s"):format(parsed.host,
      answer.elapsed * 1e3, parsed.scheme == "https" and ", its certificate is trusted" or ", without TLS",
      tostring(answer.http_version)) }
   return answer
end

local function clock(answer, report)
   local theirs = dates.http(answer.headers.date or "")
   if not theirs then
      report { name = "clock", status = "note", message = "the service states no date" }
      return
   end
   local skew = os.time() - theirs
   local is_bad = math.abs(skew) > worst_skew
   report { name = "clock", status = is_bad and "failed" or "ok",
      message = ("%d s apart from the service's"):format(skew),
      advice = is_bad and "Set this machine's clock (NTP): tokens are judged by it." or nil }
end

local function token(settings, seconds, report)
   if settings.credentials == "access_token" then
      report { name = "token", status = "note", message = "given, so neither scope nor lifetime is known" }
      return true
   end
   local call = credentials.token_call(settings)
   local answer, err = exchange(settings, { method = "POST", url = call.url, body = assert(request.query(call.form)),
      content_type = "application/x-www-form-urlencoded", is_token = true },
      request.authorization(call.authorization), seconds)
   if not answer then return failed(report, "token", err) end
   local value = json.decode(answer.body or "")
   if answer.status ~= 200 or type(value) ~= "table" or type(value.access_token) ~= "string" then
      report { name = "token", status = "failed", message = ("the token endpoint answered %d"):format(answer.status),
         advice = advice.auth }
      return nil
   end
   local is_other = scopes.is_for_connections(value.scope) == false
   report { name = "token", status = is_other and "note" or "ok",
      advice = is_other and ("One key is for one feature. Connections need (by inference) the scope %s: if they are "
         .. "refused below, make a key for them."):format(scopes.scope_of_connections) or nil,
      message = ("lives %s s, scope: %s"):format(
      text.line(tostring(value.expires_in or "an unknown number of")),
      type(value.scope) == "string" and value.scope ~= "" and text.cut(text.line(value.scope), 200) or "not stated") }
   return true
end

local function list(client, report)
   local started = native.now()
   local all, err = client.connections.list()
   if not all then
      failed(report, "connections", err)
      return nil
   end
   report { name = "connections", status = "ok",
      message = ("%d listed in %.0f ms"):format(#all, (native.now() - started) * 1e3) }
   return all
end

--- Runs all checks; stops after a failure that makes the others meaningless.
-- @tparam table source `prefix` of the variables, and `variables`, which are read instead of the environment
-- @tparam ?number seconds for each call
-- @tparam function report called with each finding
function examination.run(source, seconds, report)
   misspelt_variables(source, report)
   local settings = configuration(source, report)
   if not settings then return end
   seconds = seconds or settings.timeout
   local answer = reach(settings, "service", settings.base_url .. "/v2/connections", seconds, report)
   if not answer then return end
   clock(answer, report)
   if settings.token_url and not reach(settings, "token endpoint", settings.token_url, seconds, report) then return end
   if not token(settings, seconds, report) then return end
   local client = personalize.from_env { prefix = source.prefix, variables = source.variables, timeout = seconds }
   local all = list(client, report)
   if all then
      questions.ask(client, all, report)
      report { name = "more", status = "note", message = "`personalize probe` asks what no published page answers; "
         .. "with --write it makes a connection for that, archived at once" }
   end
   client:close()
end

return examination
