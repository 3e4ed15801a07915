-- A real nginx that runs the library, in a folder of its own on a free port of loopback:
--    local server = openresty.start { workers = 2, http = "...", server = "location / { ... }" }
-- `main` stands at the top of the configuration, `http` in the http block, `server` in the server block; `preload` is a
-- library that is loaded before the C library, `environment` holds words like NAME='value', `paths` are looked at
-- after the library's own.
local library_copy = require "spec.support.library_copy"
local nginx = require "spec.support.nginx"
local socket = require "socket"

local openresty = {}

local Server = {}
Server.__index = Server

local root = os.getenv "PWD"

local template = [[
load_module /usr/lib/nginx/modules/ndk_http_module.so;
load_module /usr/lib/nginx/modules/ngx_http_lua_module.so;
%MAIN%
worker_processes %WORKERS%;
pid %FOLDER%/nginx.pid;
error_log %FOLDER%/error.log info;
events { worker_connections 2048; }
http {
   access_log off;
   client_body_temp_path %FOLDER%/body; proxy_temp_path %FOLDER%/proxy; fastcgi_temp_path %FOLDER%/fastcgi;
   uwsgi_temp_path %FOLDER%/uwsgi; scgi_temp_path %FOLDER%/scgi;
   lua_package_path "%PATH%";
   lua_package_cpath "%CPATH%";
   %HTTP%
   server {
      listen 127.0.0.1:%PORT% backlog=1024;
      %SERVER%
   }
}
]]

-- The sanitizer's runtime that may be loaded before the specs is not for other programs.
local function run(command)
   local handle = assert(io.popen("env -u LD_PRELOAD " .. command .. " 2>&1"))
   local output = handle:read "*a"
   handle:close()
   return output
end
openresty.run = run

local read = nginx.read

openresty.wait_for = nginx.wait_for

-- A copy of the library for workers without rights.
function openresty.copy_library()
   return library_copy.make "luajit"
end

function openresty.start(options)
   local folder, port = nginx.folder "755", nginx.free_port()
   local library = options.library
   local values = {
      MAIN = options.main or "user root;",
      WORKERS = tostring(options.workers or 2),
      FOLDER = folder,
      PATH = ("%s/lua/?.lua;%s/lua/?/init.lua;%s;"):format(library or root, library or root,
         options.paths and options.paths .. ";" or ""),
      CPATH = (library and library .. "/lib" or library_copy.build "luajit") .. "/?.so;;",
      HTTP = options.http or "",
      SERVER = options.server or "",
      PORT = tostring(port),
   }
   local preload = options.preload and "LD_PRELOAD=" .. options.preload or "-u LD_PRELOAD"
   local pid = nginx.launch(folder, (template:gsub("%%(%u+)%%", values)), { port },
      preload .. " " .. (options.environment or ""))
   local self = setmetatable({ folder = folder, port = port, pid = pid }, Server)
   assert(nginx.wait_for(function() return #self:workers() >= (options.workers or 2) end, 5), "nginx has no workers")
   return self
end

--- Sends a request on a connection of its own.
-- @return the connection, for `receive`
function Server:send(target, options)
   local connection = assert(socket.connect("127.0.0.1", self.port))
   connection:settimeout(options and options.timeout or 30)
   assert(connection:send(("%s %s HTTP/1.0\r\nHost: localhost\r\n%s\r\n"):format(options and options.method or "GET",
      target, options and options.headers or "")))
   return connection
end

-- @return status, body, headers (lower-case name -> value); or nil and the reason
function Server.receive(_, connection)
   local text, reason, partial = connection:receive "*a"
   connection:close()
   text = text or partial
   local status, rest = text:match "^HTTP/1%.%d (%d+)[^\n]*\n(.*)$"
   if not status then return nil, reason or "closed" end
   local head, body = rest:match "^(.-)\r?\n\r?\n(.*)$"
   local headers = {}
   for name, value in ("\n" .. (head or rest)):gmatch "\n([^:\r\n]+):%s*([^\r\n]*)" do headers[name:lower()] = value end
   return tonumber(status), body, headers
end

function Server:get(target, options)
   return self:receive(self:send(target, options))
end

-- The body and the headers of an answer that has to be fine.
function Server:body(target)
   local status, text, headers = self:get(target)
   assert(status == 200, ("%s: status %s, %s"):format(target, tostring(status), self:log()))
   return text, headers
end

-- Many requests at a time, each on a connection of its own.
-- @return array of { status =, body = } in the order of the targets
function Server:get_all(targets, options)
   local connections, results = {}, {}
   for index, target in ipairs(targets) do connections[index] = self:send(target, options) end
   for index, connection in ipairs(connections) do
      local status, body = self:receive(connection)
      results[index] = { status = status, body = body }
   end
   return results
end

function Server:log()
   return read(self.folder .. "/error.log")
end

local complaining = { warn = true, error = true, crit = true, alert = true, emerg = true }

-- The lines of the error log that should not be there. Specs have globals of their own.
-- @tparam[opt] string expected pattern of those that should
function Server:complaints(expected)
   local lines = {}
   for line in self:log():gmatch "[^\n]+" do
      if complaining[line:match "%[(%a+)%]"] and not line:find("writing a global Lua variable", 1, true)
         and not (expected and line:find(expected)) then
         lines[#lines + 1] = line
      end
   end
   return lines
end

function Server:workers()
   local pids = {}
   for pid in run("pgrep -P " .. self.pid):gmatch "%d+" do pids[#pids + 1] = tonumber(pid) end
   return pids
end

function Server:signal(name)
   run(("LC_ALL=C kill -%s %d"):format(name, self.pid)) -- in some locales it does not know the names
end

function openresty.is_running(pid)
   local state = read(("/proc/%d/stat"):format(pid)):match "%) (%a)"
   return state ~= nil and state ~= "Z"
end

function openresty.descriptors(pid)
   local _, count = run(("ls /proc/%d/fd"):format(pid)):gsub("%d+", "")
   return count
end

local function status_number(pid, name)
   return tonumber(read(("/proc/%d/status"):format(pid)):match(name .. ":%s*(%d+)"))
end

function openresty.threads(pid) return status_number(pid, "Threads") end

function openresty.memory_kb(pid) return status_number(pid, "VmRSS") end

-- Ends it at once, whatever it does.
function Server:terminate()
   self:signal "TERM"
   openresty.wait_for(function() return not openresty.is_running(self.pid) end, 10)
   run("rm -rf " .. self.folder)
end

-- Quits gracefully; ends it by force when that takes more than ten seconds, and says so.
-- @treturn boolean whether it quit by itself
function Server:stop()
   self:signal "QUIT"
   local quit = openresty.wait_for(function() return not openresty.is_running(self.pid) end, 10)
   if not quit then
      for _, pid in ipairs(self:workers()) do run("kill -KILL " .. pid) end
      run("kill -KILL " .. self.pid)
   end
   run("rm -rf " .. self.folder)
   return quit or false
end

return openresty
