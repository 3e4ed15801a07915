-- Real proxies for specs, on free ports of loopback: Debian's tinyproxy and squid. They let CONNECT through to one port
-- alone, and where a password is given only to who has it. What they are asked to reach is https://0.0.0.0:PORT: for
-- the library that is another machine, for Linux it is this one.
local nginx = require "spec.support.nginx"
local read = require "spec.support.read"
local socket = require "socket"

local proxies = {}

proxies.NAMES = { "tinyproxy", "squid" }

local function write(path, text)
   local file = assert(io.open(path, "w"))
   file:write(text)
   file:close()
end

local configurations = {}

function configurations.tinyproxy(folder, given)
   write(folder .. "/conf", ("Port %d\nListen 127.0.0.1\nTimeout 20\nAllow 127.0.0.1\nConnectPort %d\n%s"):format(
      given.port, given.allowed, given.user and ("BasicAuth %s %s\n"):format(given.user, given.password) or ""))
   return "tinyproxy -d -c " .. folder .. "/conf"
end

local function squid_passwords(folder, given)
   if not given.user then return "http_access allow all" end
   local pipe = assert(io.popen(("openssl passwd -apr1 '%s'"):format(given.password)))
   write(folder .. "/passwords", given.user .. ":" .. pipe:read "*l" .. "\n")
   pipe:close()
   os.execute("chmod 644 " .. folder .. "/passwords")
   return ("auth_param basic program /usr/lib/squid/basic_ncsa_auth %s/passwords\nauth_param basic children 1\n"
      .. "acl known proxy_auth REQUIRED\nhttp_access allow known\nhttp_access deny all"):format(folder)
end

function configurations.squid(folder, given)
   write(folder .. "/conf", ([[
http_port 127.0.0.1:%d
pid_filename none
access_log none
cache_log %s/log
cache_store_log none
cache deny all
coredump_dir %s
shutdown_lifetime 0 seconds
pinger_enable off
acl allowed port %d
http_access deny !allowed
%s
]]):format(given.port, folder, folder, given.allowed, squid_passwords(folder, given)))
   return "squid -N -f " .. folder .. "/conf"
end

local Proxy = {}
Proxy.__index = Proxy

function Proxy:stop()
   os.execute("kill " .. self.pid)
   os.execute("rm -rf " .. self.folder)
end

--- Starts one.
-- @tparam string name
-- @tparam table given `allowed` (the port that may be reached), and where a password is wanted `user`, `password`
-- @treturn table `port`, `stop()`
function proxies.start(name, given)
   local program = given.program or name
   local there = os.execute(("PATH=$PATH:/usr/sbin command -v %s >/dev/null"):format(program))
   assert(there == true or there == 0, name .. " is missing: make test installs it (packaging/dependencies.sh test)")
   local folder = nginx.folder "777" -- squid gives up being root
   os.execute("chmod 777 " .. folder)
   given.port = nginx.free_port()
   local command = configurations[name](folder, given)
   os.execute(("PATH=$PATH:/usr/sbin env -u LD_PRELOAD %s >%s/out 2>&1 & echo $! >%s/pid"):format(command,
      folder, folder))
   local proxy = setmetatable({ folder = folder, port = given.port, pid = tonumber(read(folder .. "/pid")) }, Proxy)
   local is_up = nginx.wait_for(function()
      local client = socket.connect("127.0.0.1", given.port)
      if client then client:close() end
      return client
   end, 20)
   if not is_up then
      local output = nginx.read(folder .. "/out") .. nginx.read(folder .. "/log")
      proxy:stop()
      error(name .. " did not start: " .. output)
   end
   return proxy
end

return proxies
