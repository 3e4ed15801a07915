-- An nginx of a spec's own: on loopback, in a temporary folder, any free ports. `start` makes a plain server,
-- spec/support/openresty.lua one that runs the library, by the same `launch`.
local read = require "spec.support.read"
local socket = require "socket"

local nginx = {}

local Nginx = {}
Nginx.__index = Nginx

local CONFIGURATION = [[
%MODULES%daemon on; worker_processes 1; pid %FOLDER%/nginx.pid; error_log %FOLDER%/error.log;
events { worker_connections 256; }
http {
   access_log off; default_type application/json; keepalive_requests 1000000;
   client_body_temp_path %FOLDER%; proxy_temp_path %FOLDER%; fastcgi_temp_path %FOLDER%;
   uwsgi_temp_path %FOLDER%; scgi_temp_path %FOLDER%;
%SERVERS%
}
%STREAMS%
]]

local STREAM_MODULE = "load_module /usr/lib/nginx/modules/ngx_stream_module.so; "
local LUA_MODULES = "load_module /usr/lib/nginx/modules/ndk_http_module.so; "
   .. "load_module /usr/lib/nginx/modules/ngx_http_lua_module.so; "

-- A folder that nobody else can read, unless a mode says otherwise.
function nginx.folder(mode)
   local name = os.tmpname()
   os.remove(name)
   assert(os.execute(("mkdir -m %s %s"):format(mode or "700", name)))
   return name
end

-- Below the ports that systems give to clients: of these one may be taken before a server listens to it.
local lowest_port, ports_below_clients = 10000, 22768

--- A port of loopback to which nobody listens, another one each time.
function nginx.free_port()
   local port, listener
   repeat
      port = lowest_port + math.floor(socket.gettime() * 1e6) % ports_below_clients
      listener = socket.bind("127.0.0.1", port)
   until listener
   listener:close()
   return port
end

--- Waits until a function returns something true, and returns it; nil after so many seconds.
function nginx.wait_for(condition, seconds)
   local deadline = socket.gettime() + seconds
   repeat
      local value = condition()
      if value then return value end
      socket.sleep(0.02)
   until socket.gettime() > deadline
   return nil
end

-- What a file holds; "" when there is none.
function nginx.read(path)
   return read(path) or ""
end

local function accepts(port)
   local client = socket.connect("127.0.0.1", port)
   if client then client:close() end
   return client ~= nil
end

--- Runs nginx with a configuration that has nginx.pid and error.log in its folder; it listens when this returns.
-- @tparam string folder
-- @tparam string configuration
-- @tparam table ports array of those that it listens to
-- @tparam[opt] string environment words for `env`; the sanitizer's runtime that may be loaded before the specs is not
-- for other programs
-- @treturn number the main process
function nginx.launch(folder, configuration, ports, environment)
   local file = assert(io.open(folder .. "/nginx.conf", "w"))
   file:write(configuration)
   file:close()
   os.execute(("env %s nginx -p %s -c %s/nginx.conf -e %s/error.log 2>%s/start.log"):format(
      environment or "-u LD_PRELOAD", folder, folder, folder, folder))
   local function fail()
      error("nginx did not start: " .. nginx.read(folder .. "/start.log") .. nginx.read(folder .. "/error.log"), 3)
   end
   local pid = nginx.wait_for(function() return tonumber(nginx.read(folder .. "/nginx.pid")) end, 5) or fail()
   for _, port in pairs(ports) do
      if not nginx.wait_for(function() return accepts(port) end, 5) then fail() end
   end
   return pid
end

-- `servers` is the text of server blocks in which %FOLDER% stands for `folder`, %PORT1%, %PORT2% for
-- ports; they are in `ports` of what is returned. `streams` are server blocks that know no HTTP. The module for Lua is
-- there where they use it.
function nginx.start(folder, servers, streams)
   local ports = {}
   local words = { FOLDER = folder, SERVERS = servers, STREAMS = streams and "stream {" .. streams .. "}" or "",
      MODULES = (streams and STREAM_MODULE or "") .. (servers:find "_by_lua" and LUA_MODULES or "") }
   local function port_of(i)
      i = tonumber(i)
      ports[i] = ports[i] or nginx.free_port()
      return ports[i]
   end
   local text = CONFIGURATION:gsub("%%(%u+)%%", words):gsub("%%(%u+)%%", words):gsub("%%PORT(%d)%%", port_of)
   local pid = nginx.launch(folder, text, ports)
   return setmetatable({ folder = folder, ports = ports, pid = pid }, Nginx)
end

function Nginx:stop()
   os.execute("kill " .. self.pid)
   os.execute("rm -rf " .. self.folder)
end

return nginx
