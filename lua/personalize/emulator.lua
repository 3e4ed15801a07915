-- An emulator of the Connection REST API, running in this process on threads of its own:
--
--    local emulator = require "personalize.emulator"
--    local e <close> = assert(emulator.start { seed = true })
--    local client = personalize.new(e:options())
--
-- It says what it is: an emulator of the published behaviour. Where that is open, its options choose.
local core = require "personalize.emulator.core"

local emulator = {}

-- ------------------------------------------------------------------ errors

local failure = {}
failure.__index = failure
failure.__tostring = function(self) return self.kind .. ": " .. self.message end
failure.__concat = function(a, b) return tostring(a) .. tostring(b) end

local function fail(kind, message)
   return nil, setmetatable({ kind = kind, message = message }, failure)
end

-- ------------------------------------------------------------------ options

local function whole(most)
   return function(value)
      return type(value) == "number" and value >= 0 and value <= most and value % 1 == 0,
         ("an integer from 0 to %d"):format(most)
   end
end

local function flag(value) return type(value) == "boolean", "true or false" end

local function text(value)
   return type(value) == "string" and value ~= "" and not value:find "%z", "a string that is not empty"
end

local function seconds(value)
   return type(value) == "number" and value >= 0 and value <= 2 ^ 31, "a number of seconds, 0 or more"
end

local function missing_secret(value)
   return value == "clear" or value == "keep", '"clear" or "keep"'
end

-- Credentials are fixed unless told otherwise: there is nothing to guard. The client key is the one
-- of the published example connections, so that their authorization works against the emulator.
local options = {
   address = { "127.0.0.1", text },          -- an IP address; the default is reached from this machine alone
   port = { 0, whole(65535) },               -- 0: a free one
   database = { ":memory:", text },          -- or the path of a file, which is made if need be
   seed = { false, flag },                   -- an empty database starts with the published examples
   strict = { false, flag },                 -- refuse unknown members and query parameters
   page_limit = { nil, whole(2 ^ 31 - 1) },  -- most connections in one list; it doesn't say so
   honour_offset = { true, flag },           -- false: every page is the first one
   missing_secret = { "clear", missing_secret }, -- an update without the secret erases it, or keeps it
   token_ttl = { 900, seconds },             -- how long access tokens live
   journal_limit = { 10000, whole(2 ^ 24) }, -- requests remembered
   client_id = { "emulator-client-id", text },
   client_secret = { "emulator-client-secret", text },
   client_key = { "pqsPERS3lw12v5a9rrHPW1c4hET73GxQ", text },
   api_token = { "emulator-api-token", text },
}

-- How many single-letter changes lead from a to b.
local function distance(a, b)
   local row = {}
   for j = 0, #b do row[j] = j end
   for i = 1, #a do
      local diagonal = row[0]
      row[0] = i
      for j = 1, #b do
         local cost = a:byte(i) == b:byte(j) and 0 or 1
         local best = math.min(row[j] + 1, row[j - 1] + 1, diagonal + cost)
         diagonal, row[j] = row[j], best
      end
   end
   return row[#b]
end

local function nearest(name)
   local best, best_distance
   for known in pairs(options) do
      local d = distance(name, known)
      if not best or d < best_distance or d == best_distance and known < best then
         best, best_distance = known, d
      end
   end
   return best
end

local function read_options(given)
   if given == nil then given = {} end
   if type(given) ~= "table" then
      error("emulator.start: options must be a table, not " .. type(given), 3)
   end
   for name, value in pairs(given) do
      local option = type(name) == "string" and options[name]
      if not option then
         error(("emulator.start: unknown option %s; did you mean %s?")
            :format(tostring(name), nearest(tostring(name))), 3)
      end
      local ok, expected = option[2](value)
      if not ok then
         error(("emulator.start: option %s must be %s"):format(name, expected), 3)
      end
   end
   local read = {}
   for name, option in pairs(options) do
      read[name] = given[name]
      if read[name] == nil then read[name] = option[1] end
   end
   return read
end

-- ------------------------------------------------------------------ a running emulator

local running = {}
running.__index = running

-- Starts one; without options at a free port, in memory, empty. What the system refuses (the port is
-- taken, the file is not writable or not an emulator's) is `nil, err`.
function emulator.start(given)
   if given == emulator then error("emulator.start takes a dot, not a colon", 2) end
   local read = read_options(given)
   local handle, message = core.start {
      address = read.address == "localhost" and "127.0.0.1" or read.address,
      port = read.port, database = read.database,
      seed = read.seed, strict = read.strict,
      page_limit = read.page_limit or 0, honour_offset = read.honour_offset,
      keep_missing_secret = read.missing_secret == "keep",
      token_ttl = read.token_ttl, journal_limit = read.journal_limit,
      client_id = read.client_id, client_secret = read.client_secret,
      client_key = read.client_key, api_token = read.api_token,
   }
   if not handle then return fail("config", message) end
   return setmetatable({ url = handle:url(), _handle = handle, _options = read }, running)
end

-- A new table for personalize.new. "api_token" gives the credentials of older organisations.
function running:options(kind)
   local own = self._options
   if kind == "api_token" then
      return { base_url = self.url, client_key = own.client_key, api_token = own.api_token }
   end
   return {
      base_url = self.url, token_url = self.url .. "/oauth/token",
      client_id = own.client_id, client_secret = own.client_secret,
   }
end

local function answer(value, message)
   if message then return fail("closed", message) end
   return value
end

-- The last requests in the order in which they were answered: method, path and query as sent,
-- headers (names in lower case, credentials masked), body (of token calls masked), status.
function running:requests() return answer(self._handle:requests()) end

-- What happened so far: requests, errors, tokens, lists, retrieves, creates, updates, tests; and how
-- many connections there are.
function running:counts() return answer(self._handle:counts()) end

-- For tests: the secret stored for a connection, which no answer of the API ever holds; or nil.
function running:stored_secret(ref, name)
   return answer(self._handle:stored_secret(ref, name))
end

-- Back to how it started: no connections (or the examples), no tokens, no journal, counts at 0.
function running:reset()
   local done, message = self._handle:reset()
   if not done then return fail("config", message) end
   return self
end

-- Ends it; again is fine. What is under way is answered first where that is a matter of moments.
function running:stop() self._handle:stop() end

running.__close = running.stop
running.__tostring = function(self) return "personalize.emulator (" .. self.url .. ")" end

return emulator
