-- Each way in which a transfer fails, and the kind that callers act on.
local http = require "spec.support.http"
local server = require "spec.support.server"

describe("a failed transfer", function()
   local engine

   setup(function() engine = http.core.http.engine() end)
   teardown(function() engine:close() end)

   local function check(result, err)
      assert.is_nil(result)
      assert.is_nil(err.message:find "[%c]")
      assert.is_true(#err.message > 0)
      assert.is_boolean(err.sent)
      return err
   end

   local function fail(spec)
      return check(http.run(engine, spec))
   end

   -- What comes of a server that reads one request and then does `actions`.
   local function against(actions, change)
      local s = server.start("return function(connection) local request = connection:request() "
         .. "if not request then return end " .. actions .. " end")
      local spec = change or {}
      spec.url = s.url
      local result, err = http.run(engine, spec)
      s:stop()
      return check(result, err)
   end

   it("could not connect", function()
      for _, url in ipairs { "http://127.0.0.1:1/", "http://nobody.invalid/", "https://127.0.0.1:1/" } do
         local err = fail { url = url }
         assert.equal("connect", err.kind)
         assert.is_false(err.sent)
         assert.is_nil(err.status)
         assert.equal("number", type(err.curl_code))
      end
   end)

   it("found no proxy, or one that refused", function()
      local err = fail { url = "http://127.0.0.1:1/", proxy = "http://u:s3cret@nobody.invalid:1" }
      assert.equal("connect", err.kind)
      assert.is_nil(err.message:find "s3cret")
      local s = server.start [[ return function(connection)
         connection:head()
         connection:respond(403, { "Content-Length: 0" })
      end ]]
      finally(function() s:stop() end)
      err = fail { url = "https://127.0.0.1:1/", proxy = s.url:gsub("//", "//u:s3cret@") }
      assert.equal("connect", err.kind)
      assert.is_false(err.sent)
      assert.is_nil(err.message:find "s3cret")
      assert.is_nil(err.status) -- the proxy's, not the server's
   end)

   it("met a server that doesn't speak TLS", function()
      local s = server.start [[ return function(connection)
         connection:fill()
         connection:send "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"
      end ]]
      finally(function() s:stop() end)
      local err = fail { url = s.url:gsub("http:", "https:") }
      assert.equal("tls", err.kind)
      assert.is_false(err.sent)
   end)

   it("was reset, or closed without an answer", function()
      for _, actions in ipairs { "connection:reset()", "connection:close()" } do
         local err = against(actions)
         assert.equal("network", err.kind)
         assert.is_true(err.sent)
         assert.is_nil(err.status)
      end
   end)

   it("was truncated", function()
      for _, answer in ipairs {
         "Content-Length: 10\\r\\n\\r\\nshort", "Transfer-Encoding: chunked\\r\\n\\r\\n5\\r\\nab",
         "Transfer-Encoding: chunked\\r\\n\\r\\n2\\r\\nab\\r\\n",
      } do
         local err = against("connection:send '" .. "HTTP/1.1 200 OK\\r\\nX-Seen: yes\\r\\n" .. answer .. "'")
         assert.equal("network", err.kind)
         assert.equal(200, err.status)
         assert.equal("yes", http.header(err, "x-seen"))
         assert.is_true(err.bytes_received > 0)
      end
      for _, head in ipairs { "HTTP/1.1 200 OK\\r\\nX-Se", "HTTP/1.1 200 OK\\r\\nX-Seen: yes\\r\\n" } do
         local err = against("connection:send '" .. head .. "'")
         assert.equal("network", err.kind)
      end
   end)

   it("was not HTTP", function()
      for _, answer in ipairs {
         "this is not HTTP\\r\\n\\r\\n", "HTTP/1.1 abc OK\\r\\n\\r\\n", "220 smtp ESMTP\\r\\n",
         "HTTP/1.1 200 OK\\r\\nno colon\\r\\n\\r\\n", "HTTP/1.1 200 OK\\r\\nX: a\\0b\\r\\n\\r\\n",
         "HTTP/1.1 200 OK\\r\\nContent-Length: many\\r\\n\\r\\n",
         "HTTP/1.1 200 OK\\r\\nContent-Length: -5\\r\\n\\r\\n",
         "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\nzz\\r\\n",
         "HTTP/1.1 200 OK\\r\\nContent-Encoding: gzip\\r\\nContent-Length: 8\\r\\n\\r\\nnot gzip",
      } do
         local err = against("connection:send '" .. answer .. "'")
         assert.equal("protocol", err.kind, answer .. ": " .. err.message)
         assert.is_true(err.sent)
      end
   end)

   it("exceeded a limit", function()
      local err = against("connection:answer(('x'):rep(1001))", { max_response_bytes = 1000 })
      assert.equal("too_large", err.kind)
      assert.matches("1000 bytes", err.message)
      assert.equal(200, err.status)
      err = against("connection:respond(200, { 'A: 1', 'B: 2', 'C: 3', 'Content-Length: 0' })",
         { max_response_headers = 3 })
      assert.equal("too_large", err.kind)
      assert.matches("3 headers", err.message)
      err = against("connection:respond(200, { 'A: ' .. ('x'):rep(2000), 'Content-Length: 0' })",
         { max_header_bytes = 2000 })
      assert.equal("too_large", err.kind)
      assert.matches("2000 bytes", err.message)
      err = against("connection:send('HTTP/1.1 200 OK\\r\\nA: ' .. ('x'):rep(1e6))")
      assert.equal("too_large", err.kind)
      err = against("for i = 1, 1000 do connection:send 'HTTP/1.1 100 Continue\\r\\n\\r\\n' end",
         { max_header_bytes = 2000 })
      assert.equal("too_large", err.kind)
   end)

   it("kept to the limits exactly", function()
      local s = server.start [[ return function(connection)
         connection:request()
         connection:respond(200, { "A: 1", "B: 2", "Content-Length: 1000" }, ("x"):rep(1000))
      end ]]
      finally(function() s:stop() end)
      local result = assert(http.run(engine,
         { url = s.url, max_response_bytes = 1000, max_response_headers = 3, max_header_bytes = 200 }))
      assert.equal(1000, #result.body)
   end)

   it("was a bomb", function()
      local path = os.tmpname()
      os.execute("head -c 100000000 /dev/zero | gzip -9 -c > " .. path)
      local s = server.start(([[ return function(connection)
         connection:request()
         local body = io.open(%q, "rb"):read "a"
         connection:respond(200, { "Content-Encoding: gzip", "Content-Length: " .. #body }, body)
      end ]]):format(path))
      finally(function()
         s:stop()
         os.remove(path)
      end)
      local err = fail { url = s.url, max_response_bytes = 100000 }
      assert.equal("too_large", err.kind)
      assert.is_true(err.bytes_received < 200000)
   end)

   it("had a configuration that can't work", function()
      local err = fail { url = "https://127.0.0.1:1/", ca_file = "/nowhere/ca.pem" }
      -- with nobody listening the file isn't even looked at
      assert.equal("connect", err.kind)
   end)

   it("leaves the engine as it was", function()
      local s = server.start(server.ECHO)
      finally(function() s:stop() end)
      assert.equal(0, engine:active())
      assert.equal(200, http.run(engine, { url = s.url }).status)
   end)
end)
