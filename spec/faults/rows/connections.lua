-- Rows about connections that break: see spec/faults/matrix.lua for what a row is.

local LOOKUP_NONE = [[
   if request.method == "GET" then return connection:json(200, '{"items":[]}') end
]]

return {
   title = "Connections that break",
   {
      title = "nothing listens",
      base_url = "http://127.0.0.1:1", call = "list",
      kind = "connect", attempts = 4, retryable = true,
   },
   {
      title = "nothing listens",
      base_url = "http://127.0.0.1:1", call = "create",
      kind = "connect", attempts = 4, retryable = true,
   },
   {
      title = "the name is not found",
      base_url = "http://nobody.invalid", plain_http_hosts = { "nobody.invalid" }, call = "list",
      kind = "connect", attempts = 4, retryable = true,
   },
   {
      title = "the host answers no attempt to connect",
      unanswering = true, call = "list", options = { connect_timeout = 0.1, retry = { attempts = 2 } },
      kind = "timeout", phase = "connect", attempts = 2, retryable = true, within = 0.5,
   },
   {
      title = "the host answers no attempt to connect",
      unanswering = true, call = "create", options = { connect_timeout = 0.1, retry = { attempts = 2 } },
      kind = "timeout", phase = "connect", attempts = 2, retryable = true, within = 0.5,
   },
   {
      title = "reset before the request is read",
      on_connection = "connection:reset()", call = "list",
      kind = "network", attempts = 4, retryable = true,
   },
   {
      title = "reset before the request is read, the first time alone",
      on_connection = [[
         if number == 1 then return connection:reset() end
         connection:request()
         connection:json(200, LIST)]],
      call = "list", value = 2, attempts = 2, sent = { ["GET /v2/connections"] = 1 },
   },
   {
      title = "closed without an answer",
      on_request = [[return "close"]], call = "list",
      kind = "network", attempts = 4, retryable = true, sent = { ["GET /v2/connections"] = 4 },
   },
   {
      title = "reset without an answer, once",
      on_request = [[
         if number == 1 then return connection:reset() end
         connection:json(200, ONE)]],
      call = "update", value = "Weather", attempts = 2, sent = { ["PUT /v2/connections/r1"] = 2 },
   },
   {
      title = "reset without an answer",
      on_request = LOOKUP_NONE .. "connection:reset()", call = "create",
      kind = "ambiguous", cause = "network", outcome = "not_created", attempts = 1, retryable = true,
      sent = { ["POST /v2/connections"] = 1, ["GET /v2/connections"] = 1 },
   },
   {
      title = "reset without an answer",
      on_request = "connection:reset()", call = "test",
      kind = "network", attempts = 1, retryable = false,
      sent = { ["POST /v2/connections/testConnection"] = 1 },
   },
   {
      title = "reset within the head of the answer",
      on_request = [[connection:send "HTTP/1.1 200 OK\r\nContent-Ty" connection:sleep(0.02) connection:reset()]],
      call = "get", kind = "network", attempts = 4, retryable = true,
   },
   {
      title = "reset within the body of the answer",
      on_request = [[
         connection:send "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"ref\":"
         connection:sleep(0.02)
         connection:reset()]],
      call = "get", kind = "network", status = 200, attempts = 4, retryable = true,
   },
   {
      title = "reset within the body of a 201",
      on_request = LOOKUP_NONE .. [[
         connection:send "HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{\"ref\":"
         connection:sleep(0.02)
         connection:reset()]],
      call = "create", kind = "ambiguous", cause = "network", outcome = "not_created", attempts = 1,
      sent = { ["POST /v2/connections"] = 1, ["GET /v2/connections"] = 1 },
   },
   {
      title = "reset within the body of a 400",
      on_request = [[
         connection:send "HTTP/1.1 400 Bad Request\r\nContent-Length: 100\r\n\r\n{\"mess"
         connection:sleep(0.02)
         connection:reset()]],
      call = "create", kind = "validation", cause = "network", status = 400, attempts = 1, retryable = false,
      sent = { ["POST /v2/connections"] = 1 },
   },
   {
      title = "reset within the head of a 503, once",
      on_request = [[
         if number > 1 then return connection:json(201, ONE) end
         connection:send "HTTP/1.1 503 Later\r\nContent-Le"
         connection:sleep(0.02)
         connection:reset()]],
      call = "create", value = "Weather", attempts = 2, sent = { ["POST /v2/connections"] = 2 },
   },
   {
      title = "silence within the body of a 404",
      on_request = [[connection:send "HTTP/1.1 404 No\r\nContent-Length: 9\r\n\r\n" connection:sleep(3)]],
      call = "get", kind = "not_found", cause = "timeout", status = 404, attempts = 1, retryable = false, within = 1,
   },
   {
      title = "reset after a complete answer",
      on_request = [[connection:json(200, ONE) connection:sleep(0.02) connection:reset()]],
      call = "get", value = "Weather", attempts = 1, sent = { ["GET /v2/connections/r1"] = 1 },
   },
   {
      title = "silence after the request",
      on_request = "connection:sleep(3)", call = "list", options = { retry = { attempts = 2 } },
      kind = "timeout", phase = "stall", attempts = 2, retryable = true, within = 1,
   },
   {
      title = "silence after the request",
      on_request = LOOKUP_NONE .. "connection:sleep(3)", call = "create",
      kind = "ambiguous", cause = "timeout", outcome = "not_created", attempts = 1,
      sent = { ["POST /v2/connections"] = 1, ["GET /v2/connections"] = 1 },
   },
   {
      title = "silence after the request, longer than the call's timeout",
      on_request = "connection:sleep(3)", call = "create", options = { timeout = 0.2, stall_timeout = 5 },
      kind = "ambiguous", cause = "timeout", outcome = "unknown", attempts = 1, retryable = false,
      within = 0.3, sent = { ["POST /v2/connections"] = 1 },
   },
   {
      title = "silence within the head of the answer",
      on_request = [[connection:send "HTTP/1.1 200 OK\r\nContent-Ty" connection:sleep(3)]],
      call = "list", options = { retry = false }, kind = "timeout", phase = "stall", attempts = 1,
   },
   {
      title = "silence within the body of the answer",
      on_request = [[connection:send "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{" connection:sleep(3)]],
      call = "list", options = { retry = false }, kind = "timeout", phase = "stall", status = 200, attempts = 1,
   },
   {
      title = "one byte at a time, steadily",
      on_request = [[
         local answer = "HTTP/1.1 200 OK\r\nContent-Length: " .. #ONE .. "\r\n\r\n" .. ONE
         for place = 1, #answer do
            connection:send(answer:sub(place, place))
            connection:sleep(0.001)
         end]],
      call = "get", value = "Weather", attempts = 1,
   },
   {
      title = "one byte at a time, for ever",
      on_request = [[
         connection:send "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"
         repeat connection:sleep(0.02) until not connection:send " "]],
      call = "get", options = { timeout = 0.3 }, kind = "timeout", phase = "total", status = 200, attempts = 1,
      within = 0.4,
   },
   {
      title = "the answer is shorter than its Content-Length",
      on_request = [[connection:send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" .. ONE) return "close"]],
      call = "get", kind = "network", status = 200, attempts = 4, retryable = true,
   },
   {
      title = "the answer is longer than its Content-Length",
      on_request = [[connection:send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n" .. ONE) return "close"]],
      call = "get", kind = "decode", status = 200, attempts = 1, retryable = false,
   },
   {
      title = "no length: the end of the connection ends the answer",
      on_request = [[connection:send("HTTP/1.1 200 OK\r\n\r\n" .. ONE) return "close"]],
      call = "get", value = "Weather", attempts = 1,
   },
   {
      title = "chunks of odd sizes",
      on_request = [[
         connection:send "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
         for place = 1, #ONE, 7 do
            local part = ONE:sub(place, place + 6)
            connection:send(("%03X;x=y\r\n%s\r\n"):format(#part, part))
         end
         connection:send "0\r\nX-Trailer: 1\r\n\r\n"]],
      call = "get", value = "Weather", attempts = 1,
   },
   {
      title = "a chunk whose size is no number",
      on_request = [[
         connection:send "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"
         return "close"]],
      call = "get", kind = "protocol", status = 200, attempts = 4, retryable = true,
   },
   {
      title = "a chunk whose size is endless",
      on_request = [[
         connection:send "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
         connection:for_ever(("0"):rep(1000))]],
      call = "get", options = { retry = false }, kind = "protocol", status = 200, attempts = 1, retryable = true,
   },
   {
      title = "trailers behind the last chunk",
      on_request = [[
         connection:send(("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%X\r\n%s\r\n"):format(#ONE, ONE))
         connection:send "0\r\nX-Trailer: 1\r\nX-Sum: {}\r\n\r\n"]],
      call = "get", times = 2, value = "Weather", attempts = 1,
   },
   {
      title = "the last chunk is missing",
      on_request = [[
         connection:send(("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%X\r\n%s\r\n"):format(#ONE, ONE))
         return "close"]],
      call = "get", kind = "network", status = 200, attempts = 4, retryable = true,
   },
}
