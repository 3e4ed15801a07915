-- The server's own process (see server.lua): one coroutine per connection, so that a behaviour can
-- be written straight on. Reads the behaviour from the file it is given, listens at the port it is
-- given, if any; prints its port.
local patient = require "spec.support.patient"
local socket = require "socket"

local LIFETIME = patient(120) -- seconds, should nobody stop it

local listener = assert(socket.bind("127.0.0.1", tonumber(arg[2] or 0), 64))
listener:settimeout(0)
local _, port = listener:getsockname()
local behave = assert(loadfile(arg[1]))()
local journal, waiting, connections = {}, {}, 0

-- waiting[coroutine] = { read = socket } or { write = socket } or { at = time }
local function pause(why)
   waiting[coroutine.running()] = why
   coroutine.yield()
end

local Connection = {}
Connection.__index = Connection

function Connection.sleep(_, seconds)
   pause { at = socket.gettime() + seconds }
end

function Connection:send(text)
   local from = 1
   while from <= #text do
      local sent, why, partial = self.socket:send(text, from)
      if not sent and why ~= "timeout" then return nil, why end
      from = (sent or partial) + 1
      if from <= #text then pause { write = self.socket } end
   end
   return true
end

function Connection:fill()
   local data, why, partial = self.socket:receive(65536)
   data = data or partial
   if data ~= "" then
      self.buffer = self.buffer .. data
      return true
   end
   if why ~= "timeout" then return false end
   pause { read = self.socket }
   return self:fill()
end

-- The head of the next request alone: method, path, headers by lower-case name.
function Connection:head()
   while not self.buffer:find("\r\n\r\n", 1, true) do
      if not self:fill() then return nil end
   end
   local head, rest = self.buffer:match("^(.-\r\n)\r\n(.*)$")
   self.buffer = rest
   local request = { head = head, headers = {}, connection = self.index }
   request.method, request.path = head:match("^(%S+) (%S+)")
   for name, value in head:gmatch("\r\n([^:\r\n]+):[ \t]*([^\r\n]*)") do
      request.headers[name:lower()] = value
   end
   return request
end

local function tell_journal(self)
   local text = table.concat(journal, "\n")
   self:respond(200, { "Content-Length: " .. #text }, text)
end

-- Writes a request into the journal.
function Connection:note(method, path, length)
   journal[#journal + 1] = ("%d %s %s %d"):format(self.index, method, path, length)
end

-- The next request with its body, written into the journal; nil: the client has gone.
function Connection:request()
   local request = self:head()
   if not request then return nil end
   if request.method == "JOURNAL" then
      tell_journal(self)
      return self:request()
   end
   local length = tonumber(request.headers["content-length"] or 0)
   while #self.buffer < length do
      if not self:fill() then return nil end
   end
   request.body, self.buffer = self.buffer:sub(1, length), self.buffer:sub(length + 1)
   self.count = self.count + 1
   request.number = self.count
   self:note(request.method, request.path, length)
   return request
end

function Connection:respond(status, headers, body)
   local head = ("HTTP/1.1 %d Whatever\r\n%s\r\n"):format(
      status, #headers > 0 and table.concat(headers, "\r\n") .. "\r\n" or "")
   return self:send(head .. (body or ""))
end

function Connection:answer(body)
   return self:respond(200, { "Content-Length: " .. #body }, body)
end

function Connection:close()
   self.socket:close()
   self.closed = true
end

function Connection:reset()
   self.socket:setoption("linger", { on = true, timeout = 0 })
   self:close()
end

local function serve(client)
   connections = connections + 1
   client:settimeout(0)
   client:setoption("tcp-nodelay", true)
   local connection = setmetatable(
      { socket = client, buffer = "", index = connections, count = 0 }, Connection)
   behave(connection)
   if not connection.closed then connection:close() end
end

local function resume(thread)
   waiting[thread] = nil
   local ok, why = coroutine.resume(thread)
   if not ok then io.stderr:write("server: ", tostring(why), "\n") end
end

local function due(why, now, readable, writable)
   return why.at and why.at <= now or why.read and readable[why.read]
      or why.write and writable[why.write]
end

io.stdout:write(port, "\n")
io.stdout:flush()
local ends = socket.gettime() + LIFETIME
while socket.gettime() < ends do
   local reads, writes, until_next = { listener }, {}, 1
   for _, why in pairs(waiting) do
      reads[#reads + 1] = why.read
      writes[#writes + 1] = why.write
      if why.at then until_next = math.min(until_next, math.max(0, why.at - socket.gettime())) end
   end
   local readable, writable = socket.select(reads, writes, until_next)
   local now, ready = socket.gettime(), {}
   for thread, why in pairs(waiting) do
      if due(why, now, readable, writable) then ready[#ready + 1] = thread end
   end
   for _, thread in ipairs(ready) do resume(thread) end
   local client = readable[listener] and listener:accept()
   if client then resume(coroutine.create(function() serve(client) end)) end
end
