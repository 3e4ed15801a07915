-- Access tokens: when they are fetched, renewed, shared and given up.
local native = require "personalize.native"
local token = require "personalize.auth.token"

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
