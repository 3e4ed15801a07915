--- The checks of `personalize doctor`, in order. Each finding is a table of `name`, `status` (`ok`, `failed`, `note`,
-- `skipped`), `message` and `advice`. No finding contains a secret.
-- @module personalize.cli.examination
-- @local

local advice = require "personalize.http.advice"
local credentials = require "personalize.auth.credentials"
local dates = require "personalize.http.dates"
local default = require "personalize.default"
local environment = require "personalize.environment"
local errors = require "personalize.error"
local letters = require "personalize.letters"
local masking = require "personalize.http.masking"
local misspelt = require "personalize.environment.misspelt"
local native = require "personalize.native"
local personalize = require "personalize"
local phrases = require "personalize.cli.phrases"
local questions = require "personalize.cli.questions"
local request = require "personalize.http.request"
local responses = require "personalize.http.response"
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

-- Advice by the kind of an error, where the error has none of its own.
local of_kind = {
   timeout = "The server is not reached in time: check firewall and proxy, or give more with --timeout.",
   network = "The connection broke: check proxy and network, and try again.",
   server = "The service may be down: try again.",
   rate_limited = "Too many calls: try again later.",
}

-- Kinds of errors that an answer of another server than the one meant leads to.
local is_elsewhere = { decode = true, forbidden = true, http = true, not_found = true, protocol = true }

local function sentence(words)
   return letters.upper(words:sub(1, 1)) .. words:sub(2) .. (words:find "[.?]$" and "" or ".")
end

-- What the doctor adds to an error's own advice.
local function besides(own, call)
   if own:find("is the server up", 1, true) then
      return call.uses_proxy and "" or " Check the name server and the firewall too; behind a proxy, set {proxy}."
   elseif own:find("private authority", 1, true) then
      return " A proxy that opens TLS has one."
   end
   return own:find("may not do this", 1, true) and " Ask whoever made them." or ""
end

-- Reports an error in the words of the command. Its own advice knows more than its kind, unless it only says which
-- time limit was reached.
local function failed(self, name, err, call)
   local own, message = errors.advice(err)
   if own and err.kind ~= "timeout" then err.message = message else own = of_kind[err.kind] end
   own = own or is_elsewhere[err.kind] and advice.of_address(call) or nil
   local shown = own and sentence(phrases.of_command(own, self.prefix))
      .. besides(own, call):gsub("{proxy}", self.prefix .. "_PROXY")
   self.report { name = name, status = "failed", message = phrases.of_command(tostring(err), self.prefix),
      advice = shown }
   return nil
end

-- Performs one exchange without the client: it is not repeated, and the raw response is returned.
local function exchange(self, call, authorization)
   local settings = self.settings
   call.settings, call.sent = settings, authorization
   function call.client_secrets() return credentials.secrets(settings) end
   call.uses_proxy = call.is_token and settings.proxies_tokens or not call.is_token and settings.proxies_calls
   return transport.perform(request.exchange(call, authorization, self.seconds),
      call.is_token and settings.token_profile or settings.profile, call)
end

-- Checks whether a server can be reached at all: name look-up, connection, TLS.
local function reach(self, name, url)
   local parsed = native.url.parse(url)
   local call = { method = "GET", url = url, is_token = url == self.settings.token_url }
   local answer, err = exchange(self, call)
   if not answer then return failed(self, name, err, call) end
   self.report { name = name, status = "ok", message = ("%s answers in %.0f ms%s, HTTP/%s"):format(parsed.host,
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

-- Asks for a token. What the endpoint says instead is masked: it may repeat what it was sent.
local function ask_for_token(self)
   local of = credentials.token_call(self.settings)
   local call = { method = "POST", url = of.url, body = assert(request.query(of.form)),
      content_type = "application/x-www-form-urlencoded", is_token = true, expect = credentials.expect_token }
   local answer, err = exchange(self, call, request.authorization(of.authorization))
   if not answer then return failed(self, "token", err, call) end
   local value
   value, err = responses.read(answer, call, self.settings.max_depth)
   if value ~= nil then return scopes.mask(value, self.settings), answer.status end
   return failed(self, "token", masking.clean(err, masking.of_call(call), responses.may_lack_end(answer)), call)
end

local function token(self)
   local report = self.report
   if self.settings.credentials == "access_token" then
      report { name = "token", status = "note", message = "given, so neither scope nor lifetime is known" }
      return true
   end
   local value, status = ask_for_token(self)
   if not value then return nil end
   if status ~= 200 then
      report { name = "token", status = "failed", message = ("the token endpoint answered %d"):format(status),
         advice = sentence(phrases.of_command(advice.of_address { is_token = true }, self.prefix)) }
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

local function list(self, client)
   local started = native.now()
   local all, err = client.connections.list()
   if not all then
      local settings = self.settings
      return failed(self, "connections", err, { settings = settings, uses_proxy = settings.proxies_calls })
   end
   self.report { name = "connections", status = "ok",
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
   local self = { settings = settings, prefix = source.prefix, seconds = seconds or settings.timeout, report = report }
   local answer = reach(self, "service", settings.base_url .. "/v2/connections")
   if not answer then return end
   clock(answer, report)
   if settings.token_url and not reach(self, "token endpoint", settings.token_url) then return end
   if not token(self) then return end
   local client = personalize.from_env { prefix = source.prefix, variables = source.variables, timeout = self.seconds }
   local all = list(self, client)
   if all then
      questions.ask(client, all, report)
      report { name = "more", status = "note", message = "`personalize probe` asks what no published page answers; "
         .. "with --write it makes a connection for that, archived at once" }
   end
   client:close()
end

return examination
