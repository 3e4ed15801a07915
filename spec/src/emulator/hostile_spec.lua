-- What no decent client sends: the right status or a closed connection, never a crash, never another's data.
local dkjson = require "dkjson"
local libmicrohttpd = require "spec.support.libmicrohttpd"
local patient = require "spec.support.patient"
local socket = require "socket"
local support = require "spec.support.emulator"

describe("the emulator bears", function()
   local session
   setup(function() session = support.start() end)
   teardown(function() session:stop() end)

   after_each(function() assert.equal(200, (session:send("GET", "/v2/connections?limit=1"))) end)

   local function connect(to)
      local client = assert(socket.connect("127.0.0.1", tonumber((to or session).url:match "%d+$")))
      client:settimeout(10)
      return client
   end

   it("senders that trickle: the time limit is for the whole request", function()
      local hasty = support.start { request_timeout = 1 }
      finally(function() hasty:stop() end)
      for _, beginning in ipairs {
         "GET /v2/connections HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
         "POST /v2/connections HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n",
      } do
         local client, began = connect(hasty), socket.gettime()
         client:send(beginning)
         client:settimeout(0)
         local closed
         repeat
            client:send "x"
            socket.sleep(0.05)
            local _, reason = client:receive(1)
            closed = reason == "closed"
         until closed or socket.gettime() - began > 5
         assert.is_true(closed)
         assert.is_true(socket.gettime() - began > 0.9)
         client:close()
      end
   end)

   it("clients that stay silent after a request: the next one has the same time limit", function()
      local hasty = support.start { request_timeout = 1 }
      finally(function() hasty:stop() end)
      local client = connect(hasty)
      client:send "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
      local answer = assert(client:receive "*a") -- up to the end that the emulator makes
      assert.equal("HTTP/1.1 200 OK", answer:match "^[^\r]+")
      client:close()
   end)

   it("clients that close their side: they are answered, and their connection is closed", function()
      local answer, reason = support.raw(session.url, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", 10)
      assert.same({ "HTTP/1.1 200 OK", "closed" }, { answer:match "^[^\r]+", reason })
   end)

   it("a request at a time, each within the limit, for longer than the limit", function()
      local hasty = support.start { request_timeout = 1 }
      finally(function() hasty:stop() end)
      local client = connect(hasty)
      for _ = 1, 8 do
         client:send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
         assert.equal("HTTP/1.1 200 OK", client:receive "*l")
         local length
         repeat
            local line = client:receive "*l"
            length = tonumber(line:match "^Content%-Length: (%d+)") or length
         until line == ""
         client:receive(length)
         socket.sleep(0.25)
      end
      client:close()
   end)

   it("a slow request after a pause, each within the limit: its time begins with its first line", function()
      local hasty = support.start { request_timeout = 2 }
      finally(function() hasty:stop() end)
      local client = connect(hasty)
      client:send "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
      local length
      repeat
         local line = assert(client:receive "*l")
         length = tonumber(line:match "^Content%-Length: (%d+)") or length
      until line == ""
      client:receive(length)
      socket.sleep(1.35)
      client:send "GET / HTTP/1.1\r\nHost: localhost\r\n"
      socket.sleep(1.35)
      client:send "\r\n"
      assert.equal("HTTP/1.1 200 OK", client:receive "*l")
      client:close()
   end)

   it("a thousand idle connections", function()
      local idle = {}
      for i = 1, 1000 do
         idle[i] = socket.connect("127.0.0.1", tonumber(session.url:match "%d+$"))
         if not idle[i] then break end
      end
      assert.is_true(#idle >= 900)
      local began = socket.gettime()
      for _ = 1, 20 do assert.equal(200, (session:send("GET", "/v2/connections?limit=1"))) end
      assert.is_true(socket.gettime() - began < patient(5))
      for _, client in ipairs(idle) do client:close() end
   end)

   it("SQL in every member and everywhere else", function()
      local evil = "'; DROP TABLE connections; -- \" OR 1=1 /* \\' %27 \0 \226\128\153"
      local definition = { name = evil, description = evil, systemType = evil, exampleValue = evil, icon = evil,
         auth = { authType = evil, clientId = evil, clientSecret = evil, [evil] = evil,
            oauthCustomHeaders = { { name = evil, value = evil } } },
         request = { requestType = evil, connectionUrl = evil, requestBody = evil },
         inputMappings = { { label = evil, key = evil, type = evil, exampleValue = evil, mapping = evil } },
         outputMappings = { { label = evil, outputReference = evil, type = evil } },
         customHeaders = { { name = evil, value = evil } }, urlParameters = { evil }, [evil] = evil }
      local before = session.e:counts().connections
      local created = session:create(definition)
      local _, read = session:send("GET", "/v2/connections/" .. created.ref)
      definition.auth.clientSecret = nil
      for name, value in pairs(definition) do assert.same(value, read[name], name) end
      assert.equal(evil, session.e:stored_secret(created.ref))
      for _, path in ipairs { "'%20OR%201=1--", "%27", "x'--", created.ref .. "'", created.ref .. "%00",
         "%2e%2e/" .. created.ref, "../../etc/passwd", created.ref:upper() .. "'" } do
         local is_refused = path:find("%00", 1, true) and libmicrohttpd.is_at_least "1.0.2"
         assert.equal(is_refused and 400 or 404, (session:send("GET", "/v2/connections/" .. path)), path)
      end
      for _, query in ipairs { "limit=1;DROP", "offset=1%20OR%201", "limit=-1", "offset=99999999999999999999",
         "limit=%27" } do
         assert.equal(400, (session:send("GET", "/v2/connections?" .. query)), query)
      end
      assert.equal(before + 1, session.e:counts().connections)
   end)

   it("large and deep JSON", function()
      local items = {}
      for i = 1, 100000 do items[i] = '{"name":"n' .. i .. '","value":"' .. ("v"):rep(60) .. '"}' end
      local body = '{"name":"large","auth":{},"request":{},"systemType":"S","customHeaders":['
         .. table.concat(items, ",") .. "]}"
      assert.is_true(#body > 8 * 2 ^ 20)
      local status, created = session:send("POST", "/v2/connections", body)
      assert.equal(201, status)
      assert.equal(100000, #created.customHeaders)
      assert.equal(400, (session:send("POST", "/v2/connections", ('{"a":'):rep(2 ^ 20) .. "1")))
      assert.equal(400, (session:send("POST", "/v2/connections", ("["):rep(10 * 2 ^ 20))))
      status = session:send("POST", "/v2/connections",
         '{"name":"deep","auth":{},"request":{},"systemType":"S","x":' .. ("["):rep(120) .. ("]"):rep(120) .. "}")
      assert.equal(201, status)
      for _, bytes in ipairs { "\255", "\192\128", "\237\160\128", "\244\144\128\128", "\226\130" } do
         assert.equal(400, (session:send("POST", "/v2/connections", '{"name":"' .. bytes .. '"}')))
      end
   end)

   it("bodies that come in chunks, or without a length", function()
      local definition = dkjson.encode(support.definition())
      local head = "POST /v2/connections HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer "
         .. session.token .. "\r\nContent-Type: application/json\r\n"
      local client = connect()
      client:send(head .. "Transfer-Encoding: chunked\r\n\r\n")
      for byte in definition:gmatch "." do client:send("1\r\n" .. byte .. "\r\n") end
      client:send "0\r\n\r\n"
      assert.equal("HTTP/1.1 201 Created", client:receive "*l")
      client:close()
      client = connect()
      client:send(head .. "\r\n" .. definition)
      assert.equal("HTTP/1.1 400 Bad Request", client:receive "*l") -- no length: no body
      client:close()
      for _, odd in ipairs { "Content-Length: 1, 2", "Content-Length: 0x10", "Content-Length: 99999999999999999999",
         "Transfer-Encoding: gzip", "Content-Length: 3\r\nTransfer-Encoding: chunked" } do
         client = connect()
         client:send(head .. odd .. "\r\n\r\n" .. definition)
         local line = client:receive "*l"
         assert.matches("^HTTP/1.[01] [45]", line)
         client:close()
      end
   end)

   it("calls in a row, sent at once, each answered for itself", function()
      local client = connect()
      local one = session:create { name = "one" }
      local two = session:create { name = "two" }
      local function get(ref, last)
         return ("GET /v2/connections/%s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n%s\r\n"):format(ref,
            session.token, last and "Connection: close\r\n" or "")
      end
      local requests = {}
      for i = 1, 50 do requests[i] = get(i % 2 == 1 and one.ref or two.ref, i == 50) end
      client:send(table.concat(requests))
      local answers = client:receive "*a"
      local index = 0
      for ref in answers:gmatch '"ref":"([%x-]+)"' do
         index = index + 1
         assert.equal(index % 2 == 1 and one.ref or two.ref, ref)
      end
      assert.equal(50, index)
      client:close()
   end)

   it("clients that reset their connections at any moment", function()
      local definition = dkjson.encode(support.definition())
      local request = ("POST /v2/connections HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n"
         .. "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"):format(session.token, #definition,
         definition)
      math.randomseed(11)
      for round = 1, 100 do
         local clients = {}
         for i = 1, 6 do
            clients[i] = connect()
            clients[i]:setoption("linger", { on = true, timeout = 0 })
            clients[i]:send(round % 10 > 0 and request or request:sub(1, math.random(#request)))
         end
         if round % 2 == 0 then socket.sleep(math.random() / 2000) end
         for _, client in ipairs(clients) do client:close() end
      end
      local before = session.e:counts().connections
      session:create()
      assert.is_true(session.e:counts().connections > before)
   end)

   it("noise", function()
      math.randomseed(7)
      for _ = 1, 200 do
         local bytes = {}
         for i = 1, math.random(400) do bytes[i] = string.char(math.random(0, 255)) end
         local client = connect()
         client:send(math.random(2) == 1 and table.concat(bytes) .. "\r\n\r\n"
            or "POST /v2/connections HTTP/1.1\r\n" .. table.concat(bytes) .. "\r\n\r\n")
         client:close()
      end
   end)
end)
