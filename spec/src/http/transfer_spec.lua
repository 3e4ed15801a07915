-- One transfer: what is sent, and what comes of it.
local http = require "spec.support.http"
local server = require "spec.support.server"

describe("a transfer", function()
   local engine, echo

   setup(function()
      engine = http.core.http.engine()
      echo = server.start(server.ECHO)
   end)
   teardown(function()
      engine:close()
      echo:stop()
   end)

   local function ask(spec)
      spec.url = spec.url or echo.url .. "/path?query=1"
      return http.run(engine, spec)
   end

   it("sends any method, with a body or without", function()
      for _, method in ipairs { "GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS" } do
         local bare = assert(ask { method = method })
         assert.matches("^" .. method .. " /path%?query=1\n", bare.body)
         local with_body = assert(ask { method = method, body = "the body" })
         assert.matches("\nthe body$", with_body.body)
         assert.matches("Content%-Length: 8\r\n", with_body.body)
      end
      assert.matches("Content%-Length: 0\r\n", ask({ method = "POST" }).body)
      assert.matches("Content%-Length: 0\r\n", ask({ method = "PUT", body = "" }).body)
      assert.not_matches("Content%-Length", ask({ method = "GET" }).body)
   end)

   it("understands an answer to HEAD, which has no body", function()
      local s = server.start [[ return function(connection)
         connection:request()
         connection:respond(200, { "Content-Length: 500" })
      end ]]
      finally(function() s:stop() end)
      local result = ask { method = "HEAD", url = s.url }
      assert.equal(200, result.status)
      assert.equal("", result.body)
      assert.equal("500", http.header(result, "content-length"))
   end)

   it("sends bytes of every kind and a large body, once or replayable", function()
      local bytes = {}
      for i = 0, 255 do bytes[#bytes + 1] = string.char(i) end
      local body = table.concat(bytes):rep(4096)
      for _, replayable in ipairs { true, false } do
         local result = assert(ask { method = "POST", body = body, replayable = replayable })
         assert.is_true(result.body:sub(-#body) == body)
         assert.is_true(result.bytes_sent > #body)
         assert.is_true(result.bytes_received > #body)
      end
   end)

   it("sends the headers given, and nothing that nobody asked for", function()
      local result = ask {
         method = "POST", body = "{}", user_agent = "personalize/test",
         headers = { { "Authorization", "Bearer x" }, { "X-Empty", "" }, { "X-Twice", "1" }, { "X-Twice", "2" } },
      }
      assert.matches("Authorization: Bearer x\r\n", result.body)
      assert.matches("X%-Empty:\r\n", result.body)
      assert.matches("X%-Twice: 1\r\nX%-Twice: 2\r\n", result.body)
      assert.matches("User%-Agent: personalize/test\r\n", result.body)
      for _, name in ipairs { "Expect", "Content%-Type", "Cookie", "Referer" } do
         assert.not_matches("\r\n" .. name .. ":", result.body)
      end
      assert.matches("Content%-Type: application/json\r\n",
         ask({ method = "PUT", body = "{}", headers = { { "content-type", "application/json" } } }).body
            :gsub("content%-type", "Content-Type"))
   end)

   it("names itself and what it can decode once, unless the request does", function()
      local function count(text, name)
         return select(2, text:gsub("\r\n" .. name .. ":", ""))
      end
      local own = ask { user_agent = "personalize/test" }
      assert.equal(1, count(own.body, "User%-Agent"))
      assert.matches("\r\nAccept%-Encoding: gzip\r\n", own.body)
      assert.equal(1, count(own.body, "Accept%-Encoding"))
      local given = ask { user_agent = "personalize/test",
         headers = { { "user-agent", "mine" }, { "accept-encoding", "identity" } } }
      assert.matches("\r\nuser%-agent: mine\r\n", given.body)
      assert.matches("\r\naccept%-encoding: identity\r\n", given.body)
      assert.not_matches("User%-Agent", given.body)
      assert.not_matches("Accept%-Encoding", given.body)
      local proxied = http.run(engine, { url = "http://nobody.invalid/", proxy = echo.url, user_agent = "test/1" })
      assert.equal(1, count(proxied.body, "User%-Agent"))
   end)

   it("lets no header become another one", function()
      for _, pair in ipairs {
         { "X", "a\r\nY: b" }, { "X", "a\nb" }, { "X", "a\rb" }, { "X", "a\0b" }, { "X\r\nY", "a" },
         { "X: Y", "a" }, { "", "a" }, { "X Y", "a" }, { "X\0", "a" }, { "Content-Length", "5" },
         { "transfer-encoding", "chunked" }, { "X", ("x"):rep(70000) },
      } do
         local transfer, err = http.add(engine, { url = echo.url, headers = { pair } })
         assert.is_nil(transfer)
         assert.equal("validation", err.kind)
         assert.is_nil(err.message:find("[\r\n]"))
      end
      local many = {}
      for i = 1, 257 do many[i] = { "X-" .. i, "" } end
      local _, err = http.add(engine, { url = echo.url, headers = many })
      assert.equal("validation", err.kind)
      assert.equal(0, engine:active())
   end)

   it("refuses a method, a URL or a proxy that is none", function()
      local function refused(change, kind)
         change.url = change.url or echo.url
         local transfer, err = http.add(engine, change)
         assert.is_nil(transfer)
         assert.equal(kind or "config", err.kind)
         assert.is_nil(err.message:find "s3cret")
      end
      for _, method in ipairs { "", "get", "GET / HTTP/1.1\r\nX: y", "CONNECT", "A B" } do
         refused { method = method }
      end
      for _, url in ipairs { "", "x", "ftp://127.0.0.1/", "file:///etc/passwd", "http://127.0.0.1/a b",
         "http://127.0.0.1/\r\nX: y", "https://u:s3cret@a b/", "http://", "http:///x" } do
         refused { url = url }
      end
      refused({ url = "http://127.0.0.1/\0" }, "validation")
      for _, proxy in ipairs { "", "gopher://u:s3cret@host:1", "a b" } do refused { proxy = proxy } end
   end)

   it("brings status, headers by their names in lower case, and body", function()
      local s = server.start [[ return function(connection)
         connection:request()
         connection:send("HTTP/1.1 100 Continue\r\nX-Interim: 1\r\n\r\nHTTP/1.1 103 Early\r\nLink: x\r\n\r\n")
         connection:respond(418, { "X-First:  padded \t", "SET-Cookie: a=1", "Set-cookie: b:2", "X-Empty:",
            "X-Folded: one", "   two", "Transfer-Encoding: chunked", "Trailer: X-Trailer" },
            "3\r\nabc\r\n2\r\nde\r\n0\r\nX-Trailer: no\r\n\r\n")
      end ]]
      finally(function() s:stop() end)
      local result = ask { url = s.url }
      assert.equal(418, result.status)
      assert.equal("abcde", result.body)
      assert.equal("1.1", result.http_version)
      assert.same({
         ["x-first"] = "padded", ["set-cookie"] = "a=1, b:2", ["x-empty"] = "",
         ["x-folded"] = "one two", ["transfer-encoding"] = "chunked", trailer = "X-Trailer",
      }, result.headers)
      assert.is_true(result.elapsed > 0 and result.elapsed < 5)
      assert.is_true(result.time_connect <= result.time_first_byte)
      assert.is_true(result.time_first_byte <= result.elapsed)
   end)

   it("follows no redirect and keeps no cookie", function()
      local s = server.start [[ return function(connection)
         for request in function() return connection:request() end do
            connection:respond(302, { "Location: /elsewhere", "Set-Cookie: a=b", "Content-Length: "
               .. (request.headers.cookie and 1 or 0) }, request.headers.cookie and "!" or "")
         end
      end ]]
      finally(function() s:stop() end)
      for _ = 1, 2 do
         local result = ask { url = s.url }
         assert.equal(302, result.status)
         assert.equal("", result.body)
      end
      assert.equal(2, #s:requests())
   end)

   it("decompresses", function()
      local path = os.tmpname()
      os.execute("printf 'compressed' | gzip -c > " .. path)
      local s = server.start(([[ return function(connection)
         local request = connection:request()
         local file = io.open(%q, "rb")
         local body = file:read "a"
         connection:respond(200, { "Content-Encoding: gzip", "Content-Length: " .. #body,
            "X-Accepted: " .. request.headers["accept-encoding"] }, body)
      end ]]):format(path))
      finally(function()
         s:stop()
         os.remove(path)
      end)
      local result = ask { url = s.url }
      assert.equal("compressed", result.body)
      assert.equal("gzip", http.header(result, "x-accepted"))
   end)

   it("is pending until it is done, and may be asked again", function()
      local s = server.start [[ return function(connection)
         local request = connection:request()
         connection:sleep(0.05)
         connection:answer(request.body)
      end ]]
      finally(function() s:stop() end)
      local transfer = http.add(engine, { url = s.url, method = "POST", body = "once" })
      local result, err = transfer:result()
      assert.is_nil(result)
      assert.equal("pending", err.kind)
      assert.equal("transfer (under way)", tostring(transfer))
      http.wait(engine, transfer)
      result = transfer:result()
      assert.matches("once$", result.body)
      http.collect()
      assert.equal(result, transfer:result())
      assert.is_nil(rawget(result, "headers")) -- made only now
      assert.same({ ["content-length"] = "4" }, result.headers)
      assert.is_true(rawequal(result.headers, result.headers))
      assert.is_nil(result.header)
      assert.equal("transfer (status 200)", tostring(transfer))
      transfer:cancel()
      assert.equal(200, transfer:result().status)
   end)

   it("is cancelled as often as one likes", function()
      local s = server.start [[ return function(connection)
         connection:request()
         connection:sleep(5)
      end ]]
      finally(function() s:stop() end)
      local transfer = http.add(engine, { url = s.url })
      engine:wait(50)
      assert.equal(1, engine:active())
      transfer:cancel()
      transfer:cancel()
      assert.equal(0, engine:active())
      assert.is_true(transfer:done())
      local result, err = transfer:result()
      assert.is_nil(result)
      assert.equal("cancelled", err.kind)
      assert.is_true(err.sent)
      assert.equal("cancelled", select(2, transfer:result()).kind)
   end)

   it("is cancelled by being collected", function()
      local s = server.start [[ return function(connection)
         connection:request()
         connection:sleep(5)
      end ]]
      finally(function() s:stop() end)
      for _ = 1, 5 do http.add(engine, { url = s.url }) end
      assert.equal(5, engine:active())
      http.collect()
      assert.equal(0, engine:active())
   end)

   it("has copied what it was given", function()
      local function add()
         local spec = { url = echo.url .. "/" .. ("copied"):rep(3), method = "POST", timeout_ms = 60000,
            body = ("body "):rep(1000), headers = { { "X-Copied", ("value"):rep(100) } } }
         return engine:enqueue(spec)
      end
      local transfer = add()
      http.collect()
      for i = 1, 1000 do local _ = ("garbage"):rep(i % 50) .. i end
      http.wait(engine, transfer)
      local body = assert(transfer:result()).body
      assert.matches("POST /copiedcopiedcopied", body)
      assert.is_truthy(body:find(("value"):rep(100), 1, true))
      assert.is_truthy(body:find(("body "):rep(1000), 1, true))
   end)
end)
