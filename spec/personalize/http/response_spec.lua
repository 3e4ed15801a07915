-- What is read from answers: the request's id, bodies of errors.
local credentials = require "personalize.auth.credentials"
local errors = require "personalize.error"
local responses = require "personalize.http.response"
local json = require "personalize.json"

local CALL = { method = "GET", url = "https://u:p@example.com/x?token=abcdef" }

local function response(status, body, headers)
   return { status = status, body = body or "", headers = headers or {} }
end

describe("responses.request_id", function()
   it("is the first that looks like one", function()
      assert.equal("a-1", responses.request_id { ["x-request-id"] = "a-1", ["cf-ray"] = "b" })
      assert.equal("b", responses.request_id { ["x-request-id"] = "not an id", ["cf-ray"] = "b" })
      assert.is_nil(responses.request_id { ["x-request-id"] = ("a"):rep(201) })
      assert.is_nil(responses.request_id {})
   end)
end)

describe("responses.read", function()
   local function read(...) return responses.read(response(...), CALL, 128) end

   it("decodes what succeeded", function()
      assert.same({ a = 1 }, (read(200, '{"a":1}')))
      assert.equal(json.null, (read(204)))
      local value, warnings = read(201, '{"a":1,"a":2}')
      assert.same({ a = 2 }, value)
      assert.equal("a", warnings[1].path)
   end)

   it("knows the kinds of failure", function()
      for status, kind in pairs { [301] = "http", [304] = "http", [400] = "validation", [401] = "auth",
         [402] = "http", [403] = "forbidden", [404] = "not_found", [409] = "conflict", [413] = "http",
         [429] = "rate_limited", [500] = "server", [503] = "server", [599] = "server", [600] = "http" } do
         local value, err = read(status)
         assert.is_nil(value)
         assert.equal(kind, err.kind, status)
         assert.equal(status, err.status)
         assert.equal("GET", err.method)
         assert.is_nil(err.body)
      end
   end)

   it("tells what the published error body says", function()
      local _, err = read(400, '{"status":400,"code":21,"message":"m","developerMessage":"d","moreInfoUrl":"u"}',
         { ["x-request-id"] = "id-1" })
      assert.equal("m: d", err.message)
      assert.equal(21, err.code)
      assert.equal("d", err.developer_message)
      assert.equal("u", err.more_info_url)
      assert.equal("id-1", err.request_id)
      _, err = read(401, '{"error":"invalid_client","error_description":"Unauthorized"}')
      assert.matches("^Unauthorized", err.message)
      assert.equal("invalid_client", err.code)
   end)

   it("copes with bodies of any other form", function()
      for _, body in ipairs { "[]", '" "', "null", "5", "{", '{"message":{}}', '{"message":""}',
         "\0\255", '{"code":[]}' } do
         local _, err = read(500, body)
         assert.matches("not the service's JSON", err.message)
         assert.equal(body, err.body)
         assert.is_nil(err.code)
      end
      assert.matches("gave no reason", select(2, read(500)).message)
   end)

   it("says where a redirect leads, and shows no credentials", function()
      local _, err = read(302, "", { location = "https://u:p@other.example/?token=abcdef" })
      assert.matches("redirected to https://%*%*%*@other.example/%?token=%*%*%*", err.message)
      assert.equal("https://***@example.com/x?token=***", err.url)
      assert.not_matches("redirected", select(2, read(304)).message)
   end)

   it("keeps the advice of an error", function()
      local call = { method = "GET", url = "https://example.com/", settings = { credentials = "access_token" } }
      local function advice_on(status, body, headers)
         return (errors.advice(select(2, responses.read(response(status, body, headers), call, 128))))
      end
      assert.equal("check that access_token is right, not expired, and of this region's organisation",
         advice_on(401, '{"message":"no"}'))
      assert.equal("check base_url", advice_on(302, "", { location = "https://other.example/" }))
      assert.equal("is base_url that of the API?", advice_on(404, "<p>no</p>", { ["content-type"] = "text/html" }))
      assert.equal("is base_url that of the API?", advice_on(200, "<p>yes</p>", { ["content-type"] = "text/html" }))
      assert.is_nil(advice_on(500, '{"message":"no"}'))
      assert.is_nil(advice_on(200, "{"))
   end)

   it("asks for token_url where the answer is not that of a token endpoint", function()
      local html, of_json = { ["content-type"] = "text/html" }, { ["content-type"] = "application/json" }
      local call = { method = "POST", url = "https://example.com/", is_token = true, settings = {},
         expect = credentials.expect_token }
      local function error_of(status, body, headers)
         local value, err = responses.read(response(status, body, headers), call, 128)
         assert.is_nil(value)
         return err
      end
      local asked = "is token_url that of the token endpoint?"
      for _, case in ipairs { { 400, "<p>", html }, { 403, "<p>", html }, { 500, "<p>", html }, { 502, "<p>", html },
         { 503, "", {} }, { 400, '{"message":"no"}', of_json }, { 403, '{"message":"no"}', of_json },
         { 404, '{"error":"not_found"}', of_json }, { 400, '{"error":"Bad Request","message":["no"]}', of_json },
         { 200, "<p>", of_json }, { 200, "<p>", {} }, { 200, "hello", of_json }, { 200, "", {} }, { 204, "", {} },
         { 200, "null", of_json }, { 200, "[]", of_json }, { 200, '{"token":"x"}', of_json } } do
         local err = error_of(case[1], case[2], case[3])
         assert.equal(asked, errors.advice(err), case[1] .. case[2])
         assert.truthy(err.message:find(asked, 1, true))
      end
      for _, case in ipairs { { 400, '{"error":"invalid_request"}' }, { 500, '{"error":"server_error"}' },
         { 500, "{}" }, { 503, '{"message":"busy"}' }, { 429, "" }, { 429, "<p>" },
         { 200, '{"access_token":5}' }, { 200, '{"error":"invalid_client","error_description":"bad"}' } } do
         assert.is_nil(errors.advice(error_of(case[1], case[2], json)), case[1] .. case[2])
      end
      assert.matches("may not do this", errors.advice(error_of(403, '{"error":"access_denied"}', of_json)))
   end)

   it("tells the error in an answer of the token endpoint whose status is 200", function()
      local call = { method = "POST", url = "https://example.com/", is_token = true, expect = credentials.expect_token }
      for body, words in pairs { ['{"error":"invalid_client","error_description":"bad"}'] = "invalid_client: bad",
         ['{"error":"invalid_client","error_description":5}'] = "invalid_client",
         ['{"error_description":"bad"}'] = "bad",
      } do
         local _, err = responses.read(response(200, body, {}), call, 128)
         assert.equal("expected an object with an access_token (it says: " .. words .. "), got an object",
            (select(2, errors.advice(err))))
      end
   end)

   it("knows a page, whatever it is said to be", function()
      for _, kind in ipairs { "application/json", "" } do
         local _, err = read(200, "<html><title>Login</title>", { ["content-type"] = kind })
         assert.equal('the answer is a page instead of JSON: "Login"; is base_url that of the API?', err.message)
      end
   end)

   it("asks the call whether the value is what it expects", function()
      local call = { method = "GET", url = "https://example.com/", expect = function(value)
         return type(value) ~= "table" and "a table" or nil
      end }
      assert.same({ 1 }, (responses.read(response(200, "[1]"), call, 128)))
      for body, got in pairs { ["1"] = "a number", ["true"] = "a boolean", ['"x"'] = "a string", null = "null",
         [""] = "an empty answer" } do
         local value, err = responses.read(response(200, body), call, 128)
         assert.is_nil(value)
         assert.equal("decode", err.kind)
         assert.equal("expected a table, got " .. got, err.message)
      end
   end)

   it("says that another thing than JSON came", function()
      local _, err = read(200, "<p>", { ["content-type"] = "text/html; charset=utf-8" })
      assert.equal("decode", err.kind)
      assert.matches("the answer is text/html instead of JSON", err.message)
      _, err = read(200, "[", { ["content-type"] = "application/problem+json" })
      assert.matches("invalid JSON at line 1, column 2", err.message)
   end)
end)
