-- The call that a connection describes, made by the emulator.
local patient = require "spec.support.patient"
local socket = require "socket"
local support = require "spec.support.emulator"

local key = "pqsPERS3lw12v5a9rrHPW1c4hET73GxQ"

describe("the emulator's testConnection", function()
   local session, target
   before_each(function()
      session, target = support.start(), support.start { seed = true }
   end)
   after_each(function()
      session:stop()
      target:stop()
   end)

   local function test(members)
      local status, body, _, text = session:send("POST", "/v2/connections/testConnection",
         { connection = support.definition(members) })
      assert.equal(200, status)
      return body, text
   end

   local function request(path, method, body)
      return { requestType = method or "GET", connectionUrl = target.url .. path, requestBody = body }
   end

   local function last_request()
      local all = target.e:requests()
      return all[#all]
   end

   it("makes the call and tells what came back", function()
      local body = test {
         request = request "/v2/connections?limit=1",
         customHeaders = { { name = "Authorization", value = "Bearer " .. target.token },
            { name = "X-Empty", value = "" }, { name = "Accept-Encoding", value = "gzip" } },
      }
      assert.equal(200, body.status)
      assert.equal("application/json", body.headers["content-type"])
      assert.equal("First web service", body.body.items[1].name)
      assert.is_true(body.durationMs >= 0 and body.durationMs < 5000)
      assert.same({ method = "GET", url = target.url .. "/v2/connections?limit=1" }, body.request)
      assert.is_nil(body.error)
      local seen = last_request()
      assert.equal("GET", seen.method)
      assert.equal("limit=1", seen.query)
      assert.equal("gzip", seen.headers["accept-encoding"])
      assert.equal("", seen.headers["x-empty"])
      assert.is_nil(seen.headers["proxy-connection"])
   end)

   it("fills inputs in: percent-encoded in URLs, escaped in JSON strings", function()
      local awkward = 'a "b" & c/d\\\n\195\169'
      test {
         request = request("/v2/nothing/${x}?q=${x}", "PUT", '{"key":"${x}","raw":${n}}'),
         inputMappings = { { key = "x", type = "string", exampleValue = awkward },
            { key = "n", type = "object", exampleValue = '{"a":1}' } },
      }
      local seen = last_request()
      local escaped = "a%20%22b%22%20%26%20c%2Fd%5C%0A%C3%A9"
      assert.equal("/v2/nothing/" .. escaped, seen.path)
      assert.equal("q=" .. escaped, seen.query)
      assert.equal("PUT", seen.method)
      assert.equal("application/json", seen.headers["content-type"])
      assert.equal('{"key":"a \\"b\\" & c/d\\\\\\u000a\195\169","raw":{"a":1}}', seen.body)
   end)

   it("fills inputs into forms percent-encoded, into other text as they are", function()
      local function body_as(content_type)
         test {
            request = request("/x", "POST", "a=${x}"),
            customHeaders = { { name = "content-type", value = content_type } },
            inputMappings = { { key = "x", exampleValue = '1&"2' } },
         }
         return last_request().body
      end
      assert.equal("a=1%26%222", body_as "application/x-www-form-urlencoded")
      assert.equal('a=1&"2', body_as "text/plain")
   end)

   it("says where it failed", function()
      local nobody = socket.bind("127.0.0.1", 0)
      local _, port = nobody:getsockname()
      nobody:close()
      local unanswered = assert(socket.bind("127.0.0.1", 0))
      local _, silent_port = unanswered:getsockname()
      for _, case in ipairs {
         { { request = { requestType = "GET" } }, "configuration", "request.connectionUrl is missing" },
         { { request = { connectionUrl = "file:///etc/passwd" } }, "configuration", "http://" },
         { { request = { connectionUrl = "http://x/${a}" } }, "configuration", "no input mapping has the key a" },
         { { request = { connectionUrl = "http://x/", requestType = "GET /\r\nX: y" } }, "configuration", "method" },
         { { customHeaders = { { name = "A", value = "b\r\nC: d" } } }, "configuration", "header" },
         { { auth = { authType = "CUSTOM" } }, "configuration", "CUSTOM" },
         { { request = { connectionUrl = "http://127.0.0.1:" .. port } }, "connect", "" },
         { { request = { connectionUrl = "http://127.0.0.1:" .. silent_port }, socketTimeout = 100,
            connectionTimeout = 100 }, "answer", "" },
      } do
         local body = test(case[1])
         assert.equal(case[2], body.error.stage)
         assert.truthy(body.error.message:find(case[3], 1, true), body.error.message)
         assert.is_number(body.durationMs)
         assert.is_string(body.request.method)
         assert.is_nil(body.status)
      end
      unanswered:close()
   end)

   it("calls with a token where the connection has OAuth", function()
      local function oauth(path, id, secret)
         return { authType = "OAUTH", clientId = id, clientSecret = secret,
            accessTokenUrl = target.url .. path,
            oauthCustomHeaders = { { name = "X-Extra", value = "1" } },
            formUrlEncodedItems = { { name = "audience", value = "a b" } } }
      end
      -- credentials in the header
      local body = test { auth = oauth("/v2/oauth/token", key, "emulator-api-token"),
         request = request "/v2/connections" }
      assert.equal(200, body.status)
      local requests = target.e:requests()
      assert.equal("Basic ***", requests[#requests - 1].headers.authorization)
      assert.equal("1", requests[#requests - 1].headers["x-extra"])
      assert.equal("grant_type=client_credentials&audience=a%20b", requests[#requests - 1].body)
      -- credentials in the form
      body = test { auth = oauth("/oauth/token", "emulator-client-id", "emulator-client-secret"),
         request = request "/v2/connections" }
      assert.equal(200, body.status)
      -- wrong ones
      local text
      body, text = test { auth = oauth("/oauth/token", "emulator-client-id", "wrong-secret"),
         request = request "/v2/connections" }
      assert.equal("token", body.error.stage)
      assert.equal("the token endpoint answered with status 401", body.error.message)
      assert.falsy(text:find("wrong-secret", 1, true))
   end)

   it("hides a token that begins with the secret", function()
      target.e:fail { path = "/given", status = 200, body = '{"access_token":"hush-hush-token"}' }
      target.e:fail { path = "/echo", status = 200, body = '{"got":"Bearer hush-hush-token","and":"hush"}' }
      local body = test { request = request "/echo", auth = { authType = "OAUTH", clientId = "id",
         clientSecret = "hush", accessTokenUrl = target.url .. "/given" } }
      assert.same({ got = "Bearer ***", ["and"] = "***" }, body.body)
   end)

   it("goes through so many headers, inputs and outputs, and no more", function()
      for _, name in ipairs { "customHeaders", "inputMappings", "outputMappings" } do
         local list = {}
         for i = 1, 1001 do list[i] = { label = "x" } end
         local body = test { request = request "/", [name] = list }
         assert.same({ stage = "configuration", message = "the emulator tests no more than 1000 " .. name }, body.error)
      end
   end)

   it("uses the stored secret of a retrieved connection, calling the emulator itself", function()
      local _, example = target:send("GET", "/v2/connections/65aeee1b-d0ba-478b-ac97-a6fced1b2a4a")
      local status, body, _, text =
         target:send("POST", "/v2/connections/testConnection", { connection = example })
      assert.equal(200, status)
      assert.equal(200, body.status)
      assert.equal("Offer for the weather", body.body.name)
      assert.falsy(text:find("emulator-api-token", 1, true))
      assert.equal(1, target.e:counts().tests)
   end)

   it("needs a connection", function()
      for _, given in ipairs { "{}", '{"connection":[]}', "[]" } do
         local status, body = session:send("POST", "/v2/connections/testConnection", given)
         assert.equal(400, status)
         assert.equal("connection: is required and must be an object", body.developerMessage)
      end
      local status, body = session:send("POST", "/v2/connections/testConnection", '{"connection":{"name":""}}')
      assert.equal(400, status)
      assert.matches("^name: must not be empty; auth: is required", body.developerMessage)
   end)

   local function answered_with(bytes, members) return support.answered_with(session, bytes, members) end

   it("hands on what is not JSON as text, and only so much of it", function()
      local body = answered_with "HTTP/1.1 200 OK\r\nX-A: 1\r\nx-bytes: \255\r\n\r\n<p>\255\195\169</p>"
      assert.equal("<p>\239\191\189\195\169</p>", body.body)
      assert.equal("1", body.headers["x-a"])
      assert.equal("\239\191\189", body.headers["x-bytes"])
      body = answered_with("HTTP/1.1 200 OK\r\n\r\n" .. ("x"):rep(2 * 2 ^ 20))
      assert.equal(2 ^ 20, #body.body)
      assert.is_true(body.truncated)
   end)

   it("picks the outputs, as the types that the mappings say", function()
      local answer = [[{"current":{"temp":12.50,"text":"21","ok":"true","list":[{"a":1},{"a":null}]},"a.b":"dotted"}]]
      local mappings, expected = {}, {}
      for _, case in ipairs {
         { "current.temp", "number", "12.50" }, { "current.temp", "String", '"12.50"' },
         { "current.text", "number", "21" }, { "current.text", "string", '"21"' }, { "current.ok", "boolean", "true" },
         { "current.list[0].a", "NUMBER", "1" }, { "current.list.0.a", "number", "1" },
         { "$.current.list[1].a", "number", "null" }, { "current.list[0]", "object", '{"a":1}' },
         { "current.list", "array", '[{"a":1},{"a":null}]' }, { "a.b", "string", '"dotted"' },
         { "current.list[0]", "string", problem = "is an object, not a string" },
         { "current.ok", "number", problem = "is a string, not a number" },
         { "current", "array", problem = "is an object, not an array" },
         { "current.none", "string", problem = "not found" }, { "current.list[7].a", "string", problem = "not found" },
         { "current.list[-1]", "string", problem = "not found" }, { "current.list[", "string", problem = "not found" },
         { "current.temp", "mystery", "12.50" },
      } do
         mappings[#mappings + 1] = { label = "L", outputReference = case[1], type = case[2] }
         expected[#expected + 1] = case.problem and ('"problem":"%s"'):format(case.problem) or '"value":' .. case[3]
      end
      local body, text = answered_with("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" .. answer,
         { outputMappings = mappings })
      assert.equal(#mappings, #body.outputs)
      for i, mapping in ipairs(mappings) do
         assert.equal(mapping.outputReference, body.outputs[i].outputReference)
         assert.equal("L", body.outputs[i].label)
         assert.equal(mapping.type, body.outputs[i].type)
         assert.truthy(text:find(('"type":"%s",%s}'):format(mapping.type, expected[i]), 1, true), expected[i])
      end
      body = answered_with("HTTP/1.1 200 OK\r\n\r\n<html>", { outputMappings = { { outputReference = "a" } } })
      assert.equal("the answer is not JSON", body.outputs[1].problem)
   end)

   it("authenticates by HTTP Basic, with the stored password too", function()
      local auth = { authType = "BASIC", username = key, password = "emulator-api-token" }
      local body = test { auth = auth,
         request = request("/v2/oauth/token", "POST", "grant_type=client_credentials"),
         customHeaders = { { name = "Content-Type", value = "application/x-www-form-urlencoded" } } }
      assert.equal(200, body.status)
      assert.is_string(body.body.access_token)
      local created = session:create { auth = auth, request = request "/v2/x" }
      assert.is_nil(created.auth.password)
      assert.equal("emulator-api-token", session.e:stored_secret(created.ref, "password"))
      session:send("POST", "/v2/connections/testConnection", { connection = created })
      assert.equal("Basic ***", last_request().headers.authorization)
   end)

   it("shows no secret, though the called server gives it back", function()
      local awkward = 'se"cr/et+\195\169'
      local variants = { awkward, 'se\\"cr/et+\195\169', "se%22cr%2Fet%2B%C3%A9", require "mime".b64("u:" .. awkward) }
      local echo = "HTTP/1.1 200 OK\r\nX-Echo: " .. awkward .. "\r\n\r\n" .. table.concat(variants, " ")
      local body, text = answered_with(echo, { auth = { authType = "BASIC", username = "u", password = awkward } })
      assert.equal("*** *** *** ***", body.body)
      assert.equal("***", body.headers["x-echo"])
      for _, variant in ipairs(variants) do assert.falsy(text:find(variant, 1, true), variant) end
      -- what stands behind a NUL is not sent
      body = answered_with("HTTP/1.1 200 OK\r\n\r\nsesame-open-long", { auth = { authType = "BASIC", username = "u",
         password = "sesame-open-long\0and more" } })
      assert.equal("***", body.body)
      body, text = answered_with("HTTP/1.1 200 OK\r\n\r\n", { request = {
         connectionUrl = "http://user:hidden@127.0.0.1:%d/" } })
      assert.matches("^http://user:%*%*%*@127", body.request.url)
      assert.falsy(text:find("hidden", 1, true))
   end)

   it("shows no password of a URL that cannot be parsed", function()
      for given, shown in pairs {
         ["https://user:hidden@host:99999/a"] = "https://***@host:99999/a",
         ["https://user:hid den@host/"] = "https://***@host/",
         ["https://user:hid/den@host:99999/?a=b"] = "https://***@host:99999/?a=b",
         ["user:hidden@host"] = "***@host",
         ["http://host:99999/?api_key=hidden&b=c"] = "http://host:99999/?api_key=***&b=c",
         ["http://host:99999/"] = "http://host:99999/",
         ["nothing"] = "nothing",
      } do
         local body, text = test { request = { connectionUrl = given } }
         assert.equal("configuration", body.error.stage)
         assert.equal(shown, body.request.url)
         assert.falsy(text:find("hid", 1, true), text)
      end
   end)

   it("follows no redirect", function()
      local body = answered_with("HTTP/1.1 302 Found\r\nLocation: " .. target.url .. "\r\nContent-Length: 0\r\n\r\n")
      assert.equal(302, body.status)
      assert.equal(target.url, body.headers.location)
      assert.equal("", body.body)
   end)

   it("keeps nobody waiting while it waits", function()
      local silent = assert(socket.bind("127.0.0.1", 0))
      local _, port = silent:getsockname()
      local host, own_port = session.url:match "^http://([^:]+):(%d+)$"
      local body = require "dkjson".encode { connection = support.definition { socketTimeout = 3000,
         request = { connectionUrl = ("http://127.0.0.1:%d/"):format(port) } } }
      local waiting = {}
      for i = 1, 20 do
         waiting[i] = assert(socket.connect(host, tonumber(own_port)))
         waiting[i]:send(("POST /v2/connections/testConnection HTTP/1.1\r\nHost: localhost\r\n"
            .. "Authorization: Bearer %s\r\nContent-Type: application/json\r\n"
            .. "Content-Length: %d\r\n\r\n%s"):format(session.token, #body, body))
      end
      socket.sleep(0.1)
      local began = socket.gettime()
      for _ = 1, 20 do assert.equal(200, (session:send("GET", "/v2/connections"))) end
      assert.is_true(socket.gettime() - began < patient(2))
      began = socket.gettime()
      session:stop() -- while they are in flight
      assert.is_true(socket.gettime() - began < patient(2))
      local answer = waiting[1]:receive "*l"
      assert.equal("HTTP/1.1 200 OK", answer)
      for _, connection in ipairs(waiting) do connection:close() end
      silent:close()
   end)
end)
