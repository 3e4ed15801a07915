-- Access tokens in a cache of the caller's: what is asked of it, what is kept in it, and what it cannot spoil.
local emulator = require "personalize.emulator"
local personalize = require "personalize"

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
         {}, { get = nothing }, { get = nothing, set = nothing, lock = nothing },
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
