-- A Redis of a spec's own: on loopback at a free port, nothing of it on the disk.
local nginx = require "spec.support.nginx"
local socket = require "socket"

local redis = {}

local Redis = {}
Redis.__index = Redis

redis.password = "open sesame"

-- What it answers to a line of its protocol, as it came.
local function ask(port, line)
   local client = socket.connect("127.0.0.1", port)
   if not client then return nil end
   client:settimeout(5)
   client:send(line .. "\r\n")
   local answer = client:receive "*l"
   client:close()
   return answer
end

function redis.start()
   local port = nginx.free_port()
   local pipe = assert(io.popen(("env -u LD_PRELOAD redis-server --bind 127.0.0.1 --port %d --save '' --appendonly no "
      .. "--requirepass '%s' >/dev/null 2>&1 & echo $!"):format(port, redis.password)))
   local self = setmetatable({ port = port, pid = pipe:read "*n" }, Redis)
   pipe:close()
   assert(nginx.wait_for(function() return ask(port, "PING") end, 5), "redis-server did not start")
   return self
end

-- All that it holds: key -> value.
function Redis:contents()
   local contents = {}
   local client = ("REDISCLI_AUTH='%s' redis-cli -p %d --raw "):format(redis.password, self.port)
   local pipe = assert(io.popen(client .. "keys '*'"))
   for key in pipe:lines() do
      local value = assert(io.popen(("%s get '%s'"):format(client, key)))
      contents[key] = value:read "*l"
      value:close()
   end
   pipe:close()
   return contents
end

function Redis:stop()
   if not self.pid then return end
   os.execute("kill " .. self.pid)
   local port = self.port
   assert(nginx.wait_for(function() return not ask(port, "PING") end, 5), "redis-server did not stop")
   self.pid = nil
end

return redis
