-- One access token for many nginx machines, kept in Redis: a `token_cache` for the library.
--
--    local redis_tokens = require "redis_tokens"
--    client = personalize.from_env { token_cache = redis_tokens.new { host = "10.0.0.5", password = "..." } }
--
-- One worker of all machines renews at a time, by a lock that ends by itself. While Redis is away each worker renews
-- for itself, and the log says so. It needs lua-resty-redis: OpenResty has it, Debian calls it lua-nginx-redis.
local redis_tokens = {}

local has_it, redis = pcall(require, "resty.redis")
if not has_it then redis = require "nginx.redis" end -- as Debian calls it

-- A renewal by the library ends sooner than this, in milliseconds.
local lock_ms = 5000

-- For connecting, sending and reading each, in milliseconds; and how connections are kept.
local timeout_ms, idle_ms, pool_size = 500, 60000, 8

-- Deletes the lock if it is still the caller's: an earlier one may have ended by itself, and be another's now.
local unlock_script = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0"

local function connect(options)
   local connection, err = redis:new()
   if not connection then return nil, err end
   connection:set_timeout(timeout_ms)
   local fine
   fine, err = connection:connect(options.host or "127.0.0.1", options.port or 6379)
   if fine and options.password and connection:get_reused_times() == 0 then
      fine, err = connection:auth(options.password)
      if not fine then connection:close() end
   end
   if not fine then return nil, err end
   return connection
end

-- What Redis answers to a command; nil when it cannot be asked, and when it has nothing.
local function ask(options, name, ...)
   local connection, err = connect(options)
   local answer
   if connection then answer, err = connection[name](connection, ...) end
   if err then
      ngx.log(ngx.WARN, "access tokens in Redis: ", err)
      if connection then connection:close() end
      return nil, err
   end
   connection:set_keepalive(idle_ms, pool_size)
   return answer ~= ngx.null and answer or nil
end

local function random_text()
   local file = assert(io.open("/dev/urandom", "rb"))
   local bytes = file:read(16)
   file:close()
   return ngx.encode_base64(bytes)
end

--- Makes a cache.
-- @param options `host` (127.0.0.1), `port` (6379) and `password` of Redis
function redis_tokens.new(options)
   options = options or {}
   local held = {} -- the locks of this worker: key -> the text that is in Redis
   return {
      get = function(key)
         local token = ask(options, "get", key)
         local left_ms = token and ask(options, "pttl", key)
         if left_ms then return token, left_ms / 1000 end
      end,
      set = function(key, token, ttl)
         ask(options, "set", key, token, "PX", math.max(1, math.floor(ttl * 1000)))
      end,
      lock = function(key)
         local mine = random_text()
         local taken, err = ask(options, "set", key .. "|lock", mine, "NX", "PX", lock_ms)
         if taken then held[key] = mine end
         return taken ~= nil or err ~= nil -- without Redis nobody is to wait
      end,
      unlock = function(key)
         local mine = held[key]
         held[key] = nil
         if mine then ask(options, "eval", unlock_script, 1, key .. "|lock", mine) end
      end,
   }
end

return redis_tokens
