-- What is read from answers: when to come again, dates, the request's id, bodies of errors.
local responses = require "personalize.http.response"
local json = require "personalize.json"

local CALL = { method = "GET", url = "https://u:p@example.com/x?token=abcdef" }

local function response(status, body, headers)
   return { status = status, body = body or "", headers = headers or {} }
end

describe("responses.retry_after", function()
   local function of(value, date) return responses.retry_after { ["retry-after"] = value, date = date } end

   it("reads seconds", function()
      assert.equal(0, of "0")
      assert.equal(120, of "120")
      assert.equal(7, of "007")
      assert.equal(2 ^ 31, of(("9"):rep(400)))
   end)

   it("reads a date by the server's own clock", function()
      assert.equal(30, of("Sun, 06 Nov 1994 08:50:07 GMT", "Sun, 06 Nov 1994 08:49:37 GMT"))
      assert.equal(0, of("Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:50:07 GMT"))
      assert.equal(0, of "Sun, 06 Nov 1994 08:49:37 GMT")
      assert.equal(2 ^ 31, of("Fri, 31 Dec 9999 23:59:59 GMT", "Sun, 06 Nov 1994 08:49:37 GMT"))
      local ahead = os.date("!%a, %d %b %Y %H:%M:%S GMT", os.time() + 100)
      assert.is_true(math.abs(of(ahead) - 100) <= 2)
   end)

   it("passes over what makes no sense", function()
      for _, text in ipairs { "", "-5", "1.5", "soon", "5 seconds", "1e3", "0x10", "Sun, 06 Foo 1994 08:49:37 GMT",
         "1994-11-06T08:49:37Z", "inf", "nan", "5, 5" } do
         assert.is_nil(of(text), text)
      end
      assert.is_nil(responses.retry_after {})
   end)
end)

describe("the dates of answers", function()
   it("are seconds since 1970", function()
      assert.equal(784111777, responses.http_date "Sun, 06 Nov 1994 08:49:37 GMT")
      assert.equal(0, responses.http_date "Thu, 01 Jan 1970 00:00:00 GMT")
      assert.equal(951782400, responses.http_date "Tue, 29 Feb 2000 00:00:00 GMT")
      assert.equal(1751465098.347, responses.iso_time "2025-07-02T14:04:58.347Z")
      assert.equal(1751465098, responses.iso_time "2025-07-02T14:04:58Z")
      for _, text in ipairs { "", "2025-07-02", "2025-07-02T14:04:58+02:00", "x2025-07-02T14:04:58Z" } do
         assert.is_nil(responses.iso_time(text))
      end
   end)
end)

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
      for _, body in ipairs { "[]", '"x"', "null", "{", '{"message":{}}', '{"message":""}', "\0\255", '{"code":[]}' } do
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
