-- What an emulator takes at once has bounds: bodies under way, and connections.
local process = require "spec.support.emulator_process"
local socket = require "socket"
local support = require "spec.support.emulator"

local CLIENTS, LARGE, MIB = 40, 7, 2 ^ 20

-- An emulator of its own process, and a session with it.
local function start()
   local running = process.start "--json --quiet"
   local session = setmetatable({ url = running.url, e = { options = function() return running.json.options end } },
      { __index = support.session })
   session.token = session:get_token()
   return running, session
end

describe("an emulator whose clients do not read", function()
   local running, session
   setup(function() running, session = start() end)
   teardown(function() running:clean() end)

   local function connect() return assert(socket.connect("127.0.0.1", tonumber(running.url:match "%d+$"))) end

   local function resident()
      local file = assert(io.open(("/proc/%d/status"):format(running.pid)))
      local text = file:read "*a"
      file:close()
      return tonumber(text:match "VmRSS:%s*(%d+)") / 1024
   end

   it("holds no more of its answers than its bound, refuses further ones, and goes on", function()
      local body = ('{"name":"Large","auth":{},"request":{},"systemType":"S","description":"%s"}'):format(
         ("d"):rep(8.5 * MIB))
      for _ = 1, LARGE do assert.equal(201, (session:send("POST", "/v2/connections", body))) end
      local before = resident()
      local clients = {}
      for i = 1, CLIENTS do
         clients[i] = connect()
         clients[i]:setoption("keepalive", true)
         clients[i]:send(("GET /v2/connections HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n\r\n"):format(
            session.token))
      end
      local refused = 0
      for _, client in ipairs(clients) do
         client:settimeout(30)
         local line = client:receive "*l"
         if line == "HTTP/1.1 503 Service Unavailable" then
            refused = refused + 1
            assert.matches("larger than 256 MiB", client:receive "*a")
         else
            assert.equal("HTTP/1.1 200 OK", line)
         end
      end
      assert.is_true(refused >= CLIENTS - 8, refused)
      local sanitized = (os.getenv "LD_PRELOAD" or ""):find "asan"
      if not sanitized then assert.is_true(resident() - before < 400, resident() - before) end
      assert.equal(200, (session:send("GET", "/v2/connections?limit=0")))
      for _, client in ipairs(clients) do client:close() end
      local deadline = socket.gettime() + 10
      local status
      repeat
         socket.sleep(0.1)
         status = session:send("GET", "/v2/connections")
      until status == 200 or socket.gettime() > deadline
      assert.equal(200, status)
   end)
end)

describe("an emulator that gets large bodies of small values", function()
   local CLIENTS_AT_ONCE, MAX_GROWTH = 8, 500
   local running, session
   setup(function() running, session = start() end)
   teardown(function() running:clean() end)

   local function most_resident()
      local file = assert(io.open(("/proc/%d/status"):format(running.pid)))
      local text = file:read "*a"
      file:close()
      return tonumber(text:match "VmHWM:%s*(%d+)") / 1024
   end

   it("has the tree of one of them in memory at a time #resident", function()
      local body = ('{"a":[%s0]}'):format(("0,"):rep(2 * MIB)) -- about 190 MiB when parsed
      local before, clients = most_resident(), {}
      for i = 1, CLIENTS_AT_ONCE do
         clients[i] = assert(socket.connect("127.0.0.1", tonumber(running.url:match "%d+$")))
         clients[i]:send(("POST /v2/connections HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n"
            .. "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"):format(session.token, #body, body))
      end
      for _, client in ipairs(clients) do
         client:settimeout(60)
         -- 503 where the memory of another one was not given back yet
         assert.matches("^HTTP/1.1 [45]0[03] ", client:receive "*l")
         client:close()
      end
      local sanitized = (os.getenv "LD_PRELOAD" or ""):find "asan"
      if not sanitized then assert.is_true(most_resident() - before < MAX_GROWTH, most_resident() - before) end
      assert.equal(200, (session:send("GET", "/v2/connections")))
   end)
end)

describe("an emulator with as many connections as it can have", function()
   -- As many descriptors as both ends need, each in a process of its own.
   local CONNECTIONS = 2048
   local running
   setup(function() running = process.start "--json --quiet" end)
   teardown(function() running:clean() end)

   it("answers a further one with 503, and takes one when others are gone", function()
      local clients = {}
      local function connect()
         local client = assert(socket.connect("127.0.0.1", tonumber(running.url:match "%d+$")))
         client:settimeout(30)
         return client
      end
      for i = 1, CONNECTIONS do
         local ok, client = pcall(connect)
         if not ok then break end
         clients[i] = client
      end
      finally(function() for _, client in ipairs(clients) do client:close() end end)
      if #clients < CONNECTIONS then return end
      -- the system may hand over a later client before an earlier one
      local answer
      for _ = 1, 8 do
         local further = connect()
         further:settimeout(5)
         further:send "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
         local all, _, partial = further:receive "*a"
         answer = all or partial
         if answer:find "^HTTP/1.1 503" then break end
         clients[#clients + 1] = further
      end
      assert.matches("^HTTP/1.1 503 Service Unavailable\r\n", answer)
      assert.matches('"developerMessage":"The emulator has as many connections as it can"', answer)
      for i = 1, 50 do clients[i]:close() end
      local deadline, line = socket.gettime() + 10
      repeat
         socket.sleep(0.05)
         local client = connect()
         client:send "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
         line = client:receive "*l"
         client:close()
      until line == "HTTP/1.1 200 OK" or socket.gettime() > deadline
      assert.equal("HTTP/1.1 200 OK", line)
   end)
end)
