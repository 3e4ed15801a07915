-- The server's side of HTTP/2 (RFC 9113) by hand, frame by frame, so that it can be wrong. TLS ends before it, in an
-- nginx. For behaviours of spec/support/server.lua:
--    local peer = http2.accept(connection)      -- nil: the client does not begin as it should, or has gone
--    for stream in function() return peer:request() end do peer:json(stream, 200, "{}") end
local hpack = require "spec.support.hpack"

local http2 = {}

local PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
local DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY = 0, 1, 3, 4, 6, 7
local ACK, END_STREAM, END_HEADERS = 1, 1, 4

http2.NO_ERROR, http2.INTERNAL_ERROR, http2.REFUSED_STREAM, http2.ENHANCE_YOUR_CALM = 0, 2, 7, 11
http2.MAX_CONCURRENT_STREAMS = 3

local Peer = {}
Peer.__index = Peer

local function has(flags, flag) return math.floor(flags / flag) % 2 == 1 end

-- The next so many bytes; nil: the client has gone.
local function read(connection, count)
   while #connection.buffer < count do
      if not connection:fill() then return nil end
   end
   local bytes = connection.buffer:sub(1, count)
   connection.buffer = connection.buffer:sub(count + 1)
   return bytes
end

-- Takes the client's preface; says nothing yet.
function http2.accept(connection)
   if read(connection, #PREFACE) ~= PREFACE then return nil end
   return setmetatable({ connection = connection, dynamic = {}, streams = {} }, Peer)
end

-- ------------------------------------------------------------------ what is said

function Peer:raw(bytes) return self.connection:send(bytes) end

function Peer:frame(kind, flags, stream, payload)
   return self:raw(string.pack(">I3BBI4", #payload, kind, flags, stream) .. payload)
end

-- Settings by their numbers.
function Peer:settings(settings)
   local parts = {}
   for number, value in pairs(settings or {}) do parts[#parts + 1] = string.pack(">I2I4", number, value) end
   return self:frame(SETTINGS, 0, 0, table.concat(parts))
end

function Peer:head(stream, status, length)
   return self:frame(HEADERS, END_HEADERS, stream.id, hpack.field(":status", tostring(status))
      .. hpack.field("content-type", "application/json") .. hpack.field("content-length", tostring(length)))
end

function Peer:data(stream, bytes, is_last) return self:frame(DATA, is_last and END_STREAM or 0, stream.id, bytes) end

-- One field behind the body, which ends the stream.
function Peer:trailer(stream, name, value)
   return self:frame(HEADERS, END_HEADERS + END_STREAM, stream.id, hpack.field(name, value))
end

function Peer:json(stream, status, body)
   self:head(stream, status, #body)
   return self:data(stream, body, true)
end

function Peer:reset(stream, code) return self:frame(RST_STREAM, 0, stream.id, string.pack(">I4", code)) end

-- Nothing behind the stream of that number was or will be processed.
function Peer:goaway(last, code) return self:frame(GOAWAY, 0, 0, string.pack(">I4I4", last, code)) end

function Peer:close() return self.connection:close() end

-- ------------------------------------------------------------------ what is heard

-- Takes one frame; true and the stream if that makes its request complete; nil: the client has gone.
local function take(self)
   local head = read(self.connection, 9)
   if not head then return nil end
   local length, kind, flags, id = string.unpack(">I3BBI4", head)
   local payload = read(self.connection, length)
   if not payload then return nil end
   if kind == SETTINGS and not has(flags, ACK) then
      self:frame(SETTINGS, ACK, 0, "")
   elseif kind == PING and not has(flags, ACK) then
      self:frame(PING, ACK, 0, payload)
   elseif kind == HEADERS then
      -- libcurl's fit into one frame, are not padded, and state a priority at most
      local fields = hpack.decode(has(flags, 0x20) and payload:sub(6) or payload, self.dynamic)
      self.streams[id] = { id = id, method = fields[":method"], path = fields[":path"] }
   end
   return true, (kind == HEADERS or kind == DATA) and has(flags, END_STREAM) and self.streams[id] or nil
end

-- The next complete request: its stream's `id`, `method` and `path`. nil: the client has gone.
function Peer:request()
   local alive, stream
   repeat alive, stream = take(self) until stream or not alive
   if stream then self.connection:note(stream.method, stream.path, 0) end
   return stream
end

return http2
