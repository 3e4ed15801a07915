-- Faults that were ordered of the emulator.
local personalize = require "personalize"
local patient = require "spec.support.patient"
local socket = require "socket"
local support = require "spec.support.emulator"

describe("a fault", function()
   local session
   before_each(function() session = support.start { seed = true } end)
   after_each(function() session:stop() end)

   local function list() return session:send("GET", "/v2/connections") end

   it("is an answer of any status, once, with the API's error body", function()
      assert.equal(session.e, session.e:fail { status = 503, retry_after = 7 })
      local status, body, headers = list()
      assert.equal(503, status)
      assert.equal(503, body.status)
      assert.equal("Service Unavailable", body.message)
      assert.equal("7", headers["retry-after"])
      assert.equal("own", headers["x-emulator-evidence"])
      assert.equal("fault", headers["x-emulator-behaviour"])
      assert.equal(200, (list()))
   end)

   it("concerns a method and a path, exactly or as far as a star", function()
      session.e:fail { method = "PUT", path = "/v2/connections*", status = 500 }
      session.e:fail { path = "/v2/connections", status = 501, times = 2 }
      session.e:fail { path = "/v2/connections/*", status = 502 }
      assert.equal(501, (list()))
      assert.equal(502, (session:send("GET", "/v2/connections/47c20b31-b5d8-492f-94e5-064958716c21")))
      assert.equal(501, (session:send("POST", "/v2/connections", support.definition())))
      assert.equal(201, (session:send("POST", "/v2/connections", support.definition())))
      assert.equal(500, (session:send("PUT", "/v2/connections/47c20b31-b5d8-492f-94e5-064958716c21", "{}")))
      assert.equal(200, (list()))
   end)

   it("comes as often as it is told to, the oldest order first", function()
      session.e:fail { status = 500 }:fail { status = 502, times = 2 }:fail { status = 504 }
      local seen = {}
      for i = 1, 5 do seen[i] = list() end
      assert.same({ 500, 502, 502, 504, 200 }, seen)
   end)

   it("comes by chance, without end, until it is healed", function()
      session.e:fail { path = "/v2/*", probability = 0.3, status = 500 }
      local failed = 0
      for _ = 1, 400 do failed = failed + (list() == 500 and 1 or 0) end
      assert.is_true(failed > 60 and failed < 180, failed)
      session.e:fail { probability = 1, status = 502 }
      for _ = 1, 20 do assert.is_true(list() >= 500) end
      session.e:heal()
      for _ = 1, 20 do assert.equal(200, (list())) end
   end)

   it("delays, and nobody else waits", function()
      session.e:fail { path = "/v2/connections", delay = 0.4, times = 10 }
      local host, port = session.url:match "^http://([^:]+):(%d+)$"
      local waiting, began = {}, socket.gettime()
      for i = 1, 10 do
         waiting[i] = assert(socket.connect(host, tonumber(port)))
         waiting[i]:send(("GET /v2/connections HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n\r\n")
            :format(session.token))
      end
      assert.equal(200, (session:send("GET", "/v2/connections/47c20b31-b5d8-492f-94e5-064958716c21")))
      assert.is_true(socket.gettime() - began < patient(0.3))
      for i = 1, 10 do
         assert.equal("HTTP/1.1 200 OK", waiting[i]:receive "*l")
         waiting[i]:close()
      end
      local elapsed = socket.gettime() - began
      assert.is_true(elapsed >= 0.39 and elapsed < patient(2), elapsed)
   end)

   it("ends with the emulator: what is delayed is answered at once", function()
      session.e:fail { delay = 60 }
      local host, port = session.url:match "^http://([^:]+):(%d+)$"
      local client = assert(socket.connect(host, tonumber(port)))
      client:send "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
      socket.sleep(0.1)
      local began = socket.gettime()
      session:stop()
      assert.is_true(socket.gettime() - began < patient(2))
      assert.equal("HTTP/1.1 200 OK", client:receive "*l")
      client:close()
   end)

   it("resets the connection", function()
      session.e:fail { reset = true, times = 3 }
      local client = assert(personalize.new { base_url = session.url, access_token = session.token, retry = false })
      finally(function() client:close() end)
      local none, err = client.connections.list()
      assert.is_nil(none)
      assert.equal("network", err.kind)
      assert.matches("reset", err.message)
      local definition = support.definition { name = "Lost before" }
      none, err = client.connections.create(definition)
      assert.is_nil(none)
      assert.equal("ambiguous", err.kind)
      local all = session.e:requests()
      assert.equal(0, all[2].status)
      session.e:heal()
      assert.equal("not_found", select(2, client.connections.find "Lost before").kind)
   end)

   it("befalls the answer alone with `after`: the call is carried out", function()
      local client = assert(personalize.new { base_url = session.url, access_token = session.token, retry = false })
      finally(function() client:close() end)
      for name, fault in pairs {
         reset = { reset = true }, status = { status = 503 }, truncated = { truncate = 20 },
         malformed = { body = '{"ref":' }, other = { body = "<html>", content_type = "text/html", status = 502 },
      } do
         fault.method, fault.after = "POST", true
         session.e:fail(fault)
         client.connections.create(support.definition { name = name })
         assert.equal(name, assert(client.connections.find(name)).name)
      end
   end)

   it("replaces or cuts the body", function()
      session.e:fail { status = 502, body = "<h1>Bad\255</h1>", content_type = "text/html" }
      local status, _, headers, text = list()
      assert.equal(502, status)
      assert.equal("text/html", headers["content-type"])
      assert.equal("<h1>Bad\255</h1>", text)
      session.e:fail { body = '{"items":' }
      status, _, headers, text = list()
      assert.equal(200, status)
      assert.equal("application/json", headers["content-type"])
      assert.equal('{"items":', text)
      session.e:fail { truncate = 100 }
      local request = "GET /v2/connections HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
         .. session.token .. "\r\n\r\n"
      local head, body = support.raw(session.url, request):match "^(.-\r\n\r\n)(.*)$"
      assert.equal(100, #body)
      assert.is_true(tonumber(head:match "Content%-Length: (%d+)") > 1000)
      session.e:fail { truncate = 0 }
      head, body = support.raw(session.url, request):match "^(.-\r\n\r\n)(.*)$"
      assert.matches("^HTTP/1.1 200 OK", head)
      assert.equal("", body)
   end)

   it("names itself where the answer is not the call's own", function()
      local request = "GET /v2/connections HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer "
         .. session.token .. "\r\n\r\n"
      local whole = support.raw(session.url, request):match "\r\n\r\n(.*)$"
      for _, case in ipairs {
         { { retry_after = 1 }, "fault", whole }, { { truncate = 10 }, "fault", whole:sub(1, 10) },
         { { body = "x" }, "fault", "x" }, { { delay = 0.01 }, "list", whole },
         { { truncate = #whole - 1 }, "fault", whole:sub(1, -2) }, { { truncate = #whole }, "fault", whole },
         { { truncate = 10 * #whole }, "fault", whole },
      } do
         session.e:fail(case[1])
         local head, body = support.raw(session.url, request):match "^(.-\r\n\r\n)(.*)$"
         assert.equal(case[2], head:match "X%-Emulator%-Behaviour: (%S+)")
         assert.equal(case[3], body)
      end
   end)

   it("counts as an error of 4xx, 5xx or no answer at all", function()
      for _, case in ipairs { { { status = 399 }, 0 }, { { status = 400 }, 1 }, { { status = 599 }, 1 },
         { { reset = true }, 1 }, { { body = "x" }, 0 } } do
         local before = session.e:counts().errors
         session.e:fail(case[1])
         list()
         assert.equal(before + case[2], session.e:counts().errors)
      end
   end)

   it("may delay a call for longer than a request may take to arrive", function()
      local hasty = support.start { request_timeout = 1 }
      finally(function() hasty:stop() end)
      hasty.e:fail { delay = 1.6 }
      assert.equal(200, (hasty:send("GET", "/v2/connections")))
   end)

   -- A delay without end shows on which side of the call it is.
   it("delays before the call, or with `after` behind it", function()
      local host, port = session.url:match "^http://([^:]+):(%d+)$"
      local body = require "dkjson".encode(support.definition())
      local function create_delayed(after)
         session.e:fail { delay = 3600, after = after, times = 2 }
         local client = assert(socket.connect(host, tonumber(port)))
         client:send(("POST /v2/connections HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n"
            .. "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"):format(session.token, #body, body))
         local hits
         local tries = 0
         repeat
            local _, faults = session:send("GET", "/_emulator/faults")
            hits, tries = faults.items[1].hits, tries + 1
            socket.sleep(0.01)
         until hits == 1 or tries == 500
         assert.equal(1, hits)
         session.e:heal()
         return client
      end
      local first = create_delayed(false)
      finally(function() first:close() end)
      for _ = 1, 10 do
         assert.equal(3, session.e:counts().connections)
         socket.sleep(0.01)
      end
      local second = create_delayed(true)
      for _ = 1, 500 do
         if session.e:counts().connections > 3 then break end
         socket.sleep(0.01)
      end
      assert.equal(4, session.e:counts().connections)
      second:settimeout(0)
      local _, reason = second:receive(1)
      assert.equal("timeout", reason)
      second:close()
   end)

   it("can befall token calls, before anybody is asked who it is", function()
      session.e:fail { path = "/oauth/token", status = 500 }
      assert.equal(500, (session:form("/oauth/token", "client_secret=hidden")))
      local all = session.e:requests()
      assert.falsy((all[#all].body):find("hidden", 1, true))
   end)

   it("is forgotten by reset", function()
      session.e:fail { status = 500, times = 10 }
      session.e:reset()
      assert.equal(401, (list()))
   end)

   it("that makes no sense is refused", function()
      for expected, fault in pairs {
         ['unknown option "statu" %(did you mean "status"%?%)'] = { statu = 500 },
         ['option "status": expected a number'] = { status = "500" },
         ["status must be an integer from 200 to 599"] = { status = 600 },
         ["times must be an integer, 1 or more"] = { status = 500, times = 0 },
         ["probability must be above 0 and at most 1"] = { status = 500, probability = 1.1 },
         ["delay must be from 0 to 3600 seconds"] = { delay = 3601 },
         ["retry_after must be a header's value"] = { status = 503, retry_after = "1\r\nX: y" },
         ["content_type must be a header's value"] = { body = "", content_type = "a\nb" },
         ["one of status, delay"] = { path = "/x" },
         ["truncate must be a number of bytes"] = { truncate = 0.5 },
      } do
         assert.error_matches(function() session.e:fail(fault) end, expected)
      end
      for _ = 1, 1000 do session.e:fail { status = 500, path = "/never" } end
      assert.error_matches(function() session.e:fail { status = 500 } end, "1000 faults already")
      assert.equal(200, (list()))
   end)
end)
