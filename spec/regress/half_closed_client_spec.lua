-- Clients may close their side of a connection once their request is sent. libmicrohttpd goes on with a connection that
-- was suspended by reading from it, if that was what it did last, and takes the end of what it reads for the end of the
-- client. So answers that had to wait (for the writer, for a delay, for a third party) were lost. And in the mode with
-- epoll it did not always notice that end, and left the connection open after an answer of 400 or 405.
local dkjson = require "dkjson"
local socket = require "socket"
local support = require "spec.support.emulator"

local CLIENTS, ROUNDS = 8, 20

describe("a client that has closed its side", function()
   local session
   setup(function() session = support.start() end)
   teardown(function() session:stop() end)

   local function send(method, path, body)
      local client = assert(socket.connect("127.0.0.1", tonumber(session.url:match "%d+$")))
      client:settimeout(20)
      client:send(("%s %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\n"
         .. "Content-Length: %d\r\n\r\n%s"):format(method, path, session.token, #body, body))
      client:shutdown "send"
      return client
   end

   -- Many at a time, for they are resumed together.
   local function statuses(count, method, path, body)
      local clients, seen = {}, {}
      for i = 1, count do clients[i] = send(method, path, body) end
      for i, client in ipairs(clients) do
         seen[i] = (client:receive "*l" or "nothing"):match "^HTTP/1.1 (%d+)" or "nothing"
         client:close()
      end
      return table.concat(seen, " ")
   end

   local function all(status) return (status .. " "):rep(CLIENTS):sub(1, -2) end

   local definition = dkjson.encode(support.definition())

   it("gets the answers to its creates and updates", function()
      local before = session.e:counts().connections
      for _ = 1, ROUNDS do
         assert.equal(all "201", statuses(CLIENTS, "POST", "/v2/connections", definition))
      end
      assert.equal(before + CLIENTS * ROUNDS, session.e:counts().connections)
      local path = "/v2/connections/" .. session:create().ref
      for _ = 1, ROUNDS do assert.equal(all "200", statuses(CLIENTS, "PUT", path, definition)) end
   end)

   it("gets answers that are delayed, before and after they are carried out", function()
      for _, after in ipairs { false, true } do
         session.e:fail { path = "/v2/connections", delay = 0.2, times = 2 * CLIENTS, after = after }
         assert.equal(all "200", statuses(CLIENTS, "GET", "/v2/connections?limit=1", ""))
         assert.equal(all "201", statuses(CLIENTS, "POST", "/v2/connections", definition))
      end
   end)

   it("gets the answers to its tests", function()
      local connection = support.definition { request = { requestType = "GET", connectionUrl = session.url .. "/" } }
      local body = dkjson.encode { connection = connection }
      for _ = 1, 3 do
         assert.equal(all "200", statuses(CLIENTS, "POST", "/v2/connections/testConnection", body))
      end
   end)

   it("is disconnected once it is answered, whatever the answer", function()
      local host = "Host: localhost\r\n"
      local authorized = host .. "Authorization: Bearer " .. session.token .. "\r\n"
      local posts = authorized .. "Content-Type: application/json\r\nContent-Length: 4\r\n\r\nabcd"
      -- from 1.0 on libmicrohttpd answers unknown encodings itself
      local encoding = "POST / HTTP/1.1\r\n" .. host .. "Transfer-Encoding: gzip\r\n\r\nabcd"
      local status_of_encoding = tonumber(support.raw(session.url, encoding, 5):match "^HTTP/1%.1 (%d+) ")
      assert.is_true(status_of_encoding == 501 or status_of_encoding == 400)
      for status, request in pairs {
         [200] = "GET / HTTP/1.1\r\n" .. host .. "\r\n", [400] = "POST /v2/connections HTTP/1.1\r\n" .. posts,
         [401] = "GET /v2/connections HTTP/1.1\r\n" .. host .. "\r\n",
         [404] = "GET /x HTTP/1.1\r\n" .. host .. "\r\n",
         [405] = "DELETE /v2/connections HTTP/1.1\r\n" .. posts,
         [505] = "GET / HTTP/2.0\r\n" .. host .. "\r\n",
      } do
         for _ = 1, 40 do
            local answer, why = support.raw(session.url, request, 5)
            assert.equal(status, tonumber(answer:match "^HTTP/1%.1 (%d+) "), request)
            assert.equal("closed", why)
            answer, why = support.raw(session.url, encoding, 5)
            assert.equal(status_of_encoding, tonumber(answer:match "^HTTP/1%.1 (%d+) "), request)
            assert.equal("closed", why)
         end
      end
   end)
end)
