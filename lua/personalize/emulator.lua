--- An emulator of the Connection REST API. It runs in this process on its own threads:
-- `require "personalize.emulator"`.
--
-- It emulates the published behaviour. Where that leaves questions open, its options choose; `behaviours` lists what it
-- does and the evidence for it.
-- @module personalize.emulator

local core = require "personalize.loading" "personalize.emulator.core"
local check = require "personalize.options"
local errors = require "personalize.error"
local json = require "personalize.json"
local native = require "personalize.native"
local options = require "personalize.emulator.options"
local proxy = require "personalize.proxy"

local emulator = {
   --- The version of the library.
   -- @tfield string _VERSION
   _VERSION = core.version,
}

local running = {}
running.__index = running

-- The core's object behind the emulator that a method was called on; misuse is raised at the line of the call.
local function handle_of(self, method)
   if type(self) == "table" and getmetatable(self) == running then return self._handle end
   error(("bad argument #1 to '%s' (expected an emulator, got %s): call it as emulator:%s()"):format(method,
      check.describe(self), method), 3)
end

--- Starts an emulator. Without options it uses a free port, keeps its data in memory and is empty.
-- @tparam[opt] personalize.emulator.options given
-- @treturn personalize.emulator.running emulator
-- @fails of kind `config` when the system refuses: the port is taken, the file is not an emulator's, ...
-- @usage
-- local e = assert(require "personalize.emulator".start { page_limit = 10, missing_secret = "clear" })
-- local own = assert(personalize.new(e:options()))
-- print(#assert(own.connections.list()))  --> 0
-- e:stop()
function emulator.start(given, ...)
   -- also works when called with a colon by mistake
   if rawequal(given, emulator) then return emulator.start(...) end
   local read = options.read(given, "emulator.start")
   local ok, err = options.check_pairs(read)
   if not ok then return nil, err end
   local handle, message = core.start {
      address = read.address, port = read.port, public_url = read.public_url, database = read.database,
      seed = read.seed, strict = read.strict,
      page_limit = read.page_limit or 0, honour_offset = read.honour_offset,
      keep_missing_secret = read.missing_secret == "keep", update_revision = read.update_revision,
      put_creates = read.put_creates, unique_names = read.unique_names, mask_unknown_auth = read.mask_unknown_auth,
      journal_secrets = read.journal_secrets,
      outbound = type(read.outbound) == "table" and table.concat(read.outbound, ",") or read.outbound,
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

--- Blocks SIGINT and SIGTERM, for programs that run only an emulator.
-- @treturn personalize.emulator.signals signals
-- @usage
-- local signals = require "personalize.emulator".hold_signals()
-- print(signals:wait(0))  --> nil
-- signals:close()
function emulator.hold_signals() return core.signals() end

--- One behaviour of the emulator.
-- @table behaviour
-- @tfield string name sent in the header `X-Emulator-Behaviour`
-- @tfield string when
-- @tfield string what
-- @tfield[opt] integer status of the reply
-- @tfield "documented"|"inferred"|"guessed"|"own" evidence sent in the header `X-Emulator-Evidence`

--- Lists the emulator's behaviours and the evidence for each.
-- @treturn {personalize.emulator.behaviour,...} behaviours
-- @usage print(require "personalize.emulator".behaviours()[1].name)  --> token
function emulator.behaviours() return core.behaviours() end

-- ------------------------------------------------------------------ reaching it

--- A running emulator. It stops when it is collected, or when its `<close>` variable goes out of scope.
-- @type running

--- The members of a running emulator.
-- @table members
-- @tfield string url the URL on which it listens

-- The hosts that a client must list in `plain_http_hosts` to use http.
local function plain_http_hosts(url)
   local parsed = native.url.parse(url)
   return parsed.scheme == "http" and not native.url.is_loopback(parsed.host) and { parsed.host } or nil
end

local option_kinds = { kind = check.one_of("client_id", "api_token") }

--- Makes a new table of options for `personalize.new`.
-- @tparam[opt="client_id"] "client_id"|"api_token" kind of credentials; `api_token` are those of older organisations
-- @treturn personalize.client_options options
-- @usage print(emulator:options().base_url == emulator.url)  --> true
function running:options(kind)
   handle_of(self, "options")
   check.check({ kind = kind }, option_kinds, "emulator:options", 2)
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

--- Makes the environment variables for `personalize.from_env()` in another process.
-- @treturn table environment array of `{ name, value }`
-- @usage print(emulator:environment()[1][1])  --> PERSONALIZE_BASE_URL
function running:environment()
   handle_of(self, "environment")
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

-- ------------------------------------------------------------------ inspection

local function answer(value, message)
   if message then return errors.fail("closed", message) end
   return value
end

--- A request that the emulator answered.
-- @table request
-- @tfield string method
-- @tfield string path as sent
-- @tfield string query as sent
-- @tfield table headers names in lower case, credentials masked
-- @tfield string body masked for token calls
-- @tfield integer status of the reply; 0: the connection was reset

--- The last requests, in the order in which they were answered.
-- @treturn {personalize.emulator.running.request,...} requests
-- @fails of kind `closed` when the emulator was stopped
-- @usage
-- emulator:reset()
-- assert(connections.list())
-- local requests = assert(emulator:requests())
-- print(requests[#requests].method, requests[#requests].path)  --> GET	/v2/connections
function running:requests() return answer(handle_of(self, "requests"):requests()) end

--- Counts since the start, and the number of stored connections.
-- @table counts
-- @tfield integer requests
-- @tfield integer errors replies of 4xx and 5xx, and faults
-- @tfield integer tokens
-- @tfield integer lists
-- @tfield integer retrieves
-- @tfield integer creates
-- @tfield integer updates
-- @tfield integer tests
-- @tfield integer connections stored now

--- Returns the counts.
-- @treturn personalize.emulator.running.counts counts
-- @fails of kind `closed` when the emulator was stopped
-- @usage print(assert(emulator:counts()).connections == #assert(connections.list()))  --> true
function running:counts() return answer(handle_of(self, "counts"):counts()) end

--- The secret stored for a connection, for tests. The API never returns it.
-- @tparam string ref
-- @tparam[opt="clientSecret"] string name of the member of `auth`
-- @treturn string|nil secret nil if none is stored
-- @fails of kind `closed` when the emulator was stopped
-- @usage
-- local made = assert(connections.create(connections.build("Secret"):destination()
--    :post("https://api.example.com/", "{}")
--    :oauth { client_id = "me", client_secret = "hush", access_token_url = "https://auth.example.com/token" }))
-- print(emulator:stored_secret(made.ref), made.auth.clientSecret)  --> hush	nil
function running:stored_secret(ref, name)
   local handle = handle_of(self, "stored_secret")
   check.argument(1, ref, "string", "emulator:stored_secret", 2)
   if name ~= nil then check.argument(2, name, "string", "emulator:stored_secret", 2) end
   return answer(handle:stored_secret(ref, name))
end

-- ------------------------------------------------------------------ changes

-- Returns the emulator, for chained calls. The core's result is nil if it was stopped, false if it refused.
local function done(self, ok, message)
   if ok then return self end
   return errors.fail(ok == nil and "closed" or "config", message)
end

--- Orders the emulator to fail calls. If several faults match a call, the oldest applies.
-- @tparam personalize.emulator.fault fault
-- @treturn personalize.emulator.running emulator itself
-- @fails of kind `closed` when the emulator was stopped; `config` when there are too many faults
-- @usage
-- emulator:fail { path = "/v2/connections*", times = 2, status = 503 }
-- print(personalize.meta(assert(connections.list())).attempts)  --> 3
function running:fail(fault)
   local handle = handle_of(self, "fail")
   local ok, message = handle:fail(options.read_fault(fault, "emulator:fail"))
   if ok == false then error("emulator:fail: " .. message, 2) end
   return done(self, ok, message)
end

--- Stores items that the API can then read: decision models, their variants, flows, templates. Items with an existing
-- `ref` are replaced.
-- @tparam string path of the collection, such as `/v3/flowDefinitions`
-- @tparam {table,...} items each with a `ref`
-- @treturn personalize.emulator.running emulator itself
-- @fails of kind `closed` when the emulator was stopped; `config` when path or items are invalid; `encode` when they
-- cannot be written as a JSON array
-- @usage
-- assert(emulator:put("/v3/templates", { { ref = "0d6a4f9b-3f1e-4c31-9d0b-9b9e6b7c1a31", name = "Banner" } }))
function running:put(path, items)
   local handle = handle_of(self, "put")
   check.argument(1, path, "string", "emulator:put", 2)
   check.argument(2, items, "table", "emulator:put", 2)
   -- the caller's table keeps its metatable: it may be a list of this library, or be read through metamethods
   local plain, reason, place = proxy.plain(items)
   if not plain then return errors.fail("encode", place and ("%s: %s"):format(place, reason) or reason) end
   local list = json.array {}
   for index, item in next, plain do list[index] = item end
   local text, err = json.encode(list)
   if not text then return nil, err end
   return done(self, handle:put(path, text))
end

--- Cancels all faults that have not happened yet.
-- @treturn personalize.emulator.running emulator itself
-- @fails of kind `closed` when the emulator was stopped
-- @usage
-- emulator:fail { probability = 1, reset = true }
-- emulator:heal()
-- assert(connections.list())
function running:heal() return done(self, handle_of(self, "heal"):heal()) end

--- Moves its clock forward: tokens expire; `Date` and new `modifiedAt`s follow. It does not shorten any waiting.
-- @tparam number seconds 0 or more
-- @treturn personalize.emulator.running emulator itself
-- @fails of kind `closed` when the emulator was stopped; `config` when that is too far, about 6,000 years in all
-- @usage
-- assert(connections.list())
-- emulator:advance(1000)
-- print(personalize.meta(assert(connections.list())).attempts)  --> 2
function running:advance(seconds)
   local handle = handle_of(self, "advance")
   if type(seconds) ~= "number" or not (seconds >= 0 and seconds <= 1e9) then
      error("emulator:advance: expected a number of seconds, 0 or more", 2)
   end
   return done(self, handle:advance(seconds))
end

--- Stores the published example connections, even if they are stored already.
-- @treturn personalize.emulator.running emulator itself
-- @fails of kind `closed` when the emulator was stopped; `config` when the database cannot be written
-- @usage
-- emulator:reset():seed()
-- print(connections.find("Weather Data System") ~= nil)  --> true
function running:seed() return done(self, handle_of(self, "seed"):seed()) end

--- Resets it to its state at the start: no connections (or the examples), no tokens, no faults, no journal, counts at
-- 0, the clock right.
-- @treturn personalize.emulator.running emulator itself
-- @fails of kind `closed` when the emulator was stopped; `config` when the database cannot be written
-- @usage print(emulator:reset():counts().requests)  --> 0
function running:reset() return done(self, handle_of(self, "reset"):reset()) end

--- Stops the emulator; it may be called again. Calls in progress are answered first if that takes only a moment.
-- @treturn nil
-- @usage
-- emulator:stop()
-- print(select(2, emulator:counts()).kind)  --> closed
function running:stop() handle_of(self, "stop"):stop() end

running.__close = running.stop
running.__tostring = function(self) return "personalize.emulator (" .. self.url .. ")" end

return emulator
