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
      assert.equal(1, tokens_fetched())
   end)
end)
