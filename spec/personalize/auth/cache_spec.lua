-- Access tokens in a cache of the caller's: what is asked of it, what is kept in it, and what it cannot spoil.
local emulator = require "personalize.emulator"
local native = require "personalize.native"
local personalize = require "personalize"
local token_cache = require "personalize.auth.cache"
local waiting = require "personalize.http.waiting"

describe("a token cache", function()
   local e, kept

   setup(function() e = assert(emulator.start { seed = true }) end)
   teardown(function() e:stop() end)
   before_each(function()
      e:reset()
      kept = {}
   end)

   -- A client with tokens of its own, as in another process.
   local function client_with(cache)
      local options = e:options()
      options.token_cache = cache
      return assert(personalize.new(options))
   end

   local function cache_of_table()
      return {
         get = function(key)
            local entry = kept[key]
            if entry then return entry.token, entry.ttl end
         end,
         set = function(key, token, ttl) kept[key] = { token = token, ttl = ttl } end,
      }
   end

   local function tokens_fetched() return e:counts().tokens end

   it("is filled by the first and saves the others the call", function()
      assert.equal(3, #assert(client_with(cache_of_table()).connections.list()))
      assert.equal(1, tokens_fetched())
      local key, entry = next(kept)
      assert.is_nil(next(kept, key))
      assert.is_nil(key:find(e:options().client_secret, 1, true))
      assert.equal(900, entry.ttl)
      assert.equal(3, #assert(client_with(cache_of_table()).connections.list()))
      assert.equal(1, tokens_fetched())
   end)

   it("is filled anew when the service refuses what it has", function()
      assert(client_with(cache_of_table()).connections.list())
      local _, entry = next(kept)
      entry.token = "of-another-time"
      assert.equal(3, #assert(client_with(cache_of_table()).connections.list()))
      assert.equal(2, tokens_fetched())
      local _, new = next(kept)
      assert.not_equal("of-another-time", new.token)
   end)

   it("need not tell how long a token lives", function()
      assert(client_with(cache_of_table()).connections.list())
      local _, entry = next(kept)
      entry.ttl = nil
      assert.equal(3, #assert(client_with(cache_of_table()).connections.list()))
      assert.equal(1, tokens_fetched())
   end)

   it("is passed over when it has no token that could be sent, or one that is about to end", function()
      for _, had in ipairs { { 5 }, { "" }, { "a b" }, { "a\r\nX-Evil: 1" }, { "a\0b" }, { "token", 0.5 },
         { "token", "soon" } } do
         local before = tokens_fetched()
         local client = client_with { get = function() return had[1], had[2] end, set = function() end }
         assert.equal(3, #assert(client.connections.list()), had[1])
         assert.equal(before + 1, tokens_fetched())
      end
   end)

   it("fails no call", function()
      local function fail() error "no cache today" end
      assert.equal(3, #assert(client_with { get = fail, set = fail }.connections.list()))
      assert.equal(3, #assert(client_with { get = fail, set = fail, lock = fail, unlock = fail }.connections.list()))
      assert.equal(2, tokens_fetched())
   end)

   it("is locked during a renewal, and never for a token that it has", function()
      local calls = {}
      local cache = cache_of_table()
      local get, set = cache.get, cache.set
      cache.get = function(key)
         calls[#calls + 1] = "get"
         return get(key)
      end
      cache.set = function(...)
         calls[#calls + 1] = "set"
         set(...)
      end
      cache.lock = function(key)
         assert.equal(key, next(kept) or key)
         calls[#calls + 1] = "lock"
         return true
      end
      cache.unlock = function() calls[#calls + 1] = "unlock" end
      assert(client_with(cache).connections.list())
      assert.same({ "get", "lock", "get", "set", "unlock" }, calls)
      calls = {}
      local options = e:options()
      options.token_cache = { get = cache.get, set = cache.set, lock = cache.lock, unlock = cache.unlock }
      assert(assert(personalize.new(options)).connections.list())
      assert.same({ "get" }, calls)
   end)

   it("is waited for while another has its lock, until the token is there", function()
      local looks = 0
      local cache = cache_of_table()
      cache.lock = function(key)
         looks = looks + 1
         if looks == 3 then kept[key] = { token = "of-another", ttl = 900 } end
         return false
      end
      cache.unlock = function() error "it is not ours" end
      local client = client_with(cache)
      local list, err = client.connections.list { timeout = 0.5, retry = false }
      assert.is_nil(list) -- the emulator knows no such token, and the lock is never free
      assert.equal("timeout", err.kind)
      assert.equal(0, tokens_fetched())
      assert.is_true(looks > 3)
   end)

   it("ends its lock when the renewal fails", function()
      local held = false
      local cache = cache_of_table()
      cache.lock = function()
         held = true
         return true
      end
      cache.unlock = function() held = false end
      e:fail { path = "/oauth/token", status = 401 }
      local list, err = client_with(cache).connections.list()
      assert.same({ nil, "auth", false }, { list, err.kind, held })
   end)

   it("has get and set, and lock and unlock or neither", function()
      local function nothing() end
      for _, cache in ipairs {
         {}, { get = nothing }, { set = nothing }, { get = nothing, set = nothing, lock = nothing },
         { get = nothing, set = nothing, unlock = nothing },
         { get = nothing, set = nothing, lock = true, unlock = true },
      } do
         local fine, message = pcall(client_with, cache)
         assert.is_false(fine)
         assert.matches('"token_cache": expected a table with .* get and set %(and lock and unlock, or neither%)',
            message)
      end
   end)
end)

-- On a clock that only waiting moves.
describe("a token cache that many share", function()
   local now, ready, sleep = native.now, waiting.ready, waiting.sleep
   local clock, slept, calls, kept, holder, source, fetched, fetch

   before_each(function()
      clock, slept, calls, kept, holder = 100, 0, {}, nil, nil
      native.now = function() return clock end
      waiting.ready = function() return true end
      waiting.sleep = function(seconds)
         clock, slept = clock + seconds, slept + 1
         if holder then holder() end
      end
      source, fetched = {}, { text = "fetched", lifetime = 900 }
      local cache = {
         get = function()
            calls[#calls + 1] = "get"
            if kept then return kept[1], kept[2] end
         end,
         set = function(_, text, lifetime) calls[#calls + 1] = { "set", text, lifetime } end,
         lock = function()
            calls[#calls + 1] = "lock"
            return not holder
         end,
         unlock = function() calls[#calls + 1] = "unlock" end,
      }
      fetch = token_cache.wrap(cache, "key", source, function(...)
         calls[#calls + 1] = { "fetch", ... }
         if fetched == nil then error("the spec's", 0) end
         return fetched
      end)
   end)
   after_each(function() native.now, waiting.ready, waiting.sleep = now, ready, sleep end)

   it("gives a renewal less time than its lock lasts, and no more than the call has", function()
      assert.equal(fetched, fetch(130, "an exchange", true))
      local fetches = { "fetch", 104.5, "an exchange", true }
      assert.same({ "get", "lock", "get", fetches, { "set", "fetched", 900 }, "unlock" }, calls)
      calls = {}
      fetch(102)
      assert.same({ "fetch", 102 }, calls[4])
   end)

   it("gives a token that has a second left, with what it has left, or ten seconds where nobody knows", function()
      kept = { "token", 1 }
      assert.same({ text = "token", lifetime = 1 }, fetch(130))
      kept = { "token", 300 }
      assert.same({ text = "token", lifetime = 300 }, fetch(130))
      kept = { "token" }
      assert.same({ text = "token", lifetime = 10 }, fetch(130))
      assert.same({ "get", "get", "get" }, calls)
      kept = { "token", 0.99 }
      assert.equal(fetched, fetch(130))
   end)

   it("gives neither the token that has run out, nor the one that was refused, nor an error's message", function()
      kept, source.current, source.refused_text = { "token", 300 }, "token", nil
      assert.equal(fetched, fetch(130))
      source.current, source.refused_text = nil, "token"
      assert.equal(fetched, fetch(130))
      source.refused_text = "another"
      assert.equal("token", fetch(130).text)
      local cache = { get = function() error("token", 0) end, set = function() end }
      assert.equal(fetched, token_cache.wrap(cache, "key", {}, function() return fetched end)(130))
   end)

   it("gives the token of another's renewal as soon as it is there, though the lock is held on", function()
      holder = function() kept = slept == 3 and { "theirs", 300 } or nil end
      assert.same({ text = "theirs", lifetime = 300 }, fetch(130))
      assert.equal(3, slept)
      assert.is_true(math.abs(clock - 100.06) < 1e-6)
      assert.same({ "get", "lock", "get", "lock", "get", "lock", "get" }, calls)
   end)

   it("lets the next one renew when the lock was left without a token", function()
      holder = function()
         if slept == 2 then holder = nil end
      end
      assert.equal(fetched, fetch(130))
      assert.same({ "unlock", 2 }, { calls[#calls], slept })
   end)

   it("gives the token that another left just before the lock was taken, and ends the lock", function()
      local looks = 0
      local cache = {
         get = function()
            looks = looks + 1
            if looks == 2 then return "theirs", 300 end
         end,
         set = function() end, lock = function() return true end, unlock = function(key) calls[1] = key end,
      }
      assert.equal("theirs", token_cache.wrap(cache, "key", source, function() return fetched end)(130).text)
      assert.same({ "key" }, calls)
   end)

   it("is waited for no longer than the call may last", function()
      holder = function() end
      local got, err = fetch(100.05)
      assert.same({ nil, "timeout", 2 }, { got, err.kind, slept })
      assert.matches("another worker's renewal", err.message)
   end)

   it("is waited for half of the call's time; then the call renews without the lock, which stays", function()
      holder = function() end
      assert.equal(fetched, fetch(102, "an exchange"))
      assert.is_true(math.abs(clock - 101) < 0.021)
      local count = #calls
      assert.same({ "get", { "fetch", 102, "an exchange" }, { "set", "fetched", 900 } },
         { calls[count - 2], calls[count - 1], calls[count] })
      for index = 1, count do assert.not_equal("unlock", calls[index]) end
   end)

   it("gives the token that another left just before the patience for the lock ended", function()
      holder = function() kept = clock > 100.99 and { "theirs", 300 } or nil end
      assert.same({ text = "theirs", lifetime = 300 }, fetch(102))
      assert.not_equal("unlock", calls[#calls])
   end)

   it("need not be waited for when a call of this process took the lock and is gone", function()
      local gone = coroutine.wrap(function() fetch(102) end)
      local set = calls
      setmetatable(calls, { __newindex = function(list, index, value)
         rawset(list, index, value)
         if type(value) == "table" and value[1] == "fetch" and gone then coroutine.yield() end
      end })
      gone()
      gone, calls = nil, {}
      assert.equal("fetch", set[#set][1])
      holder = function() end
      assert.equal(fetched, fetch(102))
      assert.same({ "get", "get", { "fetch", 102 }, { "set", "fetched", 900 }, "unlock" }, calls)
      assert.equal(0, slept)
      calls, holder = {}, nil
      fetch(102)
      assert.same({ "get", "lock", "get", { "fetch", 102 }, { "set", "fetched", 900 }, "unlock" }, calls)
   end)

   it("is unlocked when a renewal raises, and the error goes on", function()
      fetched = nil
      local fine, reason = pcall(fetch, 130)
      assert.same({ false, "the spec's", "unlock" }, { fine, reason, calls[#calls] })
   end)

   describe("in a lua_shared_dict", function()
      local ngx = rawget(_G, "ngx")
      after_each(function() rawset(_G, "ngx", ngx) end)

      it("is where nginx has a dictionary of that name", function()
         for _, each in ipairs { false, "ngx", {}, { shared = {} } } do
            rawset(_G, "ngx", each or nil)
            local cache, err = token_cache.shared "tokens"
            assert.same({ nil, "config", 'token_cache: there is no lua_shared_dict named "tokens"' },
               { cache, err.kind, err.message })
         end
      end)

      it("keeps tokens for as long as they last, and a lock beside them for five seconds", function()
         local answers
         local dict = setmetatable({}, { __index = function(_, name)
            return function(self, ...)
               assert(rawequal(self, rawget(_G, "ngx").shared.tokens))
               calls[#calls + 1] = { name, ... }
               local answer = answers[name] or {}
               return answer[1], answer[2]
            end
         end })
         rawset(_G, "ngx", { shared = { tokens = dict } })
         local cache = assert(token_cache.shared "tokens")
         answers = { get = { "token", 7 }, ttl = { 300 }, add = { true } }
         assert.same({ "token", 300 }, { cache.get "key" })
         cache.set("key", "token", 900)
         assert.is_true(cache.lock "key")
         cache.unlock "key"
         assert.same({ { "get", "key" }, { "ttl", "key" }, { "set", "key", "token", 900 },
            { "add", "key|lock", true, 5 }, { "delete", "key|lock" } }, calls)
         answers.add = { false, "exists" }
         assert.is_false(cache.lock "key")
         answers.add = { false, "no memory" }
         assert.is_true(cache.lock "key")
      end)
   end)
end)
