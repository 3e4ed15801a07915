-- A client: any call, what stands behind a result, time limits, the end.
local client_of = require "personalize.client"
local personalize = require "personalize"
local retry = require "personalize.http.retry"
local patient = require "spec.support.patient"
local server = require "spec.support.server"

-- Answers by the path: /status/N, /echo, /refuse, /slow, /503-then-silence.
local SERVER = [[
   local failed = 0
   return function(connection)
      for request in function() return connection:request() end do
         local function json(status, body, ...)
            connection:respond(status, { "Content-Length: " .. #body, "X-Request-Id: id-" .. status, ... }, body)
         end
         local status = request.path:match "^/status/(%d+)"
         if status then
            json(tonumber(status), '{"message":"said"}')
         elseif request.path:find "^/echo" then
            json(200, ('{"method":"%s","path":"%s","length":%d,"type":"%s","agent":"%s"}'):format(request.method,
               request.path, #request.body, request.headers["content-type"] or "", request.headers["user-agent"]))
         elseif request.path == "/refuse" then
            local secret = request.body:match "[%w-]+%-value%-?%d*"
            json(400, ('{"message":"not %s !"}'):format(secret))
         elseif request.path == "/slow" then
            connection:sleep(3)
         elseif request.path == "/empty" then
            connection:respond(204, {})
         elseif failed == 0 then
            failed = 1
            json(503, "")
         else
            connection:sleep(3)
         end
      end
   end]]

describe("a client", function()
   local s, client, random

   local function new(more)
      local options = { base_url = s.url, access_token = "the-token-1", retry = { base_delay = 0.01 } }
      for name, value in pairs(more or {}) do options[name] = value end
      return personalize.new(options)
   end

   setup(function()
      s = server.start(SERVER)
      random, retry.random = retry.random, function() return 0.5 end
   end)
   teardown(function()
      s:stop()
      retry.random = random
   end)
   before_each(function() client = assert(new()) end)

   local function count(path)
      local found = 0
      for _, request in ipairs(s:requests()) do
         if request.path == path then found = found + 1 end
      end
      return found
   end

   it("makes any call of the service", function()
      local got = assert(client:request { path = "/echo", query = { b = "x y", a = 1 } })
      assert.equal("GET", got.method)
      assert.equal("/echo?a=1&b=x%20y", got.path)
      assert.equal("", got.type)
      assert.matches("^personalize%-lua/%S+ libcurl/%S+$", got.agent)
      got = assert(client:request { method = "post", path = "/echo", body = { a = personalize.null } })
      assert.equal("POST", got.method)
      assert.equal(10, got.length)
      assert.equal("application/json", got.type)
      assert.equal(personalize.null, (client:request { path = "/empty" }))
      assert.equal(personalize.null, (client:request { method = "HEAD", path = "/echo" }))
   end)

   it("tells of the call behind a result and behind an error", function()
      assert(client:request { path = "/echo" })
      local got = assert(client:request { path = "/echo" })
      local meta = personalize.meta(got)
      assert.equal(200, meta.status)
      assert.equal(1, meta.attempts)
      assert.is_true(meta.reused)
      assert.equal("1.1", meta.http_version)
      assert.equal("id-200", meta.request_id)
      assert.equal("id-200", meta.headers["x-request-id"])
      assert.is_true(meta.elapsed > 0 and meta.elapsed < 5)

      local _, err = client:request { path = "/status/500" }
      meta = personalize.meta(err)
      assert.equal(meta, err.meta)
      assert.equal(500, meta.status)
      assert.equal(4, meta.attempts)
      assert.equal("id-500", meta.request_id)
      assert.equal("id-500", err.request_id)
      assert.equal("said", err.message)
      assert.is_true(err.retryable)
      assert.equal("GET", err.method)
      assert.equal(s.url .. "/status/500", err.url)
   end)

   it("repeats by the method what may be repeated", function()
      for method, times in pairs { GET = 4, PUT = 4, DELETE = 4, OPTIONS = 4, POST = 1, PATCH = 1 } do
         local path = "/status/502?" .. method
         local _, err = client:request { method = method, path = path }
         assert.equal(times == 4 and "server" or "ambiguous", err.kind, method)
         assert.equal(times, count(path), method)
         if times == 1 then
            assert.equal("unknown", err.outcome)
            assert.equal("server", err.cause.kind)
            assert.equal(502, err.status)
            assert.is_false(err.retryable)
            assert.equal(502, personalize.meta(err).status)
            assert.matches("it is not known whether the call was carried out: said", err.message)
         end
      end
      client:request { path = "/status/502?once", retry = false }
      assert.equal(1, count "/status/502?once")
      client:request { path = "/status/502?twice", retry = { attempts = 2 } }
      assert.equal(2, count "/status/502?twice")
   end)

   it("keeps within the timeout, of the client or of the call", function()
      for _, case in ipairs { { { timeout = 0.2 }, {} }, { {}, { timeout = 0.2 } } } do
         local began = personalize.now()
         local call = case[2]
         call.path = "/slow"
         local _, err = assert(new(case[1])):request(call)
         assert.equal("timeout", err.kind)
         assert.equal("total", err.phase)
         assert.equal(1, err.attempts)
         local elapsed = personalize.now() - began
         assert.is_true(elapsed >= 0.19 and elapsed < patient(0.3), elapsed)
      end
   end)

   it("tells what came before the attempt for which time ran out", function()
      local _, err = client:request { path = "/503-then-silence", timeout = 0.2 }
      assert.equal("timeout", err.kind)
      assert.equal(2, err.attempts)
      assert.equal(503, err.cause.status)
   end)

   it("makes no call when the time is over before it", function()
      local slow = assert(new { access_token = function()
         local ends = personalize.now() + 0.1
         repeat until personalize.now() > ends
         return "the-token-2"
      end })
      local before = #s:requests()
      local _, err = slow:request { method = "POST", path = "/echo", timeout = 0.05 }
      assert.equal("timeout", err.kind)
      assert.equal("total", err.phase)
      assert.equal(0, err.attempts)
      assert.is_true(err.retryable)
      assert.equal(before, #s:requests())
   end)

   it("takes any number of seconds", function()
      for _, seconds in ipairs { 2 ^ 31 - 1, 1e7, 0.5 } do
         local unhurried = assert(new { timeout = seconds, connect_timeout = seconds, stall_timeout = seconds })
         assert(unhurried:request { path = "/echo" })
      end
      assert(assert(new { retry = { attempts = 2 ^ 53 - 1, max_delay = 2 ^ 31 - 1 } }):request { path = "/echo" })
   end)

   it("refuses calls that are none", function()
      local before = #s:requests()
      for _, call in ipairs { {}, { path = "" }, { path = "https://elsewhere.example/" }, { path = "/../x" },
         { path = "/a\r\nX: y" }, { path = "/", method = "GET / HTTP/1.1\r\nX" }, { path = "/", method = "" },
         { path = "/", query = { a = print } } } do
         local value, err = client:request(call)
         assert.is_nil(value)
         assert.equal("validation", err.kind)
      end
      for method, kind in pairs { CONNECT = "config", [("A"):rep(17)] = "config" } do
         assert.equal(kind, select(2, client:request { path = "/", method = method }).kind)
      end
      assert.equal("encode", select(2, client:request { path = "/", body = print }).kind)
      assert.error_matches(function() client:request { pathh = "/" } end, 'did you mean "path"')
      assert.error_matches(function() client:request { path = 5 } end, "expected a string")
      assert.error_matches(function() client.request { path = "/" } end,
         "^bad argument #1 to 'request' %(expected a client: call it as client:request{...}%)$")
      assert.error_matches(function() client.close() end,
         "^bad argument #1 to 'close' %(expected a client: call it as client:close%(%)%)$")
      assert.matches("client_spec.lua:%d+: ", select(2, pcall(function() client.close() end)))
      assert.equal(before, #s:requests())
   end)

   it("is closed once and for all", function()
      assert(client.connections.list)
      client:close()
      client:close()
      for _, call in ipairs { function() return client:request { path = "/echo" } end,
         function() return client.connections.list() end, function() return client.connections.get "r1" end } do
         local value, err = call()
         assert.is_nil(value)
         assert.equal("closed", err.kind)
      end
      assert.matches(", closed$", tostring(client))
      assert.equal(200, personalize.meta(assert(assert(new()):request { path = "/echo" })).status)
   end)

   it("may be closed by a hook in the middle of a call", function()
      local closing
      closing = assert(new { on_event = function(event)
         if event.type == "retry" then closing:close() end
      end })
      assert.equal("closed", select(2, closing:request { path = "/status/500" }).kind)
   end)

   it("hides secrets of a body, behind metamethods too, and those that it is told to hide", function()
      local secret, seen = "top-secret-value-99", {}
      local listening = assert(new { retry = false, on_event = function(event)
         seen[#seen + 1] = tostring(event.error)
      end })
      local body = { auth = { clientSecret = secret } }
      for _, given in ipairs { body, setmetatable({}, { __index = body }),
         { connection = setmetatable({}, { __index = body }) } } do
         local _, err = listening:request { method = "POST", path = "/refuse", body = given }
         assert.matches("^validation %(400%): not %*%*%*", tostring(err))
      end
      local hidden = { "looked-up-value" }
      client_of.hide(listening, hidden)
      assert.matches("not %*%*%* ", tostring(select(2, listening:request { method = "POST", path = "/refuse",
         body = hidden[1] })))
      for _, text in ipairs(seen) do
         assert.is_nil(text:find(secret, 1, true))
         assert.is_nil(text:find(hidden[1], 1, true))
      end
      assert.equal(8, #seen)
   end)

   it("shows and gives away none of its secrets", function()
      assert.not_matches("the%-token", tostring(client))
      local names = {}
      for name, value in pairs(client) do
         names[#names + 1] = name
         assert.not_matches("the%-token", tostring(value))
      end
      table.sort(names)
      assert.same({ "connections", "decision_models", "flows", "templates" }, names)
   end)
end)
