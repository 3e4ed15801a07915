-- Rows about complete answers that are not what the call asked for: see spec/faults/matrix.lua for what a row is.

local function json(status, body, headers)
   return ("connection:json(%d, %s, { %s })"):format(status, body and ("%q"):format(body) or "ONE", headers or "")
end

local NESTED = [[connection:json(200, ('[%s'):rep(%d) .. (']'):rep(%d))]]

return {
   title = "Answers",
   {
      title = "200 with HTML",
      on_request = [[connection:respond(200, { "Content-Type: text/html", "Content-Length: 9" }, "<p>Hi</p>")]],
      call = "list", kind = "decode", status = 200, attempts = 1, retryable = false, message = "text/html instead",
   },
   {
      title = "201 with HTML",
      on_request = [[
         if request.method == "GET" then return connection:json(200, '{"items":[' .. created() .. ']}',
            { "Date: " .. now() }) end
         connection:respond(201, { "Content-Type: text/html", "Content-Length: 9" }, "<p>Hi</p>")]],
      call = "create", kind = "ambiguous", cause = "decode", outcome = "created", attempts = 1, retryable = false,
      sent = { ["POST /v2/connections"] = 1, ["GET /v2/connections"] = 1 },
   },
   { title = "200 with nothing", on_request = json(200, ""), call = "list",
      kind = "decode", status = 200, attempts = 1, message = "got an empty answer" },
   { title = "200 with nothing", on_request = json(200, ""), call = "test", value = "null", attempts = 1 },
   { title = "204", on_request = [[connection:respond(204, {})]], call = "get",
      kind = "decode", status = 204, attempts = 1, message = "got an empty answer" },
   { title = "204", on_request = [[connection:respond(204, {})]], call = "update",
      kind = "decode", status = 204, attempts = 1, sent = { ["PUT /v2/connections/r1"] = 1 } },
   { title = "a string", on_request = json(200, '"hello"'), call = "list",
      kind = "decode", attempts = 1, message = "got a string" },
   { title = "an array", on_request = json(200, "[]"), call = "get",
      kind = "decode", attempts = 1, message = "got an array" },
   { title = "null", on_request = json(200, "null"), call = "get",
      kind = "decode", attempts = 1, message = "got null" },
   { title = "no items", on_request = json(200, '{"href":"x"}'), call = "list",
      kind = "decode", attempts = 1, message = "items" },
   { title = "items that are an object", on_request = json(200, '{"items":{}}'), call = "list",
      kind = "decode", attempts = 1, message = "items" },
   { title = "items that are no objects", on_request = json(200, '{"items":[{},1]}'), call = "list",
      kind = "decode", attempts = 1, message = "items%[2%]" },
   { title = "JSON that is cut", on_request = json(200, '{"items":['), call = "list", kind = "decode", attempts = 1 },
   { title = "bytes that are not UTF-8", on_request = json(200, '{"ref":"r1","name":"\255"}'), call = "get",
      kind = "decode", attempts = 1 },
   { title = "a member twice", on_request = json(200, '{"ref":"r1","name":"x","name":"Weather"}'), call = "get",
      value = "Weather", warnings = 1, attempts = 1 },
   { title = "100,000 levels of arrays", on_request = NESTED:format("", 100000, 100000), call = "test",
      kind = "decode", attempts = 1, memory = 8 },
   { title = "100,000 levels of objects", on_request = [[connection:json(200, ('{"a":'):rep(100000))]], call = "get",
      kind = "decode", attempts = 1, memory = 8 },
   {
      title = "a gigabyte",
      on_request = [[
         connection:send "HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n"
         connection:for_ever((" "):rep(65536))]],
      call = "list", options = { max_response_bytes = 2 ^ 20 }, kind = "too_large", status = 200, attempts = 1,
      retryable = false, memory = 16,
   },
   {
      title = "a gigabyte in chunks",
      on_request = [[
         connection:send "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
         connection:for_ever("10000\r\n" .. (" "):rep(65536) .. "\r\n")]],
      call = "list", options = { max_response_bytes = 2 ^ 20 }, kind = "too_large", status = 200, attempts = 1,
      retryable = false, memory = 16,
   },
   {
      title = "a gigabyte behind a 201",
      on_request = [[
         if request.method == "GET" then return connection:json(200, '{"items":[]}') end
         connection:send "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n"
         connection:for_ever("10000\r\n" .. (" "):rep(65536) .. "\r\n")]],
      call = "create", options = { max_response_bytes = 2 ^ 20 }, kind = "ambiguous", cause = "too_large",
      outcome = "not_created", attempts = 1, memory = 16,
   },
   {
      title = "gzip",
      on_request = [[connection:json(200, bytes "@GZIP_GOOD@", { "Content-Encoding: gzip" })]],
      call = "get", value = "Weather", attempts = 1,
   },
   {
      title = "gzip that is no gzip",
      on_request = [[connection:json(200, ONE, { "Content-Encoding: gzip" })]],
      call = "get", kind = "protocol", status = 200, attempts = 4, retryable = true,
   },
   {
      title = "gzip whose checksum is wrong",
      on_request = [[
         connection:json(200, bytes("@GZIP_GOOD@"):sub(1, -9) .. "????????", { "Content-Encoding: gzip" })]],
      call = "get", kind = "protocol", status = 200, attempts = 4, retryable = true,
   },
   {
      title = "gzip that is cut",
      on_request = [[connection:json(200, bytes("@GZIP_GOOD@"):sub(1, 20), { "Content-Encoding: gzip" })]],
      call = "get", kind = "network", status = 200, attempts = 4, retryable = true,
   },
   {
      title = "gzip: 100 MB in 100 KB",
      on_request = [[connection:json(200, bytes "@GZIP_BOMB@", { "Content-Encoding: gzip" })]],
      call = "get", options = { max_response_bytes = 2 ^ 20 }, kind = "too_large", status = 200, attempts = 1,
      memory = 16,
   },
   {
      title = "endless headers",
      on_request = [[connection:send "HTTP/1.1 200 OK\r\n" connection:for_ever(("X-A: b\r\n"):rep(1000))]],
      call = "get", kind = "too_large", attempts = 1, memory = 8,
   },
   {
      title = "one header without an end",
      on_request = [[connection:send "HTTP/1.1 200 OK\r\nX-A: " connection:for_ever(("a"):rep(65536))]],
      call = "get", kind = "too_large", attempts = 1, memory = 8,
   },
   {
      title = "a status line without an end",
      on_request = [[connection:send "HTTP/1.1 200 " connection:for_ever(("a"):rep(65536))]],
      call = "get", kind = "too_large", attempts = 1, memory = 8,
   },
   {
      title = "100 Continue for ever",
      on_request = [[connection:for_ever(("HTTP/1.1 100 Continue\r\n\r\n"):rep(1000))]],
      call = "get", kind = "too_large", attempts = 1, memory = 8,
   },
   {
      title = "trailers without an end",
      on_request = [[
         connection:send "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n"
         connection:for_ever(("X-A: b\r\n"):rep(1000))]],
      call = "get", kind = "too_large", status = 200, attempts = 1, memory = 8,
   },
   {
      title = "one trailer without an end",
      on_request = [[
         connection:send "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nX-A: "
         connection:for_ever(("a"):rep(65536))]],
      call = "get", options = { retry = false }, kind = "too_large", status = 200, attempts = 1, memory = 8,
   },
   { title = "a NUL within a header",
      on_request = [[connection:send "HTTP/1.1 200 OK\r\nX-A: \0b\r\nContent-Length: 0\r\n\r\n"]],
      call = "get", kind = "protocol", attempts = 4, retryable = true },
   { title = "a header line that continues nothing",
      on_request = [[connection:send "HTTP/1.1 200 OK\r\n X-A: b\r\nContent-Length: 0\r\n\r\n"]],
      call = "get", kind = "protocol", attempts = 4, retryable = true },
   { title = "a carriage return within a header",
      on_request = [[connection:send "HTTP/1.1 200 OK\r\nX-\rA: b\r\nContent-Length: 0\r\n\r\n"]],
      call = "get", kind = "protocol", attempts = 4, retryable = true },
   { title = "a line in the head that is no header",
      on_request = [[connection:send "HTTP/1.1 200 OK\r\nnonsense\r\nContent-Length: 0\r\n\r\n"]],
      call = "get", kind = "protocol", attempts = 4, retryable = true },
   { title = "a line in the head of a 403 that is no header",
      on_request = [[connection:send "HTTP/1.1 403 No\r\nnonsense\r\nContent-Length: 0\r\n\r\n"]],
      call = "get", kind = "forbidden", cause = "protocol", status = 403, attempts = 1, retryable = false },
   { title = "a Content-Length that is no number",
      on_request = [[connection:send "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n{}"]],
      call = "get", kind = "protocol", attempts = 4, retryable = true },
   { title = "another protocol's greeting", on_request = [[connection:send "SSH-2.0-OpenSSH_9.2\r\n" return "close"]],
      call = "get", kind = "protocol", attempts = 4, retryable = true },
   { title = "HTTP/1.0", on_request = [[connection:send("HTTP/1.0 200 OK\r\n\r\n" .. ONE) return "close"]],
      call = "get", value = "Weather", attempts = 1 },
   { title = "100 Continue before the answer",
      on_request = [[connection:send "HTTP/1.1 100 Continue\r\n\r\n" connection:json(201, ONE)]],
      call = "create", value = "Weather", attempts = 1, sent = { ["POST /v2/connections"] = 1 } },
   { title = "100 Continue and a reset",
      on_request = [[
         if request.method == "GET" then return connection:json(200, '{"items":[]}') end
         connection:send "HTTP/1.1 100 Continue\r\n\r\n" connection:sleep(0.02) connection:reset()]],
      call = "create", kind = "ambiguous", cause = "network", outcome = "not_created", attempts = 1 },
   { title = "301", on_request = json(301, "", '"Location: https://elsewhere.example/?token=abcdef"'), call = "get",
      kind = "http", status = 301, attempts = 1, retryable = false,
      message = "redirected to https://elsewhere.example/%?token=%*%*%*" },
   { title = "307", on_request = json(307, "", '"Location: /elsewhere"'), call = "create",
      kind = "http", status = 307, attempts = 1, sent = { ["POST /v2/connections"] = 1 } },
   { title = "400", on_request = json(400, '{"status":400,"code":21,"message":"name is taken","developerMessage":"d",'
         .. '"moreInfoUrl":"https://x.example/","timestamp":"t"}'),
      call = "create", kind = "validation", status = 400, attempts = 1, retryable = false, message = "name is taken: d",
      sent = { ["POST /v2/connections"] = 1 } },
   { title = "403", on_request = json(403, '{"message":"no"}'), call = "get",
      kind = "forbidden", status = 403, attempts = 1, retryable = false },
   { title = "404", on_request = json(404, '{"message":"no such thing"}'), call = "get",
      kind = "not_found", status = 404, attempts = 1, retryable = false, message = "no such thing" },
   { title = "404 with nothing", on_request = json(404, ""), call = "get",
      kind = "not_found", status = 404, attempts = 1, message = "gave no reason" },
   { title = "409", on_request = json(409, ""), call = "update", kind = "conflict", status = 409, attempts = 1 },
   { title = "413", on_request = json(413, ""), call = "update", kind = "http", status = 413, attempts = 1 },
   { title = "415", on_request = json(415, ""), call = "create", kind = "http", status = 415, attempts = 1,
      sent = { ["POST /v2/connections"] = 1 } },
   { title = "418", on_request = json(418, ""), call = "get", kind = "http", status = 418, attempts = 1 },
}
