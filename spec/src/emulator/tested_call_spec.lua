-- The call of a tested connection at its limits: what is sent, what is taken of the answer, what becomes of outputs.
local personalize = require "personalize"
local socket = require "socket"
local support = require "spec.support.emulator"

describe("the call of a tested connection", function()
   local session, target
   setup(function() session, target = support.start(), support.start() end)
   teardown(function()
      session:stop()
      target:stop()
   end)
   after_each(function() target.e:heal() end)

   local function test(members)
      return support.test(session, members)
   end

   local function answered_with(bytes, members) return support.answered_with(session, bytes, members) end

   local function request(path, method, body)
      return { requestType = method, connectionUrl = target.url .. path, requestBody = body }
   end

   local function seen()
      local all = target.e:requests()
      return all[#all], all[#all - 1], all[#all - 2]
   end

   -- ---------------------------------------------------------------- what is sent

   it("has no body where its method is GET or HEAD", function()
      for _, method in ipairs { "GET", "HEAD" } do
         local body = test { request = request("/", method, "{}") }
         assert.equal(200, body.status)
         assert.same({ method, "" }, { seen().method, seen().body })
         assert.is_nil(seen().headers["content-type"])
      end
      assert.equal(404, test { request = request("/x", nil, "{}") }.status)
      assert.equal("GET", seen().method)
      test { request = request("/x", "DELETE", "{}") }
      assert.same({ "DELETE", "{}", "application/json" },
         { seen().method, seen().body, seen().headers["content-type"] })
   end)

   it("has a method of at most 16 letters", function()
      assert.equal(404, test { request = request("/x", ("A"):rep(16)) }.status)
      assert.equal(("A"):rep(16), seen().method)
      for _, method in ipairs { ("A"):rep(17), "get", "A-B" } do
         assert.equal("request.requestType is not a method: " .. method,
            test { request = request("/x", method) }.error.message)
      end
   end)

   it("names the emulator unless the connection names another, and asks nobody before it sends", function()
      test { request = request("/x", "POST", ("d"):rep(1.5 * 2 ^ 20)) }
      assert.equal("personalize-emulator/" .. personalize._VERSION, seen().headers["user-agent"])
      assert.is_nil(seen().headers.expect)
      test { request = request "/x", customHeaders = { { name = "user-agent", value = "mine" } } }
      assert.equal("mine", seen().headers["user-agent"])
   end)

   it("has headers without controls, but for tabs", function()
      test { request = request "/x", customHeaders = { { name = "X-A", value = "a\tb" } } }
      assert.equal("a\tb", seen().headers["x-a"])
      for _, header in ipairs { { name = "X-A", value = "a\127" }, { name = "X-A", value = "\31" }, { name = "X A" },
         { name = "" } } do
         assert.equal("this can't be the name or the value of a header: " .. header.name,
            test { request = request "/x", customHeaders = { header } }.error.message)
      end
   end)

   it("has lists of a thousand items, also within auth", function()
      local function many(count)
         local list = {}
         for i = 1, count do list[i] = { name = "X-" .. i, key = "k" .. i } end
         return list
      end
      assert.is_nil(test { request = request "/x", inputMappings = many(1000), outputMappings = many(1000) }.error)
      for _, name in ipairs { "oauthCustomHeaders", "formUrlEncodedItems" } do
         assert.equal("the emulator tests no more than 1000 " .. name,
            test { request = request "/x", auth = { authType = "NONE", [name] = many(1001) } }.error.message)
      end
   end)

   it("has a time limit though it is told of none", function()
      local silent = assert(socket.bind("127.0.0.1", 0))
      finally(function() silent:close() end)
      local _, port = silent:getsockname()
      local body = test { request = { connectionUrl = "http://127.0.0.1:" .. port }, connectionTimeout = 0,
         socketTimeout = 0 }
      assert.is_string(body.error.message)
      assert.is_nil(body.status)
   end)

   it("may take longer to answer than to connect", function()
      target.e:fail { delay = 0.8 }
      local body = test { request = request "/", connectionTimeout = 300, socketTimeout = 30000 }
      assert.equal(200, body.status)
   end)

   it("says that FreeMarker in its URL went out as it is", function()
      local body = test { request = request "/x?a=${b.c!}" }
      assert.equal(1, #body.notes)
      assert.equal("request.connectionUrl holds FreeMarker, which the emulator does not evaluate: it went out as it is",
         body.notes[1])
   end)

   it("sends FreeMarker in its URL with what no URL can hold percent-encoded", function()
      for _, case in ipairs {
         { '?q=${guest.name!"a b"}', 'q=${guest.name!"a%20b"}' },
         { '?q=${getDecisionModelResultNode("Loyalty Tier").outputs[0].t}&k=${key}',
            'q=${getDecisionModelResultNode("Loyalty%20Tier").outputs[0].t}&k=v%20w' },
         { "?<#if a >b>q=${key}</#if>", "<%23if%20a%20>b>q=v%20w</%23if>" },
         { "?#{a + 1}[#-- \t\n\127\195\169 --]${a!'%20'}&${b.c}",
            "%23{a%20+%201}[%23--%20%09%0A%7F\195\169%20--]${a!'%20'}&${b.c}" },
      } do
         local body = test { request = request("/x" .. case[1]),
            inputMappings = { { key = "key", exampleValue = "v w" } } }
         assert.is_nil(body.error)
         assert.equal(404, body.status, case[1])
         assert.equal(case[2], seen().query)
         assert.equal(target.url .. "/x?" .. case[2], body.request.url)
         assert.matches("^request.connectionUrl holds FreeMarker", body.notes[1])
      end
   end)

   it("says nothing of what went out where nothing did", function()
      local body = test { request = request "/a b?a=${b.c!}" }
      assert.equal("configuration", body.error.stage)
      assert.is_nil(body.notes)
      body = test { request = { requestType = "POST", connectionUrl = "http://127.0.0.1:1", requestBody = "${a.b}" } }
      assert.equal("connect", body.error.stage)
      assert.is_nil(body.notes)
   end)

   it("fails to connect where TLS finds none", function()
      local body = test { request = { connectionUrl = target.url:gsub("^http:", "https:") } }
      assert.equal("connect", body.error.stage)
   end)

   -- ---------------------------------------------------------------- authentication

   it("has none whatever the case of that word", function()
      assert.equal(200, test { request = request "/", auth = { authType = "none" } }.status)
   end)

   local function oauth()
      return { authType = "OAUTH", clientId = "id", clientSecret = "hush-hush",
         accessTokenUrl = target.url .. "/given" }
   end

   it("sends credentials in the form, and there alone, when the header is refused", function()
      for _, refusal in ipairs { 400, 401 } do
         target.e:fail { path = "/given", status = refusal }
         target.e:fail { path = "/given", status = 200, body = '{"access_token":"tok"}' }
         assert.equal(200, test { request = request "/", auth = oauth() }.status)
         local call, second, first = seen()
         assert.equal("Bearer ***", call.headers.authorization)
         assert.equal("grant_type=client_credentials&client_id=id&client_secret=***", second.body)
         assert.is_nil(second.headers.authorization)
         assert.equal("grant_type=client_credentials", first.body)
         assert.equal("Basic ***", first.headers.authorization)
      end
      target.e:fail { path = "/given", status = 403 }
      local body = test { request = request "/", auth = oauth() }
      assert.same({ stage = "token", message = "the token endpoint answered with status 403" }, body.error)
      assert.equal("grant_type=client_credentials", seen().body)
      target.e:fail { path = "/given", status = 201, body = '{"access_token":"tok"}' }
      assert.equal("the token endpoint answered with status 201",
         test { request = request "/", auth = oauth() }.error.message)
   end)

   it("takes no token that is no text for a header", function()
      for _, answer in ipairs { '{"access_token":5}', '{"access_token":"a\\r\\nX-Other: 1"}', "{}", "", "x",
         '{"access_token":"' .. ("t"):rep(16 * 1024 + 1) .. '"}' } do
         target.e:fail { path = "/given", status = 200, body = answer }
         local body = test { request = request "/", auth = oauth() }
         assert.same({ stage = "token", message = "the token endpoint's answer holds no access_token" }, body.error)
         assert.equal("/given", seen().path)
      end
   end)

   it("needs an address to ask for a token", function()
      local auth = oauth()
      auth.accessTokenUrl = nil
      assert.same({ stage = "configuration",
         message = "auth.accessTokenUrl must begin with https:// (http:// only to this machine)" },
         test { request = request "/", auth = auth }.error)
   end)

   -- ---------------------------------------------------------------- the answer

   it("has the headers of the last answer alone", function()
      local body = answered_with("HTTP/1.1 100 Continue\r\nX-Old: 1\r\n\r\n"
         .. "HTTP/1.1 200 OK\r\nX-New: \t a b  \r\nX-Empty:\r\n\r\nbody")
      assert.same({ ["x-new"] = "a b", ["x-empty"] = "" }, body.headers)
      assert.equal("body", body.body)
   end)

   it("has headers of 64 KiB in all", function()
      local head = "HTTP/1.1 200 OK\r\nX-Long: %s\r\n\r\n"
      local room = 64 * 1024 - #head + 2
      assert.equal(room, #answered_with(head:format(("v"):rep(room))).headers["x-long"])
      local body = answered_with(head:format(("v"):rep(room + 1)))
      assert.is_nil(body.status)
      assert.equal("answer", body.error.stage)
   end)

   it("has headers whose names are not too long", function()
      local name = ("n"):rep(127)
      local body = answered_with(("HTTP/1.1 200 OK\r\n%s: 1\r\n%sn: 2\r\n\r\n"):format(name, name))
      assert.same({ [name] = "1" }, body.headers)
   end)

   it("is whole up to a mebibyte", function()
      local body = answered_with("HTTP/1.1 200 OK\r\n\r\n" .. ("x"):rep(2 ^ 20))
      assert.equal(2 ^ 20, #body.body)
      assert.is_nil(body.truncated)
      body = answered_with("HTTP/1.1 200 OK\r\n\r\n" .. ("x"):rep(2 ^ 20 + 1))
      assert.equal(2 ^ 20, #body.body)
      assert.is_true(body.truncated)
   end)

   it("is decompressed where the connection asks for that", function()
      local zipped = "\31\139\8\0\0\0\0\0\2\255\171\202\44\40\72\77\1\0\87\104\194\226\6\0\0\0"
      local answer = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" .. zipped
      local asks = { customHeaders = { { name = "Accept-Encoding", value = "gzip" } } }
      assert.equal("zipped", answered_with(answer, asks).body)
      assert.not_equal("zipped", answered_with(answer).body)
   end)

   it("is JSON up to a depth", function()
      local deep = ("["):rep(96) .. ("]"):rep(96)
      assert.is_table(answered_with("HTTP/1.1 200 OK\r\n\r\n" .. deep).body)
      assert.equal("[" .. deep .. "]", answered_with("HTTP/1.1 200 OK\r\n\r\n[" .. deep .. "]").body)
   end)

   it("has outputs up to a bound of all together", function()
      local value, mappings = ("v"):rep(200000), {}
      for i = 1, 30 do mappings[i] = { label = "l" .. i, outputReference = i == 29 and "b" or "a", type = "string" } end
      local json = ('{"a":"%s","b":"w"}'):format(value)
      local body = answered_with("HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n" .. json,
         { outputMappings = mappings })
      assert.equal(30, #body.outputs)
      for i, output in ipairs(body.outputs) do
         assert.equal("l" .. i, output.label)
         assert.equal(i <= 20 and value or nil, output.value) -- 4 MiB hold 20 of them
         assert.equal(i > 20 and "all outputs together are longer than 4 MiB" or nil, output.problem)
      end
      mappings = { { outputReference = "a", type = "string" }, { outputReference = "b", type = "string" } }
      body = answered_with("HTTP/1.0 200 OK\r\n\r\n" .. json, { outputMappings = mappings })
      assert.same({ value, "w" }, { body.outputs[1].value, body.outputs[2].value })
   end)

   it("has outputs of every type", function()
      local long = ("n"):rep(255)
      local answer = ('{"yes":true,"no":false,"text":"false","empty":"","list":[1,2],"%s":1,"%sn":1,"o":{"0":3}}')
         :format(long, long)
      local cases = {
         { "yes", "string", "true" }, { "no", "string", "false" }, { "no", "boolean", false },
         { "yes", "boolean", true }, { "text", "boolean", false }, { "list[1]", "integer", 2 },
         { "list", "object", { 1, 2 } }, { "o.0", "number", 3 }, { long, "number", 1 },
         { "list[2]", "number", nil, "not found" }, { "list[]", "number", nil, "not found" },
         { "list[0000000000]", "number", nil, "not found" }, { "list[000000001]", "number", 2 },
         { "list[0x1]", "number", nil, "not found" }, { "o[0]", "number", nil, "not found" },
         { "o." .. long .. "n", "number", nil, "not found" },
         { "empty", "number", nil, "is a string, not a number" },
         { "text", "integer", nil, "is a string, not an integer" },
         { "empty", "boolean", nil, "is a string, not a boolean" },
         { "list", "boolean", nil, "is an array, not a boolean" },
         { "yes", "object", nil, "is a boolean, not an object" },
      }
      local mappings = {}
      for i, case in ipairs(cases) do mappings[i] = { outputReference = case[1], type = case[2] } end
      local body = answered_with("HTTP/1.1 200 OK\r\n\r\n" .. answer, { outputMappings = mappings })
      for i, case in ipairs(cases) do
         assert.same({ outputReference = case[1], type = case[2], value = case[3], problem = case[4] }, body.outputs[i])
      end
   end)
end)
