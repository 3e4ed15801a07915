-- examples/openresty/redis_tokens.lua, command by command, with a real Redis; nginx's connections are luasocket's here.
local redis = require "spec.support.redis"
local socket = require "socket"

describe("a token cache in Redis #openresty", function()
   local store, asked, logged, counts, pool, tokens, cache, other
   local null = {}

   -- One answer of Redis.
   local function read_answer(client)
      local line, err = client:receive "*l"
      if not line then return nil, err end
      local kind, rest = line:sub(1, 1), line:sub(2)
      if kind == "-" then return false, rest end
      if kind == ":" then return tonumber(rest) end
      if kind ~= "$" then return rest end
      if rest == "-1" then return null end
      local text = client:receive(tonumber(rest) + 2)
      return text:sub(1, -3)
   end

   -- What lua-resty-redis is in nginx.
   local function new_connection()
      local connection, client = { reused = 0 }, nil
      function connection.set_timeout(_, milliseconds) counts.timeout = milliseconds end
      function connection.connect(_, host, port)
         if pool[1] then
            client, connection.reused = table.remove(pool), 1
            return 1
         end
         client = socket.tcp()
         client:settimeout(10)
         return client:connect(host, port)
      end
      function connection.get_reused_times() return connection.reused end
      function connection.close()
         counts.closed = counts.closed + 1
         return client:close()
      end
      function connection.set_keepalive(_, milliseconds, size)
         counts.kept, counts.idle, counts.size = counts.kept + 1, milliseconds, size
         pool[#pool + 1] = client
         return 1
      end
      return setmetatable(connection, { __index = function(_, name)
         return function(_, ...)
            asked[#asked + 1] = name
            local words = { name, ... }
            local parts = { ("*%d\r\n"):format(#words) }
            for index, word in ipairs(words) do
               word = tostring(word)
               parts[index + 1] = ("$%d\r\n%s\r\n"):format(#word, word)
            end
            client:send(table.concat(parts))
            return read_answer(client)
         end
      end })
   end

   local function ask(...)
      local connection = new_connection()
      assert(connection:connect("127.0.0.1", store.port))
      assert(connection.reused == 1 or connection:auth(redis.password))
      local name = ...
      local answer = connection[name](connection, select(2, ...))
      connection:close()
      if answer == null then return nil end
      return answer
   end

   local ngx, module, loaded = rawget(_G, "ngx"), "resty.redis", package.loaded["resty.redis"]

   setup(function()
      package.loaded[module] = { new = new_connection }
      rawset(_G, "ngx", { WARN = "warn", null = null, encode_base64 = require("mime").b64,
         log = function(level, ...) logged[#logged + 1] = level .. ": " .. table.concat { ... } end })
      tokens = dofile "examples/openresty/redis_tokens.lua"
   end)
   teardown(function()
      package.loaded[module] = loaded
      rawset(_G, "ngx", ngx)
   end)

   before_each(function()
      store = redis.start()
      asked, logged, pool = {}, {}, {}
      counts = { closed = 0, kept = 0 }
      cache = tokens.new { port = store.port, password = redis.password }
      other = tokens.new { port = store.port, password = redis.password }
      asked = {}
   end)
   after_each(function() store:stop() end)

   it("gives what was kept with the seconds that it has left, and nothing where nothing is", function()
      assert.equal(0, select("#", cache.get "key"))
      cache.set("key", "token", 900)
      local token, left = cache.get "key"
      assert.equal("token", token)
      assert.is_true(left > 800 and left <= 900, left)
      cache.set("key", "token", 0.0001) -- Redis takes no time of zero
      assert.same({}, logged)
   end)

   it("is locked by one at a time, for five seconds, with a text of its own", function()
      assert.is_true(cache.lock "key")
      assert.is_false(other.lock "key")
      local left = ask("pttl", "key|lock")
      assert.is_true(left > 3000 and left <= 5000, left)
      assert.is_true(other.lock "another")
      local mine, theirs = ask("get", "key|lock"), ask("get", "another|lock")
      assert.same({ 24, 24, false }, { #mine, #theirs, mine == theirs })
      assert.same({}, logged)
   end)

   it("is unlocked by who locked it, once", function()
      cache.lock "key"
      other.lock "key"
      asked = {}
      other.unlock "key"
      assert.same({}, asked)
      assert.is_not_nil(ask("get", "key|lock"))
      cache.unlock "key"
      assert.is_nil(ask("get", "key|lock"))
      assert.is_true(other.lock "key")
      asked = {}
      cache.unlock "key"
      assert.same({}, asked)
      assert.is_not_nil(ask("get", "key|lock"))
   end)

   it("leaves a lock that is another's by now", function()
      cache.lock "key"
      ask("set", "key|lock", "another's")
      cache.unlock "key"
      assert.equal("another's", ask("get", "key|lock"))
      assert.same({}, logged)
   end)

   it("keeps a connection, and gives its password once", function()
      for _ = 1, 3 do cache.set("key", "token", 900) end
      assert.same({ "auth", "set", "set", "set" }, asked)
      assert.same({ closed = 0, kept = 3, idle = 60000, size = 8, timeout = 500 }, counts)
   end)

   it("closes a connection on which Redis refused something, and tells why in the log", function()
      ask("lpush", "key", "no text")
      counts.closed = 0
      assert.equal(0, select("#", cache.get "key"))
      assert.same({ closed = 1, kept = 0, timeout = 500 }, counts)
      assert.matches("^warn: access tokens in Redis: WRONGTYPE", logged[1])
   end)

   it("closes a connection whose password Redis refused", function()
      assert.equal(0, select("#", tokens.new({ port = store.port, password = "another" }).get "key"))
      assert.same({ "auth" }, asked)
      assert.same({ closed = 1, kept = 0, timeout = 500 }, counts)
      assert.matches("^warn: access tokens in Redis: WRONGPASS", logged[1])
   end)

   it("holds nobody up while Redis is away", function()
      store:stop()
      assert.equal(0, select("#", cache.get "key"))
      assert.is_true(cache.lock "key")
      assert.is_true(other.lock "key")
      asked = {}
      cache.unlock "key"
      assert.same({}, asked)
      for _, line in ipairs(logged) do assert.equal("warn: access tokens in Redis: connection refused", line) end
      assert.equal(3, #logged)
   end)

   it("is at Redis's usual place unless another is given, and needs no password", function()
      local where
      local connect = socket.tcp
      finally(function() socket.tcp = connect end)
      socket.tcp = function() return { settimeout = function() end, connect = function(_, ...)
         where = { ... }
         return nil, "connection refused"
      end } end
      tokens.new().get "key"
      assert.same({ "127.0.0.1", 6379 }, where)
      tokens.new({ host = "10.0.0.5", port = 7000 }).get "key"
      assert.same({ "10.0.0.5", 7000 }, where)
      assert.same({}, asked)
   end)
end)
