-- The server of a row of the fault matrix that speaks HTTP/2 (see spec/support/http2.lua). What such a row does is the
-- body of a function of each request
--    (peer, stream, number)      number: which one it is of the row, from 1
-- or, in place of the server's first words, of each connection: on_preface (peer, number).
local server = require "spec.support.server"
local rows = require "spec.faults.server"

local faults = {}

local BEHAVIOUR = [[
local http2 = require "spec.support.http2"
local LIST, ONE = %q, %q
local connections, requests = 0, 0
local pending = {} -- streams that are not answered yet
local _ = LIST, ONE, pending
local function greet(peer, number)
   %s
end
local function behave(peer, stream, number)
   %s
end
return function(connection)
   -- the spec's own questions come as HTTP/1.1, past the nginx
   if not connection:fill() then return end
   if connection.buffer:find "^JOURNAL " then return connection:request() end
   local peer = http2.accept(connection)
   if not peer then return end
   connections = connections + 1
   greet(peer, connections)
   while not connection.closed do
      local stream = peer:request()
      if not stream then return end
      requests = requests + 1
      behave(peer, stream, requests)
   end
end
]]

-- `port` is where the nginx of spec/faults/tls.lua sends what it decrypts.
function faults.start(row, port)
   return server.start(BEHAVIOUR:format(rows.LIST, rows.ONE, row.on_preface or "peer:settings()",
      row.on_stream or "peer:json(stream, 200, ONE)"), port)
end

return faults
