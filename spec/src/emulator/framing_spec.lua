-- Requests that leave open what they mean or where they end, and what is no request at all.
local dkjson = require "dkjson"
local libmicrohttpd = require "spec.support.libmicrohttpd"
local support = require "spec.support.emulator"

describe("an emulator", function()
   -- From 1.0 on libmicrohttpd answers some of these itself, in HTML, before the emulator sees them.
   local session, library_refuses
   setup(function()
      session = support.start()
      library_refuses = not support.raw(session.url, "GET / HTTP/1.1\r\n\r\n"):find "X%-Emulator"
   end)
   teardown(function() session:stop() end)
   after_each(function() assert.equal(200, (session:send("GET", "/v2/connections?limit=1"))) end)

   local host = "Host: localhost\r\n"
   local function post(headers, body)
      return ("POST /v2/connections HTTP/1.1\r\nAuthorization: Bearer %s\r\n%s\r\n%s"):format(session.token, headers,
         body or "")
   end

   local function refused(row, status, bytes)
      local before = session.e:counts()
      local answer, reason = support.raw(session.url, bytes)
      assert.equal("closed", reason)
      if library_refuses and not answer:find "X%-Emulator" then
         assert.matches("^HTTP/1.1 [45]%d%d ", answer)
         assert.equal(before.connections, session.e:counts().connections)
         return
      end
      assert.matches("^HTTP/1.1 " .. status .. " ", answer)
      assert.matches("\r\nConnection: close\r\n", answer)
      assert.truthy(answer:find("\r\nX-Emulator-Behaviour: " .. row .. "\r\n", 1, true), answer)
      assert.equal(status, dkjson.decode(answer:match "\r\n\r\n(.*)$").status)
      local after = session.e:counts()
      assert.equal(before.connections, after.connections)
      assert.equal(before.requests + 1, after.requests)
      return answer
   end

   it("refuses headers that say two things", function()
      local json = "Content-Type: application/json\r\n"
      for _, headers in ipairs { "Authorization: Bearer x\r\n", "Host: y\r\n",
         "Content-Length: 2\r\nContent-Length: 1\r\n" .. json,
         "Content-Length: 2\r\n" .. json .. "content-type: text/plain\r\n",
         "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
         "Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip\r\n",
         "Transfer-Encoding: gzip\r\ntransfer-encoding: chunked\r\n" } do
         local answer = refused("doubled-header", 400, post(host .. headers, "{}"))
         if answer then assert.matches("must not be there twice", answer) end
      end
   end)

   it("refuses headers that go on in a further line", function()
      for _, headers in ipairs { "Transfer-Encoding:\r\n chunked\r\n", "Transfer-Encoding: chu\r\n\tnked\r\n",
         "Transfer-Encoding: chunked\r\n \r\n", "Content-Length:\r\n 2\r\n", "X-Other: a\r\n b\r\n" } do
         local answer = refused("folded-header", 400, post(host .. headers, "{}"))
         if answer then assert.matches("go on in a further line", answer) end
      end
      for _, headers in ipairs { "X-Empty:\r\n", "X-Empty: \t\r\n", "X-Blank:  a\tb \r\n" } do
         local bytes = post(host .. headers .. "Connection: close\r\n")
         assert.matches("^HTTP/1.1 415 ", (support.raw(session.url, bytes)))
      end
   end)

   it("refuses names of headers that hold a blank", function()
      for _, headers in ipairs { "Transfer-Encoding : chunked\r\n", "Transfer-Encoding\t: chunked\r\n",
         "Content-Length : 2\r\n", "Content-Length \t : 2\r\n", "X-Other : a\r\n", "X Other: a\r\n",
         "Transfer-Encoding\v: chunked\r\n" } do
         local answer = refused("header-name", 400, post(host .. headers, "{}"))
         if answer then assert.matches("must not hold a blank", answer) end
      end
   end)

   it("does not take a body for the next request", function()
      local next_request = "GET /next HTTP/1.1\r\n" .. host .. "\r\n"
      local before = session.e:counts().requests
      local answer, reason = support.raw(session.url,
         post(host .. ("Content-Length : %d\r\n"):format(#next_request), next_request))
      assert.equal("closed", reason)
      assert.equal(1, select(2, answer:gsub("HTTP/1%.1 ", "")))
      assert.is_true(session.e:counts().requests - before <= 1)
   end)

   it("refuses bodies whose end is anybody's guess", function()
      local definition = dkjson.encode(support.definition())
      local json = host .. "Content-Type: application/json\r\n"
      for _, encoding in ipairs { "gzip", "gzip, chunked", "chunked, chunked", "identity", "xchunked" } do
         refused("transfer-encoding", 501, post(json .. "Transfer-Encoding: " .. encoding .. "\r\n", definition))
      end
      local chunk = ("%x\r\n%s\r\n0\r\n\r\n"):format(#definition, definition)
      refused("two-lengths", 400, post(json .. ("Content-Length: %d\r\nTransfer-Encoding: chunked\r\n"):format(#chunk),
         chunk))
      refused("two-lengths", 400, post(json .. "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n", chunk))
   end)

   it("refuses a request of HTTP/1.1 without Host, and takes one of HTTP/1.0", function()
      refused("no-host", 400, "GET / HTTP/1.1\r\n\r\n")
      assert.matches("^HTTP/1.[01] 200 ", support.raw(session.url, "GET / HTTP/1.0\r\n\r\n"))
   end)

   -- The statuses are those of doc/emulator.md, "What never becomes a call".
   it("has what is no request refused or cut off, and does not count it", function()
      local before = session.e:counts().requests
      local get = "GET / HTTP/1.1\r\n" .. host
      for _, case in ipairs {
         { "\0\1\2\3\r\n\r\n" }, { "GET\r\n\r\n" }, { "GET / HTTP/x\r\n\r\n", 400 }, { "GET /\r\n\r\n", 400 },
         { get .. "broken\r\n\r\n", 400 },
         { post(host .. "Content-Length: -5\r\n"), 400 }, { post(host .. "Content-Length: 0x10\r\n"), 400 },
         { post(host .. "Content-Length: 1, 2\r\n"), 400 }, { post(host .. "Content-Length: \r\n"), 400 },
         { post(host .. "Transfer-Encoding: chunked\r\n", "zz\r\n\r\n"), 400 },
         { post(host .. "Content-Length: 99999999999999999999\r\n"),
            libmicrohttpd.is_at_least "1.0.2" and 400 or 413 },
         { post(host .. "Transfer-Encoding: chunked\r\n", ("f"):rep(20) .. "\r\n\r\n"), 413 },
         { "GET /" .. ("x"):rep(100000) .. " HTTP/1.1\r\n" .. host .. "\r\n", 414 },
         { get .. ("x: y\r\n"):rep(20000) .. "\r\n", 431 }, { get .. "x: " .. ("y"):rep(40000) .. "\r\n\r\n", 431 },
         { "GET / HTTP/9.9\r\n\r\n", 505 }, { "GET / HTTP/2.0\r\n" .. host .. "\r\n", 505 },
      } do
         local answer, reason = support.raw(session.url, case[1])
         assert.equal("closed", reason)
         assert.equal(case[2], tonumber(answer:match "^HTTP/1%.1 (%d+) "), case[1]:sub(1, 200))
         assert.is_nil(answer:find "X%-Emulator")
      end
      assert.equal(before, session.e:counts().requests)
   end)
end)
