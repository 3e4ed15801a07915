-- Which answers of a test tell of a failure. The service's format is not published.
local personalize = require "personalize"
local verdict = require "personalize.cli.verdict"

local function judge(text)
   return verdict.of(text == "" and personalize.null or assert(personalize.json.decode(text)))
end

describe("the verdict on a test", function()
   it("knows failures however they are told", function()
      for text, reason in pairs {
         ['{"status": 500}'] = "status is 500", ['{"statusCode": "404"}'] = "statusCode is 404",
         ['{"http_status": 400}'] = "http_status is 400", ['{"responseCode": "503 Service Unavailable"}']
            = "responseCode is 503", ['{"code": 401}'] = "code is 401", ['{"status": {"code": 502}}'] = "code is 502",
         ['{"response": {"status": 500}}'] = "status is 500", ['{"result": {"statusCode": 504}}'] = "statusCode is 504",
         ['{"success": false}'] = "success is false", ['{"isSuccessful": "false"}'] = "isSuccessful is false",
         ['{"ok": false, "status": 200}'] = "ok is false", ['{"status": "FAILED"}'] = "status is FAILED",
         ['{"testResult": "failure"}'] = "testResult is failure", ['{"outcome": "TIMED_OUT"}'] = "outcome is TIMED_OUT",
         ['{"error": "no route"}'] = "error: no route", ['{"error": {"message": "no route"}}'] = "error: no route",
         ['{"errors": [{"message": "a"}]}'] = "errors", ['{"errorMessage": "x"}'] = "errorMessage: x",
         ['{"exception": "java.net.ConnectException"}'] = "exception: java.net.ConnectException",
         ['{"failed": true}'] = "failed", ['{"hasErrors": true}'] = "hasErrors",
         ['[{"status": 200}, {"status": 500}]'] = "status is 500", ['[{"status": 500}]'] = "status is 500",
      } do
         local found = judge(text)
         assert.is_true(found.failed, text)
         assert.equal(reason, found.reasons[1], text)
      end
   end)

   it("knows them in the words of frameworks", function()
      for text, reason in pairs {
         ['{"statusCode": "INTERNAL_SERVER_ERROR", "statusCodeValue": 500}'] = "statusCode is 500",
         ['{"statusCodeValue": 502}'] = "statusCodeValue is 502", ['{"rawStatusCode": 503}'] = "rawStatusCode is 503",
         ['{"status": "NOT_FOUND"}'] = "status is 404", ['{"status": "Not Found"}'] = "status is 404",
         ['{"status": "HTTP/1.1 500 Internal Server Error"}'] = "status is 500", ['{"status": "HTTP/2 404"}']
            = "status is 404", ['{"statusLine": "http/1.0 401 No"}'] = "statusLine is 401",
         ['{"statusCode": {"is5xxServerError": true}}'] = "is5xxServerError",
         ['{"errorCode": "E1"}'] = "errorCode: E1", ['{"errorCode": 500}'] = "errorCode is 500",
         ['{"error_code": 17}'] = "error_code", ['{"errorDescription": "no"}'] = false,
         ['{"error_description": "no route"}'] = "error_description: no route", ['{"errcode": 40001}'] = "errcode",
         ['{"fault": {"faultstring": "no route"}}'] = "fault: no route", ['{"fault": {"code": "E1"}}'] = "fault",
         ['{"faultCode": "E1"}'] = "faultCode: E1", ['{"ExceptionMessage": "x"}'] = "ExceptionMessage: x",
         ['{"failureReason": "x"}'] = "failureReason: x", ['{"isSuccessStatusCode": false}']
            = "isSuccessStatusCode is false", ['{"status": "CONNECTION_FAILED"}'] = "status is CONNECTION_FAILED",
         ['{"result": "SERVER_ERROR"}'] = "result is SERVER_ERROR", ['{"state": "aborted"}'] = "state is aborted",
      } do
         local found = judge(text)
         assert.equal(reason ~= false, found.failed, text)
         assert.equal(reason or nil, found.reasons[1], text)
      end
      assert.equal(500, judge('{"statusCode": "INTERNAL_SERVER_ERROR"}').status)
      assert.equal(200, judge('{"status": "HTTP/1.1 200 OK"}').status)
   end)

   it("knows the statuses of failures by their names", function()
      for status, names in pairs {
         [400] = "Bad Request", [401] = "Unauthorized", [402] = "Payment Required", [403] = "Forbidden",
         [404] = "Not Found", [405] = "Method Not Allowed", [406] = "Not Acceptable",
         [407] = "Proxy Authentication Required", [408] = "Request Timeout", [409] = "Conflict", [410] = "Gone",
         [411] = "Length Required", [412] = "Precondition Failed", [413] = "Payload Too Large,Content Too Large",
         [414] = "URI Too Long", [415] = "Unsupported Media Type", [417] = "Expectation Failed",
         [421] = "Misdirected Request", [422] = "Unprocessable Entity,Unprocessable Content", [423] = "Locked",
         [424] = "Failed Dependency", [425] = "Too Early", [426] = "Upgrade Required",
         [428] = "Precondition Required", [429] = "Too Many Requests", [431] = "Request Header Fields Too Large",
         [451] = "Unavailable For Legal Reasons", [500] = "Internal Server Error", [501] = "Not Implemented",
         [502] = "Bad Gateway", [503] = "Service Unavailable", [504] = "Gateway Timeout",
         [505] = "HTTP Version Not Supported", [507] = "Insufficient Storage", [508] = "Loop Detected",
         [511] = "Network Authentication Required",
      } do
         for name in names:gmatch "[^,]+" do
            local constant = name:upper():gsub(" ", "_")
            for _, spelling in ipairs { name, constant } do
               assert.equal(status, judge(('{"status": "%s"}'):format(spelling)).status, spelling)
            end
         end
      end
   end)

   it("takes their words for success for no failure", function()
      for _, text in ipairs { '{"statusCode": "OK", "statusCodeValue": 200}', '{"status": "HTTP/1.1 204 No Content"}',
         '{"errorCode": 0}', '{"errorCode": "0000"}', '{"errorCode": "", "errorMessage": "No error"}',
         '{"errcode": 0, "errmsg": "ok"}', '{"errorCode": 200}', '{"errorCode": "SUCCESS"}', '{"fault": {}}',
         '{"fault": null}', '{"status": "NO_ERRORS"}', '{"result": "the error page was fetched"}',
         '{"errorCount": 0}', '{"statusCode": {"is5xxServerError": false}}', '{"status": "HTTP/1.1"}',
         '{"status": "FOUND"}' } do
         assert.is_false(judge(text).failed, text)
      end
   end)

   it("takes nothing else for a failure", function()
      for _, text in ipairs { "", "{}", "[]", '"text"', "12", '{"status": 200}', '{"status": 302}',
         '{"status": "OK"}', '{"error": null}', '{"error": ""}', '{"errors": []}', '{"error": false}',
         '{"errors": 0}', '{"success": true}', '{"code": 1000}', '{"code": "E500"}', '{"status": 4000}',
         '{"status": 200, "body": {"error": "x", "status": 500}}', '{"body": "{\\"status\\": 500}"}',
         '{"request": {"status": 500}}', '{"headers": {"status": "500"}}', '{"outputs": {"error": "x"}}',
         '{"valid": true, "failure": "none"}', '{"status": 1e400}', '{"status": 500.5}' } do
         assert.is_false(judge(text).failed, text)
      end
   end)

   it("ends on any nesting", function()
      local text = ('{"result":'):rep(100) .. '{"status":500}' .. ("}"):rep(100)
      assert.is_false(judge(text).failed)
   end)

   it("reads what is expected", function()
      for given, case in pairs { ["200"] = { 200, 404 }, ["2xx"] = { 204, 301 }, ["200, 404"] = { 404, 201 },
         ["4XX,5xx"] = { 500, 200 } } do
         local expected = assert(verdict.expectation(given))
         local function failed(status) return verdict.expected({ status = status }, expected).failed end
         assert.same({ false, true }, { failed(case[1]), failed(case[2]) }, given)
      end
      for _, wrong in ipairs { "", "20", "2000", "600", "ok", "200,", "200 404", "xxx" } do
         assert.is_nil((verdict.expectation(wrong)), wrong)
      end
      local expected = verdict.expectation "404"
      assert.same({ "the answer tells no status" }, verdict.expected({}, expected).reasons)
      assert.same({ "status 200 was not expected" }, verdict.expected({ status = 200 }, expected).reasons)
      assert.is_false(verdict.expected({ status = 404, error = "not found" }, expected).failed)
      assert.same({}, verdict.expected({ status = 404, error = "not found" }, expected).reasons)
      -- what the answer itself says of the failure is told too
      assert.same({ "error: no route", "the answer tells no status" },
         verdict.expected({ error = "no route" }, expected).reasons)
      assert.same({ "status 500 was not expected", "error: no route" },
         verdict.expected({ status = 500, error = "no route" }, expected).reasons)
   end)
end)
