--- Shares access tokens beyond one Lua state: between the workers of an nginx, or through a cache that the caller
-- gives.
--
-- A cache is a table with `get(key)`, which returns a token and, if known, the seconds until it expires, and
-- `set(key, token, ttl)`. If it also has `lock(key)` and `unlock(key)`, as the cache of a `lua_shared_dict` does, one
-- worker renews the token for all.
-- @module personalize.auth.cache
-- @local

local credentials = require "personalize.auth.credentials"
local errors = require "personalize.error"
local native = require "personalize.native"
local waiting = require "personalize.http.waiting"

local token_cache = {}

-- Seconds after which a lock expires, so that a worker that died during a renewal does not block the others. A renewal
-- gets somewhat less time.
local lock_seconds = 5
local renewal_seconds = 4.5

-- Seconds between two checks for the renewal of another worker.
local look_interval = 0.02

-- The holder of a lock may be gone. A call waits for the lock this part of the time that it has left, and at least this
-- many seconds; then it renews without the lock, which costs one more token.
local patient_part, least_patience = 0.5, 0.5

-- Seconds for which a token of unknown lifetime is used before the cache is read again.
local unknown_lifetime = 10

-- Seconds of lifetime that a token from a cache must have left.
local shortest_rest = 1

--- True for a table with the methods of a cache.
function token_cache.is_cache(value)
   if type(value) ~= "table" or type(value.get) ~= "function" or type(value.set) ~= "function" then return false end
   if value.lock == nil and value.unlock == nil then return true end
   return type(value.lock) == "function" and type(value.unlock) == "function"
end

--- A cache in a `lua_shared_dict`.
-- @tparam string name
-- @return the cache; or nil and an error object
function token_cache.shared(name)
   local ngx = rawget(_G, "ngx")
   local dict = type(ngx) == "table" and ngx.shared and ngx.shared[name]
   if not dict then
      return errors.fail("config", ("token_cache: there is no lua_shared_dict named %q"):format(name))
   end
   return {
      get = function(key) return dict:get(key), dict:ttl(key) end,
      set = function(key, text, ttl) dict:set(key, text, ttl) end,
      lock = function(key)
         local added, reason = dict:add(key .. "|lock", true, lock_seconds)
         -- if the dictionary has no room for a lock, each worker renews for itself
         return added or reason ~= "exists"
      end,
      unlock = function(key) dict:delete(key .. "|lock") end,
   }
end

-- The cached token, unless it is the current one or was refused.
local function look(cache, key, source)
   local fine, text, ttl = pcall(cache.get, key)
   if not fine or type(text) ~= "string" or text == source.current or text == source.refused_text then return nil end
   if ttl ~= nil and (type(ttl) ~= "number" or ttl < shortest_rest) then return nil end
   return (credentials.check_token(text, ttl or unknown_lifetime))
end

-- Takes the lock. If `lock` raises, nobody is blocked: each worker renews for itself.
local function take_lock(cache, key)
   local fine, taken = pcall(cache.lock, key)
   return not fine or taken
end

local function renew(cache, key, fetch, deadline, ...)
   local fetched, err = fetch(deadline, ...)
   if fetched then pcall(cache.set, key, fetched.text, fetched.lifetime) end
   return fetched, err
end

-- Waits until this call holds the lock, or another worker's token is there.
-- @return the token, if there is one; or nil and an error object; or nil, nil, and whether the lock is held
local function await_lock(cache, key, source, deadline)
   local now = native.now()
   local patient_until = now + math.max((deadline - now) * patient_part, least_patience)
   -- a call of this worker that took the lock and is gone leaves it to the next one
   while not source.has_lock and not take_lock(cache, key) do
      local ready, refusal = waiting.ready()
      if not ready then return nil, refusal end
      if native.now() + look_interval >= deadline then
         return errors.fail("timeout", "no access token: another worker's renewal took too long")
      end
      if native.now() >= patient_until then return nil, nil, false end
      waiting.sleep(look_interval)
      local found = look(cache, key, source)
      if found then return found end
   end
   source.has_lock = true
   return nil, nil, true
end

local function unlock(cache, key, source)
   source.has_lock = nil
   pcall(cache.unlock, key)
end

-- Makes one renewal for all that share the cache: the others poll until the token is there.
local function renew_locked(cache, key, source, fetch, deadline, ...)
   local found, refusal, is_locked = await_lock(cache, key, source, deadline)
   if found or refusal then return found, refusal end
   -- another worker may have finished between the check and the lock
   found = look(cache, key, source)
   if found then
      if is_locked then unlock(cache, key, source) end
      return found
   end
   local fine, fetched, err = pcall(renew, cache, key, fetch, math.min(deadline, native.now() + renewal_seconds), ...)
   if is_locked then unlock(cache, key, source) end
   if not fine then error(fetched, 0) end
   return fetched, err
end

--- Wraps a source's `fetch`: the new function reads a cache first, and fills it.
-- @tparam table cache
-- @tparam string key must contain no secret
-- @tparam table source its `current` and `refused_text` tokens are not accepted from the cache
-- @tparam function fetch
function token_cache.wrap(cache, key, source, fetch)
   return function(deadline, ...)
      local found = look(cache, key, source)
      if found then return found end
      if cache.lock then return renew_locked(cache, key, source, fetch, deadline, ...) end
      return renew(cache, key, fetch, deadline, ...)
   end
end

return token_cache
