-- What the emulator refuses, and in which words.
local support = require "spec.support.emulator"

describe("the emulator refuses", function()
   local session
   setup(function() session = support.start() end)
   teardown(function() session:stop() end)

   local function problems(definition)
      local status, body = session:send("POST", "/v2/connections", definition)
      assert.equal(400, status)
      return body.developerMessage
   end

   it("in the published form", function()
      local status, body, headers = session:send("GET", "/v2/nothing")
      assert.equal(404, status)
      assert.equal("application/json", headers["content-type"])
      assert.equal(404, body.status)
      assert.equal(404, body.code)
      assert.equal("Not Found", body.message)
      assert.equal("There is nothing under this path", body.developerMessage)
      assert.is_string(body.moreInfoUrl)
      assert.matches("^%d%d%d%d%-%d%d%-%d%dT[%d:]+%.%d%d%dZ$", body.timestamp)
   end)

   it("what the required members lack, all of it at once", function()
      assert.equal("name: is required; auth: is required; request: is required; systemType: is required",
         problems "{}")
      assert.equal("name: must not be empty; auth: must be an object; request: must be an object; "
         .. "systemType: must be a string",
         problems [[{"name":"","auth":[],"request":"x","systemType":5}]])
      assert.equal("connection: must be an object", problems "[]")
   end)

   it("members of the wrong type, by their path", function()
      local text = problems {
         name = 1, description = 2, archived = "no", systemType = "S",
         auth = { authType = 1, accessTokenUrl = "http://example.com/token", useMutualTls = 1,
            oauthCustomHeaders = { { name = 1 } } },
         request = { requestType = 1, connectionUrl = false, requestBody = 3 },
         inputMappings = { { key = 1 } }, outputMappings = "x", customHeaders = { 7 },
         urlParameters = true, connectionTimeout = -1, socketTimeout = 1.5, icon = 1, exampleValue = 1,
      }
      for _, expected in ipairs {
         "name: must be a string", "description: must be a string", "archived: must be true or false",
         "auth.authType: must be a string", "auth.useMutualTls: must be true or false",
         "auth.accessTokenUrl: must begin with https://",
         "auth.oauthCustomHeaders[0].name: must be a string",
         "request.requestType: must be a string", "request.connectionUrl: must be a string",
         "request.requestBody: must be a string", "inputMappings[0].key: must be a string",
         "outputMappings: must be an array", "customHeaders[0]: must be an object",
         "urlParameters: must be an array", "connectionTimeout: must be an integer, 0 or more",
         "socketTimeout: must be an integer, 0 or more", "icon: must be a string",
         "exampleValue: must be a string",
      } do
         assert.truthy(text:find(expected, 1, true), expected)
      end
   end)

   it("null where a member is required, and takes it elsewhere", function()
      assert.equal("name: is required",
         problems '{"name":null,"auth":{},"request":{},"systemType":"S","description":null,"urlParameters":null}')
   end)

   it("an array in place of an object, unless it holds one", function()
      local with_auth = '{"name":"n","auth":%s,"request":{},"systemType":"S"}'
      assert.equal("auth: must be an object", problems(with_auth:format "[{},{}]"))
      assert.equal("auth: must be an object", problems(with_auth:format "[[]]"))
      assert.equal(201, (session:send("POST", "/v2/connections", with_auth:format "[{}]")))
   end)

   it("counts below 0", function()
      assert.equal(0, session:create { connectionTimeout = 0 }.connectionTimeout)
      assert.equal("socketTimeout: must be an integer, 0 or more", problems(support.definition { socketTimeout = -1 }))
   end)

   it("more problems than an answer can list", function()
      local wrong = {}
      for i = 1, 4000 do wrong[i] = 1 end
      assert.equal("There are too many problems to list", problems(support.definition { customHeaders = wrong }))
   end)

   it("no token URL that is https or of this machine", function()
      for _, url in ipairs { "https://example.com/t", "http://127.0.0.1:1/t", "http://localhost/t",
         "http://[::1]:8/t", "" } do
         local auth = { authType = "OAUTH", accessTokenUrl = url }
         assert.equal(url, session:create { auth = auth }.auth.accessTokenUrl)
      end
      for _, url in ipairs { "http://127.example.com/t", "http://127.0.0.1.example.com/t",
         "http://localhost.example.com/", "http://[::2]/", "http://127.0.0.1@example.com/", "ftp://localhost/",
         "localhost" } do
         local definition = support.definition { auth = { authType = "OAUTH", accessTokenUrl = url } }
         assert.matches("^auth.accessTokenUrl: must begin with https://", problems(definition))
      end
   end)

   it("no token URL below its public one", function()
      local port = tonumber(require "spec.support.nginx".free_port())
      local e = assert(require "personalize.emulator".start { port = port, public_url = "http://emulator:80" })
      finally(function() e:stop() end)
      local public = setmetatable({ e = e, url = "http://127.0.0.1:" .. port }, { __index = support.session })
      public.token = public:get_token()
      for url, expected in pairs { ["http://emulator:80/token"] = 201, ["http://emulator:8080/token"] = 400,
         ["http://emulator:80"] = 400, ["http://emulator2:80/token"] = 400 } do
         local definition = support.definition { auth = { authType = "OAUTH", accessTokenUrl = url } }
         assert.equal(expected, (public:send("POST", "/v2/connections", definition)), url)
      end
   end)

   it("bodies that are not JSON", function()
      for _, body in ipairs { "", "{", "nonsense", '{"name":"\255"}', '{"a":01}', "{} {}",
         ("["):rep(100000), '{"a":' .. ("[" ):rep(200) .. ("]"):rep(200) .. "}" } do
         local status, answer = session:send("POST", "/v2/connections", body)
         assert.equal(400, status)
         assert.matches("^The body is not JSON: ", answer.developerMessage)
      end
   end)

   it("bodies that are not JSON, saying where", function()
      local _, answer = session:send("POST", "/v2/connections", '{"a":\n  x}')
      assert.matches(" at byte 8 %(line 2, column 3%)$", answer.developerMessage)
   end)

   it("other media types", function()
      for _, given in ipairs { "text/plain", "application/jsonx", "application/x-www-form-urlencoded" } do
         local status, body = session:send("POST", "/v2/connections", "{}", { ["content-type"] = given })
         assert.equal(415, status)
         assert.equal("Unsupported Media Type", body.message)
      end
      assert.equal(415, (session:send("POST", "/v2/connections", "{}", { ["content-type"] = false })))
      assert.equal(201, (session:send("POST", "/v2/connections", support.definition(),
         { ["content-type"] = "Application/JSON ; charset=utf-8" })))
   end)

   it("methods that a path does not have, naming those that it has", function()
      local ref = "/v2/connections/00000000-0000-4000-8000-000000000000"
      for _, case in ipairs {
         { "PATCH", "/v2/connections", "GET, HEAD, POST" }, { "DELETE", ref, "GET, HEAD, PUT" },
         { "PUT", "/v2/connections", "GET, HEAD, POST" }, { "POST", ref, "GET, HEAD, PUT" },
         { "GET", "/v2/connections/testConnection", "POST" }, { "GET", "/oauth/token", "POST" },
         { "OPTIONS", "/v2/connections", "GET, HEAD, POST" },
      } do
         local status, body, headers = session:send(case[1], case[2])
         assert.equal(405, status, case[1] .. " " .. case[2])
         assert.equal(405, body.status)
         assert.equal(case[3], headers.allow)
      end
      local status, _, headers = session:send("HEAD", "/oauth/token")
      assert.same({ 405, "POST" }, { status, headers.allow })
   end)

   it("paths that are not a reference", function()
      for _, path in ipairs { "/v2/connections/", "/v2/connections/x", "/v2/connections/../connections",
         "/v2/connections/%2e%2e", "/V2/connections", "/v2//connections", "/v2/connections/a/b",
         "/v2/connections/00000000-0000-4000-8000-000000000000/x" } do
         assert.equal(404, (session:send("GET", path)), path)
      end
   end)

   it("bodies above 10 MiB", function()
      local bytes = 10 * 2 ^ 20
      local status, body = session:send("POST", "/v2/connections", (" "):rep(bytes + 1))
      assert.equal(413, status)
      assert.equal(413, body.status)
      local largest = '{"name":"large","auth":{},"request":{},"systemType":"S","x":"%s"}'
      status = session:send("POST", "/v2/connections", largest:format(("x"):rep(bytes - #largest + 2)))
      assert.equal(201, status)
      local answer = support.raw(session.url,
         "POST /v2/connections HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
         .. session.token .. "\r\nExpect: 100-continue\r\nContent-Length: 99999999\r\n"
         .. "Content-Type: application/json\r\n\r\n")
      assert.matches("^HTTP/1.1 413 ", answer)
   end)

   it("no body of 10 MiB that is announced, and reads one far above that only so far", function()
      local socket = require "socket"
      local head = "POST /v2/connections HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
         .. "Authorization: Bearer " .. session.token .. "\r\nContent-Length: %d\r\n%s\r\n"
      local client = assert(socket.connect("127.0.0.1", tonumber(session.url:match "%d+$")))
      client:settimeout(10)
      client:send(head:format(10 * 2 ^ 20, "Expect: 100-continue\r\n"))
      assert.equal("HTTP/1.1 100 Continue", client:receive "*l")
      client:close()
      local before = session.e:counts().requests
      local answer, reason = support.raw(session.url, head:format(41 * 2 ^ 20, "") .. (" "):rep(41 * 2 ^ 20), 10)
      assert.same({ "", "closed" }, { answer, reason })
      assert.equal(before, session.e:counts().requests)
   end)

   it("a request that ends in its middle, and lives on", function()
      local answer = support.raw(session.url, "POST /v2/connections HTTP/1.1\r\nHost: localhost\r\n"
         .. "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"name\":", 2)
      assert.falsy(answer:find "^HTTP/1.1 2")
      assert.equal(200, (session:send("GET", "/v2/connections")))
   end)

   it("unknown members when strict", function()
      local strict = support.start { strict = true }
      finally(function() strict:stop() end)
      local status, body = strict:send("POST", "/v2/connections",
         support.definition { colour = 1, auth = { odd = 1, clientSecret = "s" } })
      assert.equal(400, status)
      assert.truthy(body.developerMessage:find("auth.odd: is not a published member", 1, true))
      assert.truthy(body.developerMessage:find("colour: is not a published member", 1, true))
      assert.falsy(body.developerMessage:find("clientSecret", 1, true))
      local long = ("n"):rep(64)
      for name, shown in pairs { [long] = long, [long .. "n"] = "(a long name)" } do
         local _, answer = strict:send("POST", "/v2/connections", support.definition { [name] = 1 })
         assert.equal(shown .. ": is not a published member", answer.developerMessage)
      end
   end)
end)
