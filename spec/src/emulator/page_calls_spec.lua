-- The calls behind the page for people: connections with what a test of each would send, faults, files.
local support = require "spec.support.emulator"

describe("the calls behind the emulator's page", function()
   local session
   before_each(function() session = support.start() end)
   after_each(function() session:stop() end)

   local function look(path)
      local status, body, headers, text = session:send("GET", "/_emulator/" .. path, nil, { authorization = false })
      assert.equal(200, status)
      return body, text, headers
   end

   it("tell what a test of each connection would send, without its secrets", function()
      local oauth = { authType = "OAUTH", clientId = "me", accessTokenUrl = "https://a.example.com/t" }
      session:create { name = "A", auth = oauth,
         request = { requestType = "POST", connectionUrl = "http://127.0.0.1/${x}", requestBody = '{"x":"${x}"}' },
         inputMappings = { { key = "x", exampleValue = "a b" } },
         customHeaders = { { name = "X-Api-Key", value = "of-the-header" }, { name = "X-Empty", value = "" } } }
      session:create { name = "B", auth = { authType = "BASIC", username = "u" } }
      session:create { name = "C", request = { requestType = "GET" } }
      session:create { name = "D" }
      local body, text = look "connections"
      assert.equal(4, body.total)
      local one, two, three, four = body.items[1], body.items[2], body.items[3], body.items[4]
      assert.same({ "A", "B", "C", "D" },
         { one.connection.name, two.connection.name, three.connection.name, four.connection.name })
      assert.same({ "POST", "http://127.0.0.1/a%20b", '{"x":"a b"}', "an access token of OAuth" },
         { one.call.method, one.call.url, one.call.body, one.call.authentication })
      assert.same({ "X-Api-Key: ***", "X-Empty;", "User-Agent: personalize-emulator/" .. require "personalize"._VERSION,
         "Content-Type: application/json" }, one.call.headers)
      assert.same({ "GET", "", "HTTP Basic" }, { two.call.method, two.call.body, two.call.authentication })
      assert.same({ problem = "request.connectionUrl is missing" }, three.call)
      assert.equal("none", four.call.authentication)
      assert.is_nil(text:find("of-the-header", 1, true))
   end)

   it("list a hundred connections unless asked otherwise", function()
      for i = 1, 101 do session:create { name = "c" .. i } end
      local body = look "connections"
      assert.same({ 100, 101 }, { #body.items, body.total })
      body = look "connections?limit=2&offset=99"
      assert.same({ "c100", "c101", 2, 101 },
         { body.items[1].connection.name, body.items[2].connection.name, #body.items, body.total })
      assert.equal(400, (session:send("GET", "/_emulator/connections?limit=x")))
   end)

   it("show the armed faults as they were ordered, with what is left of them", function()
      session.e:fail { method = "GET", path = "/v2/*", status = 503, times = 3, retry_after = 5, after = true }
      session.e:fail { probability = 0.25, delay = 0, reset = false, truncate = 0, body = "b", content_type = "text/x" }
      session:send("GET", "/v2/connections")
      assert.same({
         { fault = { method = "GET", path = "/v2/*", status = 503, times = 3, retry_after = "5", after = true },
            left = 2, hits = 1 },
         { fault = { probability = 0.25, delay = 0, reset = false, truncate = 0, body = "b", content_type = "text/x" },
            left = -1, hits = 0 },
      }, look "faults".items)
   end)

   it("show the whole body of a fault, whatever bytes are in it", function()
      session.e:fail { body = "a\0b" }:fail { body = "a\255b" }
      local items = look "faults".items
      assert.same({ "a\0b", "a\239\191\189b" }, { items[1].fault.body, items[2].fault.body })
   end)

   it("show the first hundred faults", function()
      for i = 1, 102 do session.e:fail { path = "/" .. i, status = 500 } end
      local items = look "faults".items
      assert.same({ 100, "/1", "/100" }, { #items, items[1].fault.path, items[100].fault.path })
   end)

   it("give files that a browser keeps apart from other sites", function()
      for path, content_type in pairs { [""] = "text/html; charset=utf-8", ["page.css"] = "text/css; charset=utf-8",
         ["page.js"] = "text/javascript; charset=utf-8" } do
         local _, text, headers = look(path)
         assert.is_true(#text > 100)
         assert.same({ content_type, "nosniff", "no-referrer", "no-store", "page" }, { headers["content-type"],
            headers["x-content-type-options"], headers["referrer-policy"], headers["cache-control"],
            headers["x-emulator-behaviour"] })
         assert.matches("^default%-src 'none'; script%-src 'self'; .*frame%-ancestors 'none'$",
            headers["content-security-policy"])
      end
      local _, _, headers = look "counts"
      assert.is_nil(headers["content-security-policy"])
   end)
end)
