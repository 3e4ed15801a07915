-- An nginx of a spec's own: on loopback, in a temporary folder, any free ports.
local socket = require "socket"

local nginx = {}

local Nginx = {}
Nginx.__index = Nginx

local CONFIGURATION = [[
%MODULES%daemon on; worker_processes 1; pid %FOLDER%/pid; error_log %FOLDER%/error.log;
events { worker_connections 256; }
http {
   access_log off; default_type application/json; keepalive_requests 1000000;
   client_body_temp_path %FOLDER%; proxy_temp_path %FOLDER%; fastcgi_temp_path %FOLDER%;
   uwsgi_temp_path %FOLDER%; scgi_temp_path %FOLDER%;
%SERVERS%
}
%STREAMS%
]]

function nginx.folder()
   local name = os.tmpname()
   os.remove(name)
   assert(os.execute("mkdir -m 700 " .. name))
   return name
end

function nginx.free_port()
   local listener = assert(socket.bind("127.0.0.1", 0))
   local _, port = listener:getsockname()
   listener:close()
   return port
end

local function accepts(port)
   local client = socket.connect("127.0.0.1", port)
   if client then client:close() end
   return client ~= nil
end

-- `servers` is the text of server blocks in which %FOLDER% stands for `folder`, %PORT1%, %PORT2% for
-- ports; they are in `ports` of what is returned. `streams` are server blocks that know no HTTP.
function nginx.start(folder, servers, streams)
   local ports = {}
   local words = { FOLDER = folder, SERVERS = servers, STREAMS = streams and "stream {" .. streams .. "}" or "",
      MODULES = streams and "load_module /usr/lib/nginx/modules/ngx_stream_module.so; " or "" }
   local function port_of(i)
      i = tonumber(i)
      ports[i] = ports[i] or nginx.free_port()
      return ports[i]
   end
   local text = CONFIGURATION:gsub("%%(%u+)%%", words):gsub("%%(%u+)%%", words):gsub("%%PORT(%d)%%", port_of)
   local file = assert(io.open(folder .. "/nginx.conf", "w"))
   file:write(text)
   file:close()
   os.execute(("env -u LD_PRELOAD nginx -p %s -c %s/nginx.conf 2>%s/start.log"):format(folder, folder, folder))
   for _, port in pairs(ports) do
      local deadline = socket.gettime() + 5
      while not accepts(port) do
         assert(socket.gettime() < deadline, "nginx did not start: see " .. folder)
         socket.sleep(0.01)
      end
   end
   return setmetatable({ folder = folder, ports = ports }, Nginx)
end

function Nginx:stop()
   os.execute(("kill $(cat %s/pid)"):format(self.folder))
   os.execute("rm -rf " .. self.folder)
end

return nginx
