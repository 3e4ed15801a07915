-- A real HTTP server in a process of its own, which does to a client whatever a spec wants done:
--    local s = server.start [[ return function(connection) ... end ]]
-- The behaviour is the text of a chunk, run for each connection (see server_process.lua for what a
-- connection can do). Loopback only, any port unless one is asked for.
local socket = require "socket"

local server = {}

-- Those that run, by number of process: also those that nobody refers to any more. What collects a pipe waits for its
-- process.
local running = {}

local Server = {}
Server.__index = Server

-- Answers every request with what it got.
server.ECHO = [[
   return function(connection)
      for request in function() return connection:request() end do
         connection:answer(request.method .. " " .. request.path .. "\n" .. request.head .. "\n"
            .. request.body)
      end
   end]]

-- Neither the paths nor the preloaded sanitizer of the spec's own interpreter.
local CLEAN = "exec env -u LUA_PATH -u LUA_CPATH -u LUA_PATH_5_4 -u LUA_CPATH_5_4 -u LD_PRELOAD "

function server.start(behaviour, at_port)
   local path = os.tmpname()
   local file = assert(io.open(path, "w"))
   file:write(behaviour)
   file:close()
   local process = assert(io.popen("echo $$; " .. CLEAN .. "lua5.4 spec/support/server_process.lua " .. path
      .. " " .. (at_port or "")))
   local pid = process:read "l"
   local port = tonumber((assert(process:read "l", "the server did not start")))
   os.remove(path)
   running[pid] = setmetatable({ process = process, pid = pid, port = port, url = "http://127.0.0.1:" .. port }, Server)
   return running[pid]
end

function Server:control(method)
   local client = assert(socket.connect("127.0.0.1", self.port))
   client:settimeout(5)
   client:send(method .. " / HTTP/1.1\r\n\r\n")
   client:shutdown "send"
   local text = client:receive "*a"
   client:close()
   return text or ""
end

-- What came in completely: { connection =, method =, path =, length = }
function Server:requests()
   local list = {}
   local body = self:control("JOURNAL"):match("\r\n\r\n(.*)$") or ""
   for connection, method, path, length in body:gmatch("(%d+) (%S+) (%S+) (%d+)") do
      list[#list + 1] = { connection = tonumber(connection), method = method, path = path,
                          length = tonumber(length) }
   end
   return list
end

function Server:stop()
   running[self.pid] = nil
   os.execute("kill " .. self.pid)
   self.process:close()
end

-- Stops those that specs left behind because they failed.
function server.stop_all()
   for _, each in pairs(running) do each:stop() end
end

return server
