-- The server of one row of the fault matrix: a real one in a process of its own (spec/support/server.lua), with words
-- for what rows have in common. A row's behaviour is the body of a function, either of each request
--    (connection, request, number)    number: which one it is of the row, from 1
-- or, for what happens before a request is read, of each connection: (connection, number).
local server = require "spec.support.server"

local rows = {}

rows.LIST = '{"items":[{"ref":"r1","name":"Weather"},{"ref":"r2","name":"Time"}]}'
rows.ONE = '{"ref":"r1","name":"Weather"}'

local PRELUDE = ([[
local LIST, ONE = %q, %q
local count = 0

local function connection_words(c)
   function c:json(status, body, headers)
      headers = headers or {}
      headers[#headers + 1] = "Content-Type: application/json"
      headers[#headers + 1] = "Content-Length: " .. #body
      return self:respond(status, headers, body)
   end
   -- for what has no end: dribbles until the client has gone
   function c:for_ever(text)
      while self:send(text) do self:sleep(0) end
   end
   return c
end

local function bytes(hex)
   return (hex:gsub("%%x%%x", function(digits) return string.char(tonumber(digits, 16)) end))
end

local function now(offset) return os.date("!%%a, %%d %%b %%Y %%H:%%M:%%S GMT", os.time() + (offset or 0)) end

-- a connection as it stands on the server after a create of this moment
local function created(more)
   return '{"ref":"new","name":"Weather","auth":{"authType":"NONE"},"request":{"requestType":"GET",'
      .. '"connectionUrl":"https://example.com/"},"systemType":"DATA_SYSTEM","modifiedAt":"'
      .. os.date("!%%Y-%%m-%%dT%%H:%%M:%%S.500Z") .. '"' .. (more or "") .. '}'
end
local _ = bytes, now, created
]]):format(rows.LIST, rows.ONE)

local EACH_REQUEST = [[
local function behave(connection, request, number)
   %s
end
return function(connection)
   connection_words(connection)
   while not connection.closed do
      local request = connection:request()
      if not request then return end
      count = count + 1
      if behave(connection, request, count) == "close" then return end
   end
end
]]

local EACH_CONNECTION = [[
local function behave(connection, number)
   %s
end
return function(connection)
   -- the spec's own questions come over connections, too
   if not connection:fill() then return end
   if connection.buffer:find "^JOURNAL " then return connection:request() end
   count = count + 1
   behave(connection_words(connection), count)
end
]]

function rows.start(row)
   local frame = row.on_request and EACH_REQUEST or EACH_CONNECTION
   return server.start(PRELUDE .. frame:format(row.on_request or row.on_connection))
end

return rows
