-- What a cache of tokens can do: one that gave a token that no header may hold, or an empty one, made every call fail,
-- for it was asked again and again; a lua_shared_dict without room for the lock was waited for as if another worker
-- had it, until the call's deadline; and in a phase of nginx in which nothing can wait, the first wait blocked.
local emulator = require "personalize.emulator"
local personalize = require "personalize"
local token_cache = require "personalize.auth.cache"
local waiting = require "personalize.http.waiting"

describe("a token cache", function()
   for name, text in pairs { ["that no header may hold"] = "two\nlines", ["that is empty"] = "" } do
      it("is passed over when it gives a token " .. name, function()
         local e = assert(emulator.start { seed = true })
         local kept
         local given = e:options()
         given.token_cache = { get = function() return text, 100 end, set = function(_, token) kept = token end }
         local client = assert(personalize.new(given))
         assert.equal(3, #assert(client.connections.list()))
         assert.matches("^%S+$", kept)
         e:stop()
      end)
   end

   -- A lua_shared_dict whose `add` answers as told.
   local function shared(added, reason)
      local ngx = rawget(_G, "ngx")
      rawset(_G, "ngx", { shared = { tokens = {
         get = function() end, ttl = function() return nil, "not found" end,
         set = function() return nil, "no memory" end,
         add = function() return added, reason end, delete = function() end,
      } } })
      local cache = assert(token_cache.shared "tokens")
      rawset(_G, "ngx", ngx)
      return cache
   end

   local fetched = { text = "token", lifetime = 900 }

   it("without room for a lock is no reason to wait", function()
      local fetch = token_cache.wrap(shared(false, "no memory"), "key", {}, function() return fetched end)
      assert.equal(fetched, fetch(math.huge))
   end)

   it("is not waited for where nothing can wait", function()
      local refusal = { kind = "cannot_wait" }
      local ready, sleep = waiting.ready, waiting.sleep
      local slept = 0
      waiting.ready = function() return nil, refusal end
      waiting.sleep = function() slept = slept + 1 end
      local fetch = token_cache.wrap(shared(false, "exists"), "key", {}, function() return fetched end)
      local got, err = fetch(math.huge)
      waiting.ready, waiting.sleep = ready, sleep
      assert.is_nil(got)
      assert.equal(refusal, err)
      assert.equal(0, slept)
   end)
end)
