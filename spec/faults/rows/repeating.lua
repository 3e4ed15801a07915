-- Rows about answers after which a call is repeated, or not: see spec/faults/matrix.lua for what a row is.

-- Fails so many times, then answers; a look-up finds nothing.
local function fails(times, status, headers)
   return ([[
      if number <= %d then return connection:json(%d, "", { %s }) end
      connection:json(200, request.path == "/v2/connections" and request.method == "GET" and LIST or ONE)]])
      :format(times, status, headers or "")
end

local function create_gets(status, headers)
   return ([[
      if request.method == "GET" then return connection:json(200, '{"items":[]}') end
      connection:json(%d, "", { %s })]]):format(status, headers or "")
end

local ALWAYS = 1000

return {
   title = "Repeating",
   { title = "503 three times, then fine", on_request = fails(3, 503), call = "list",
      value = 2, attempts = 4, sent = { ["GET /v2/connections"] = 4 } },
   { title = "503 for ever", on_request = fails(ALWAYS, 503), call = "list",
      kind = "server", status = 503, attempts = 4, retryable = true, sent = { ["GET /v2/connections"] = 4 } },
   { title = "503 for ever", on_request = fails(ALWAYS, 503), call = "list", options = { retry = false },
      kind = "server", status = 503, attempts = 1, retryable = true, sent = { ["GET /v2/connections"] = 1 } },
   { title = "503 once", on_request = fails(1, 503), call = "list",
      options = { retry = { base_delay = 5, max_delay = 5 } }, value = 2, attempts = 2, within = 0.5 },
   { title = "503 once", on_request = fails(1, 503), call = "create",
      value = "Weather", attempts = 2, sent = { ["POST /v2/connections"] = 2 } },
   { title = "503 for ever", on_request = create_gets(503), call = "create",
      kind = "server", status = 503, attempts = 4, retryable = true, sent = { ["POST /v2/connections"] = 4 } },
   { title = "503 once", on_request = fails(1, 503), call = "test", kind = "server", status = 503, attempts = 1,
      retryable = true, sent = { ["POST /v2/connections/testConnection"] = 1 } },
   { title = "500 with HTML, once",
      on_request = [[
         if number > 1 then return connection:json(200, ONE) end
         connection:respond(500, { "Content-Type: text/html", "Content-Length: 4" }, "<p/>")]],
      call = "get", value = "Weather", attempts = 2 },
   { title = "500 with HTML",
      on_request = [[connection:respond(500, { "Content-Type: text/html", "Content-Length: 4" }, "<p/>")]],
      call = "get", kind = "server", status = 500, attempts = 4, retryable = true, message = "text/html" },
   { title = "500", on_request = create_gets(500), call = "create", kind = "ambiguous", cause = "server", status = 500,
      outcome = "not_created", attempts = 1, sent = { ["POST /v2/connections"] = 1, ["GET /v2/connections"] = 1 } },
   { title = "500, and the connection is there",
      on_request = [[
         if request.method == "GET" then
            return connection:json(200, '{"items":[' .. created() .. ']}', { "Date: " .. now() })
         end
         connection:json(500, "")]],
      call = "create", kind = "ambiguous", cause = "server", outcome = "created", attempts = 1, retryable = false },
   { title = "500, and one of that name is there that is older",
      on_request = [[
         if request.method == "GET" then
            return connection:json(200, '{"items":[' .. created() .. ']}', { "Date: " .. now(60) })
         end
         connection:json(500, "")]],
      call = "create", kind = "ambiguous", cause = "server", outcome = "unknown", attempts = 1, retryable = false },
   { title = "500, and one of that name is there that differs",
      on_request = [[
         if request.method == "GET" then
            return connection:json(200, '{"items":[' .. created():gsub("DATA_SYSTEM", "DESTINATION") .. ']}',
               { "Date: " .. now() })
         end
         connection:json(500, "")]],
      call = "create", kind = "ambiguous", cause = "server", outcome = "unknown", attempts = 1, retryable = false },
   { title = "500, and two of that name are there",
      on_request = [[
         if request.method == "GET" then
            return connection:json(200, '{"items":[' .. created() .. ',' .. created():gsub('"new"', '"old"') .. ']}',
               { "Date: " .. now() })
         end
         connection:json(500, "")]],
      call = "create", kind = "ambiguous", cause = "server", outcome = "unknown", attempts = 1, retryable = false },
   { title = "500, also to the look-up", on_request = fails(ALWAYS, 500), call = "create",
      kind = "ambiguous", cause = "server", outcome = "unknown", attempts = 1, retryable = false,
      sent = { ["POST /v2/connections"] = 1, ["GET /v2/connections"] = 4 } },
   { title = "502 once", on_request = fails(1, 502), call = "update", value = "Weather", attempts = 2,
      sent = { ["PUT /v2/connections/r1"] = 2 } },
   { title = "502", on_request = create_gets(502), call = "create", kind = "ambiguous", status = 502, attempts = 1,
      outcome = "not_created" },
   { title = "504 once", on_request = fails(1, 504), call = "get", value = "Weather", attempts = 2 },
   { title = "504", on_request = create_gets(504), call = "create", kind = "ambiguous", status = 504, attempts = 1,
      outcome = "not_created" },
   { title = "504", on_request = fails(ALWAYS, 504), call = "test", kind = "server", status = 504, attempts = 1,
      retryable = false, sent = { ["POST /v2/connections/testConnection"] = 1 } },
   { title = "408 once", on_request = fails(1, 408), call = "get", value = "Weather", attempts = 2 },
   { title = "408", on_request = create_gets(408), call = "create", kind = "ambiguous", status = 408, attempts = 1,
      outcome = "not_created" },
   { title = "501", on_request = create_gets(501), call = "create", kind = "server", status = 501, attempts = 1,
      retryable = false, sent = { ["POST /v2/connections"] = 1 } },
   { title = "429 once", on_request = fails(1, 429), call = "get", value = "Weather", attempts = 2 },
   { title = "429 once", on_request = fails(1, 429), call = "create", value = "Weather", attempts = 2,
      sent = { ["POST /v2/connections"] = 2 } },
   { title = "429 for ever", on_request = fails(ALWAYS, 429), call = "get", kind = "rate_limited", status = 429,
      attempts = 4, retryable = true },
   { title = "429 once, Retry-After: 1", on_request = fails(1, 429, '"Retry-After: 1"'), call = "get",
      value = "Weather", attempts = 2, after = 1, within = 1.1 },
   { title = "429 once, Retry-After: a date one second ahead of Date",
      on_request = fails(1, 429, '"Date: " .. now(-3600), "Retry-After: " .. now(-3599)'), call = "get",
      value = "Weather", attempts = 2, after = 1, within = 1.1 },
   { title = "429 once, Retry-After: a date of the past", on_request = fails(1, 429, '"Retry-After: " .. now(-3600)'),
      call = "get", value = "Weather", attempts = 2, within = 0.2 },
   { title = "429, Retry-After: 3600", on_request = fails(ALWAYS, 429, '"Retry-After: 3600"'), call = "get",
      kind = "rate_limited", attempts = 1, retryable = true, retry_after = 3600, within = 0.2,
      message = "asks to wait 3600 s" },
   { title = "503, Retry-After: a number of 30 digits",
      on_request = fails(ALWAYS, 503, '"Retry-After: " .. ("9"):rep(30)'), call = "get",
      kind = "server", attempts = 1, retryable = true, retry_after = 2 ^ 31, within = 0.2 },
   { title = "429 once, Retry-After: -5", on_request = fails(1, 429, '"Retry-After: -5"'), call = "get",
      value = "Weather", attempts = 2, within = 0.2 },
   { title = "429 once, Retry-After: soon", on_request = fails(1, 429, '"Retry-After: soon"'), call = "get",
      value = "Weather", attempts = 2, within = 0.2 },
}
