-- Access tokens: when they are fetched, renewed, shared and given up.
local personalize = require "personalize"
local native = require "personalize.native"
local credentials = require "personalize.credentials"
local server = require "spec.support.server"
local token = require "personalize.token"

local function silent() end

describe("a source of tokens", function()
   local now, clock
   before_each(function()
      now, clock = native.now, 1000
      native.now = function() return clock end
   end)
   after_each(function() native.now = now end)

   local unique = 0

   -- A source whose token calls are answered by the functions given, in order; the last one for ever.
   local function source_of(...)
      local answers, calls = { ... }, {}
      unique = unique + 1
      local source = token.source { client_id = "id" .. unique, client_secret = "secret", token_url = "https://x/" }
      local function exchange(call, deadline, early)
         calls[#calls + 1] = { call = call, deadline = deadline, early = early }
         return answers[math.min(#calls, #answers)]()
      end
      local events = {}
      local function emit(kind, members)
         members.type = kind
         events[#events + 1] = members
      end
      return source, function(seconds) return source:get(clock + (seconds or 30), exchange, emit) end, calls, events
   end

   local function gives(text, expires_in)
      return function() return { access_token = text, expires_in = expires_in } end
   end

   local function fails(kind)
      return function() return nil, { kind = kind, message = kind } end
   end

   it("fetches once, and renews ten percent early", function()
      local _, get, calls, events = source_of(gives("one", 100), gives("two", 100))
      assert.equal("one", get())
      clock = clock + 89.9
      assert.equal("one", get())
      assert.equal(1, #calls)
      assert.is_false(calls[1].early)
      clock = clock + 0.2
      assert.equal("two", get())
      assert.is_true(calls[2].early)
      assert.same({ { type = "token", expires_in = 100 }, { type = "token", expires_in = 100 } }, events)
   end)

   it("renews a long-lived one a minute early", function()
      local _, get, calls = source_of(gives("one", 86400), gives("two", 86400))
      get()
      clock = clock + 86339
      assert.equal("one", get())
      clock = clock + 2
      assert.equal("two", get())
      assert.equal(2, #calls)
   end)

   it("keeps the living one when the early renewal fails, and rests", function()
      local _, get, calls, events = source_of(gives("one", 900), fails "server", fails "server", gives("two", 900))
      get()
      clock = clock + 845
      assert.equal("one", get())
      assert.equal("one", get())
      assert.equal(2, #calls)
      assert.equal("server", events[2].error.kind)
      clock = clock + 5.1
      assert.equal("one", get())
      assert.equal(3, #calls)
      clock = clock + 5.1
      assert.equal("two", get())
   end)

   it("fails when the old one is over and no new one can be had", function()
      local _, get = source_of(gives("one", 100), fails "server")
      get()
      clock = clock + 100.1
      local text, err = get()
      assert.is_nil(text)
      assert.equal("server", err.kind)
   end)

   it("lets an early renewal take a part of the call's time alone", function()
      local _, get, calls = source_of(gives("one", 100), fails "timeout")
      get(30)
      assert.equal(clock + 30, calls[1].deadline)
      clock = clock + 95
      get(30)
      assert.equal(clock + 5, calls[2].deadline)
      clock = clock + 0.5 -- rests
      get(2)
      assert.equal(2, #calls)
      clock = clock + 4.4 -- the rest would be longer than the token lives
      get(0.08)
      assert.equal(2, #calls)
   end)

   it("forgets a refused one, unless it has another by then", function()
      local source, get, calls = source_of(gives("one", 100), gives("two", 100))
      get()
      assert.is_true(source:refused "one")
      assert.equal("two", get())
      assert.is_true(source:refused "one")
      assert.equal("two", get())
      assert.equal(2, #calls)
   end)

   it("uses one that lives no time for the call that fetched it", function()
      local _, get, calls = source_of(gives("one", 0), gives("two", -5), gives("three", 0))
      assert.equal("one", get())
      assert.equal("two", get())
      assert.equal("three", get())
      assert.equal(3, #calls)
   end)

   it("assumes the published lifetime when none is stated that makes sense", function()
      for _, stated in ipairs { false, "soon", {}, 0 / 0 } do
         local _, get, calls = source_of(gives("one", stated or nil), gives("two", 900))
         get()
         clock = clock + 839
         assert.equal("one", get())
         assert.equal(1, #calls)
         clock = clock + 2
         assert.equal("two", get())
      end
   end)

   it("is not confused by a clock that jumps", function()
      local _, get, calls = source_of(gives("one", 100), gives("two", 100))
      get()
      clock = clock + 1e9
      assert.equal("two", get())
      clock = clock - 1e9
      assert.equal("two", get())
      assert.equal(2, #calls)
   end)

   it("is shared by clients of the same credentials, and by no others", function()
      local function source(id, secret, url) return token.source { client_id = id, client_secret = secret,
         token_url = url or "https://x/", audience = "a" } end
      local first = source("same", "secret")
      assert.equal(first, source("same", "secret"))
      assert.not_equal(first, source("same", "other"))
      assert.not_equal(first, source("other", "secret"))
      assert.not_equal(first, source("same", "secret", "https://y/"))
      assert.not_equal(first, source("sames", "ecret"))
   end)

   it("keeps a token that was given", function()
      local source = token.source { access_token = "given" }
      assert.equal("given", source:get(clock + 1, nil, silent))
      assert.is_false(source:refused "given")
      clock = clock + 1e9
      assert.equal("given", source:get(clock + 1, nil, silent))
   end)

   it("asks a function for tokens", function()
      local given = {}
      local source = token.source { access_token = function()
         return (table.unpack or unpack)(given, 1, 2)
      end }
      local function get() return source:get(clock + 1, nil, silent) end
      for _, wrong in ipairs { {}, { nil, "reason" }, { "" }, { 5 }, { "a b" }, { "a\r\nX: y" }, { "a\0" } } do
         given = wrong
         local text, err = get()
         assert.is_nil(text)
         assert.equal("auth", err.kind)
      end
      given = { nil, "no luck" }
      assert.matches("gave no token: no luck", select(2, get()).message)
      given = { "one", 10 }
      assert.equal("one", get())
      given = { "two", 10 }
      assert.equal("one", get())
      clock = clock + 9.5
      assert.equal("two", get())
      source:refused "two"
      source = token.source { access_token = function() error { "no text" } end }
      assert.matches("raised an error", select(2, get()).message)
   end)
end)

describe("credentials", function()
   it("are encoded as RFC 4648 has it", function()
      for text, encoded in pairs { [""] = "", f = "Zg==", fo = "Zm8=", foo = "Zm9v", foob = "Zm9vYg==",
         fooba = "Zm9vYmE=", foobar = "Zm9vYmFy", ["\0\255\254"] = "AP/+" } do
         assert.equal(encoded, credentials.base64(text))
      end
   end)
end)

-- Counts the token calls, and lets them last; a call of the API wants the last token.
local SERVER = [[
   local issued, under_way, most = 0, 0, 0
   return function(connection)
      for request in function() return connection:request() end do
         local function json(status, body)
            connection:respond(status, { "Content-Length: " .. #body, "X-Most: " .. most }, body)
         end
         if request.path == "/token" then
            under_way = under_way + 1
            most = math.max(most, under_way)
            connection:sleep(0.1)
            under_way = under_way - 1
            issued = issued + 1
            %s
         elseif request.headers.authorization == "Bearer token-" .. issued then
            json(200, '{"ref":"r1","most":' .. most .. ',"issued":' .. issued .. '}')
         else
            json(401, "")
         end
      end
   end]]

describe("tokens of many calls at once", function()
   local function with_server(token_answer, run)
      local s = server.start(SERVER:format(token_answer))
      local client = assert(personalize.new { base_url = s.url, token_url = s.url .. "/token", client_id = "id",
         client_secret = "secret of " .. s.url, timeout = 5, retry = { attempts = 2, base_delay = 0.01 } })
      local fine, problem = pcall(run, client, s)
      s:stop()
      if not fine then error(problem, 0) end
   end

   local function numbers(count)
      local list = {}
      for index = 1, count do list[index] = index end
      return list
   end

   local function count_of(s, path)
      local count = 0
      for _, request in ipairs(s:requests()) do
         if request.path == path then count = count + 1 end
      end
      return count
   end

   local GIVES = [[json(200, '{"access_token":"token-' .. issued .. '","expires_in":%s}')]]

   it("are renewed by one call for all", function()
      with_server(GIVES:format "900", function(client, s)
         local results, errors = personalize.map(numbers(20), function()
            return client.connections.get "r1"
         end, { concurrency = 20 })
         assert.same({}, errors)
         assert.equal(20, results.n)
         assert.equal(1, results[20].most)
         assert.equal(1, count_of(s, "/token"))
         assert.equal(20, count_of(s, "/v2/connections/r1"))
      end)
   end)

   it("fail for all who waited", function()
      with_server([[json(401, "")]], function(client, s)
         local _, errors = personalize.map(numbers(10), function()
            return client.connections.get "r1"
         end, { concurrency = 10 })
         for index = 1, 10 do assert.equal("auth", errors[index].kind) end
         assert.equal(1, count_of(s, "/token"))
         assert.equal(0, count_of(s, "/v2/connections/r1"))
      end)
   end)

   it("are renewed once when they were revoked", function()
      with_server(GIVES:format "900", function(client, s)
         assert(client.connections.get "r1")
         -- another client's token call makes this one's token the last but one
         local other = assert(personalize.new { base_url = s.url, token_url = s.url .. "/token", client_id = "other",
            client_secret = "secret" })
         assert(other.connections.get "r1")
         local _, errors = personalize.map(numbers(10), function()
            return client.connections.get "r1"
         end, { concurrency = 10 })
         assert.same({}, errors)
         assert.equal(3, count_of(s, "/token"))
      end)
   end)

   it("leave a caller who has more time the chance of a call of his own", function()
      with_server([[connection:sleep(issued == 1 and 1 or 0) ]] .. GIVES:format "900", function(client, s)
         local results, errors = personalize.map({ 0.3, 3 }, function(seconds)
            return client.connections.get("r1", { timeout = seconds, retry = false })
         end)
         assert.equal("timeout", errors[1].kind)
         assert.is_nil(errors[2])
         assert.equal("r1", results[2].ref)
         assert.equal(2, count_of(s, "/token"))
      end)
   end)
end)
