--- An emulator of the Connection REST API, running in this process on threads of its own:
--
--    local emulator = require "personalize.emulator"
--    local e <close> = assert(emulator.start { seed = true })
--    local client = personalize.new(e:options())
--
-- It says what it is: an emulator of the published behaviour. Where that is open, its options choose.
-- @module personalize.emulator

local core = require "personalize.loading" "personalize.emulator.core"
local errors = require "personalize.error"
local options = require "personalize.emulator.options"

local emulator = { _VERSION = core.version }

local running = {}
running.__index = running

--- Starts one; without options at a free port, in memory, empty. doc/emulator.md lists the options.
-- @treturn emulator or `nil, err` for what the system refuses: the port is taken, the file is not an emulator's, ...
function emulator.start(given)
   if given == emulator then error("emulator.start takes a dot, not a colon", 2) end
   local read = options.read(given, "emulator.start")
   local ok, err = options.check_pairs(read)
   if not ok then return nil, err end
   local handle, message = core.start {
      address = read.address, port = read.port, public_url = read.public_url, database = read.database,
      seed = read.seed, strict = read.strict,
      page_limit = read.page_limit or 0, honour_offset = read.honour_offset,
      keep_missing_secret = read.missing_secret == "keep",
      token_ttl = read.token_ttl, request_timeout = read.request_timeout,
      journal_limit = read.journal_limit, access_log = read.access_log, remote_control = read.remote_control,
      client_id = read.client_id, client_secret = read.client_secret,
      client_key = read.client_key, api_token = read.api_token,
      tls_cert = read.tls_cert, tls_key = read.tls_key, ca_file = read.ca_file,
      client_cert = read.client_cert, client_cert_key = read.client_cert_key,
   }
   if not handle then return errors.fail("config", message) end
   return setmetatable({ url = handle:url(), _handle = handle, _options = read }, running)
end

--- For programs that run an emulator and nothing else: holds SIGINT and SIGTERM back until `signals:close()`.
-- `signals:wait([seconds])` gives "SIGINT" or "SIGTERM", or nil when none came in time.
function emulator.hold_signals() return core.signals() end

--- What it does and on what evidence: array of `{name=, status=, evidence=, when=, what=}`. Every answer names its
-- row in `X-Emulator-Behaviour`, and the evidence in `X-Emulator-Evidence`.
function emulator.behaviours() return core.behaviours() end

-- ------------------------------------------------------------------ reaching it

-- The hosts to which the client has to be told that plain http may go.
local function plain_http_hosts(url)
   local host = url:match "^http://%[?([%w.:_-]-)%]?:?%d*$"
   local is_loopback = not host or host == "localhost" or host:find "^127%." or host == "::1"
   return not is_loopback and { host } or nil
end

--- A new table for `personalize.new`. "api_token" gives the credentials of older organisations.
function running:options(kind)
   local own = self._options
   local given = { base_url = self.url, ca_file = own.tls_cert and own.ca_file,
      plain_http_hosts = plain_http_hosts(self.url) }
   if kind == "api_token" then
      given.client_key, given.api_token = own.client_key, own.api_token
   else
      given.token_url = self.url .. "/oauth/token"
      given.client_id, given.client_secret = own.client_id, own.client_secret
   end
   return given
end

--- The same for `personalize.from_env()` in another process: array of `{name, value}`.
function running:environment()
   local given = self:options()
   local environment = {
      { "PERSONALIZE_BASE_URL", given.base_url },
      { "PERSONALIZE_TOKEN_URL", given.token_url },
      { "PERSONALIZE_CLIENT_ID", given.client_id },
      { "PERSONALIZE_CLIENT_SECRET", given.client_secret },
   }
   if given.ca_file then environment[#environment + 1] = { "PERSONALIZE_CA_FILE", given.ca_file } end
   return environment
end

-- ------------------------------------------------------------------ looking into it

local function answer(value, message)
   if message then return errors.fail("closed", message) end
   return value
end

--- The last requests in the order in which they were answered: method, path and query as sent,
-- headers (names in lower case, credentials masked), body (of token calls masked), status (0: reset).
function running:requests() return answer(self._handle:requests()) end

--- What happened so far: requests, errors, tokens, lists, retrieves, creates, updates, tests; and how
-- many connections there are.
function running:counts() return answer(self._handle:counts()) end

--- For tests: the secret stored for a connection, which no answer of the API ever holds; or nil.
function running:stored_secret(ref, name)
   return answer(self._handle:stored_secret(ref, name))
end

-- ------------------------------------------------------------------ changing it

-- Gives the emulator back, for calls in a row. A stopped one gives nil, a refusal false.
local function done(self, ok, message)
   if ok then return self end
   return errors.fail(ok == nil and "closed" or "config", message)
end

--- Orders that calls go wrong: `e:fail { path = "/v2/connections*", times = 2, status = 503, retry_after = 1 }`.
-- The oldest order that a call falls under counts. doc/emulator.md lists what a fault can be.
function running:fail(fault)
   local ok, message = self._handle:fail(options.read_fault(fault, "emulator:fail"))
   if ok == false then error("emulator:fail: " .. message, 2) end
   return done(self, ok, message)
end

--- Takes back every fault that is still to come.
function running:heal() return done(self, self._handle:heal()) end

--- Moves its clock: tokens expire, the answers' `Date` and new `modifiedAt`s follow. What waits is not waited for less.
function running:advance(seconds)
   if type(seconds) ~= "number" or not (seconds >= 0 and seconds <= 1e9) then
      error("emulator:advance: expected a number of seconds, 0 or more", 2)
   end
   return done(self, self._handle:advance(seconds))
end

--- Stores the published example connections, again where they are already.
function running:seed() return done(self, self._handle:seed()) end

--- Back to how it started: no connections (or the examples), no tokens, no faults, no journal, counts at 0, the
-- clock right.
function running:reset() return done(self, self._handle:reset()) end

--- Ends it; again is fine. What is under way is answered first where that is a matter of moments.
function running:stop() self._handle:stop() end

running.__close = running.stop
running.__tostring = function(self) return "personalize.emulator (" .. self.url .. ")" end

return emulator
