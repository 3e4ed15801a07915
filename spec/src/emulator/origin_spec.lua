-- Web pages of others may send requests to this machine's ports, and names of others may lead here: neither gets
-- through, on any path, and nothing of it is carried out.
local support = require "spec.support.emulator"

describe("an emulator beside a browser", function()
   local session, port
   setup(function()
      session = support.start { seed = true }
      port = session.url:match "%d+$"
   end)
   teardown(function() session:stop() end)

   local function status_of(method, path, headers)
      local lines = { ("%s %s HTTP/1.1"):format(method, path), "Connection: close", "Content-Length: 0" }
      for _, header in ipairs(headers) do lines[#lines + 1] = header end
      local answer = support.raw(session.url, table.concat(lines, "\r\n") .. "\r\n\r\n", 5)
      return tonumber(answer:match "^HTTP/1.1 (%d+)"), answer
   end

   local paths = { { "GET", "/" }, { "POST", "/_emulator/reset" }, { "GET", "/_emulator/requests" },
      { "POST", "/oauth/token" }, { "GET", "/v2/connections" }, { "GET", "/no/such/path" }, { "OPTIONS", "/" } }

   local function refuses(...)
      for _, path in ipairs(paths) do
         local status, answer = status_of(path[1], path[2], { ... })
         assert.equal(403, status, path[2] .. " " .. table.concat({ ... }, ", "))
         assert.is_truthy(answer:find("X-Emulator-Behaviour: foreign", 1, true))
      end
   end

   it("refuses names that are not this machine's", function()
      for _, host in ipairs { "evil.example", "evil.example:" .. port, "127.0.0.1.evil.example",
         "localhost.evil.example",
         ("h"):rep(20000), "[::1", "[" .. ("1"):rep(20000) .. "]", "[]", ":80",
         "user@127.0.0.1", "10.0.0.1:" .. port, "[2001:db8::1]", "", "127.0.0.1:x", "0.0.0.0" } do
         refuses("Host: " .. host)
      end
      assert.equal(3, session.e:counts().connections)
   end)

   it("takes those that are", function()
      for _, host in ipairs { "127.0.0.1", "127.0.0.1:" .. port, "localhost", "LOCALHOST:1", "localhost.",
         "[::1]:" .. port,
         "127.9.9.9" } do
         assert.equal(200, (status_of("GET", "/", { "Host: " .. host })), host)
      end
      local answer = support.raw(session.url, "GET / HTTP/1.0\r\n\r\n", 5)
      assert.matches("^HTTP/1.%d 200 ", answer)
   end)

   it("refuses what other sites' pages send", function()
      local host = "Host: 127.0.0.1:" .. port
      for _, origin in ipairs { "https://evil.example", "null", "http://localhost:1", "http://127.0.0.1", "file://",
         "https://127.0.0.1:" .. port, "http://127.0.0.1:" .. port .. ".evil.example", "" } do
         refuses(host, "Origin: " .. origin)
      end
      refuses(host, "Sec-Fetch-Site: cross-site")
      refuses(host, "Sec-Fetch-Site: same-site")
      refuses(host, "Sec-Fetch-Site: same-site", "Sec-Fetch-Mode: no-cors")
      refuses(host, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate")
      assert.equal(403, (status_of("POST", "/_emulator/reset",
         { host, "Sec-Fetch-Site: same-site", "Sec-Fetch-Mode: navigate" })))
      assert.equal(3, session.e:counts().connections)
   end)

   it("takes what its own page sends, what people type, and links from this machine's other pages", function()
      local host = "Host: 127.0.0.1:" .. port
      for _, headers in ipairs { { host, "Origin: http://127.0.0.1:" .. port, "Sec-Fetch-Site: same-origin" },
         { host, "Sec-Fetch-Site: none" }, { host, "Sec-Fetch-Site: same-site", "Sec-Fetch-Mode: navigate" } } do
         assert.equal(200, (status_of("GET", "/_emulator/counts", headers)))
      end
   end)

   it("uses up no fault, and keeps no body", function()
      session.e:reset()
      session.e:fail { status = 500, times = 1 }
      refuses("Host: evil.example")
      assert.equal(500, (session:send("GET", "/v2/connections")))
      support.raw(session.url, "POST /v2/connections HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n"
         .. "Content-Length: 4\r\n\r\nbody", 5)
      for _, request in ipairs(session.e:requests()) do assert.equal("", request.body) end
      local answer = support.raw(session.url, "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", 5)
      assert.matches("\r\nConnection: close\r\n", answer)
      session.e:reset()
   end)

   it("takes the host of public_url, and any address where it listens on all", function()
      local own_port = tonumber(require "spec.support.nginx".free_port())
      local other = assert(require "personalize.emulator".start { address = "0.0.0.0", port = own_port,
         public_url = "http://emulator:8080" })
      finally(function() other:stop() end)
      local own = "http://127.0.0.1:" .. own_port
      local function get(host)
         return tonumber(support.raw(own, ("GET / HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"):format(host), 5)
            :match "^HTTP/1.1 (%d+)")
      end
      assert.equal(200, get "emulator:8080")
      assert.equal(200, get "10.1.2.3:8080")
      assert.equal(403, get "evil.example")
      assert.equal(200, get "127.0.0.1\r\nOrigin: http://EMULATOR:8080")
      for _, origin in ipairs { "http://emulator", "https://emulator:8080", "http://emulator:80801" } do
         assert.equal(403, get("127.0.0.1\r\nOrigin: " .. origin), origin)
      end
   end)

   it("leaves out the port that a scheme has anyway, as browsers do", function()
      for _, case in ipairs {
         { "https://emulator.example:443", "https://emulator.example", 200, "emulator.example" },
         { "https://emulator.example", "https://emulator.example:443", 200 },
         { "https://emulator.example:443", "HTTPS://EMULATOR.example:443", 200 },
         { "http://emulator.example:80", "http://emulator.example", 200 },
         { "http://emulator.example", "http://emulator.example:80", 200 },
         { "https://emulator.example:443", "http://emulator.example", 403 },
         { "https://emulator.example:80", "https://emulator.example", 403 },
         { "http://emulator.example:443", "http://emulator.example", 403 },
         { "https://emulator.example:443", "https://emulator.example:4430", 403 },
         { "https://emulator.example:443", "https://emulator.example:443:443", 403 },
         { "https://emulator.example:443", "https://emulator", 403 },
         { "http://emulator.example", "http://127.0.0.1", 200, "127.0.0.1:80" },
         { "http://emulator.example", "http://127.0.0.1", 403, "127.0.0.1:443" },
      } do
         local own_port = tonumber(require "spec.support.nginx".free_port())
         local other = assert(require "personalize.emulator".start { port = own_port, public_url = case[1] })
         local answer = support.raw("http://127.0.0.1:" .. own_port, ("GET / HTTP/1.1\r\nHost: %s\r\n"
            .. "Connection: close\r\nOrigin: %s\r\n\r\n"):format(case[4] or "127.0.0.1", case[2]))
         other:stop()
         assert.equal(case[3], tonumber(answer:match "^HTTP/1.1 (%d+)"), case[1] .. " " .. case[2])
      end
   end)

   it("takes any address where it listens on all of IPv6", function()
      local v6 = require "personalize.emulator".start { address = "::" }
      if not v6 then return pending "this machine has no IPv6" end
      finally(function() v6:stop() end)
      assert.matches("^http://%[::1%]:%d+$", v6.url)
      local other = setmetatable({ e = v6, url = v6.url }, { __index = support.session })
      for host, expected in pairs { ["[2001:db8::1]"] = 200, ["192.0.2.1:80"] = 200, ["evil.example"] = 403 } do
         assert.equal(expected, (other:send("GET", "/", nil, { host = host })), host)
      end
   end)
end)
