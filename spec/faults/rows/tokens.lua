-- Rows about access tokens: see spec/faults/matrix.lua for what a row is. Each call of the API answers well if it
-- carries the token that was given last.

-- `answer`: what the token endpoint does; `accepts`: a condition on the call of the API.
local function tokens(answer, accepts)
   return ([[
      if request.path == "/token" or request.path == "/v2/oauth/token" then
         issued = (issued or 0) + 1
         local function token(more) connection:json(200, '{"access_token":"token-' .. issued .. '"' .. more .. '}') end
         %s
         return
      end
      local bearer = request.headers.authorization
      calls = (calls or 0) + 1
      if not (%s) then return connection:json(401, '{"message":"bad token ' .. tostring(bearer) .. '"}') end
      connection:json(request.method == "POST" and 201 or 200, ONE)]])
      :format(answer, accepts or [[bearer == "Bearer token-" .. issued]])
end

local GOOD = [[token ',"expires_in":900,"token_type":"Bearer"']]
local ONE_GET = { ["POST /token"] = 1, ["GET /v2/connections/r1"] = 1 }
local RENEWED_EACH_TIME = { ["POST /token"] = 2, ["GET /v2/connections/r1"] = 2 }

return {
   title = "Access tokens",
   { title = "a token and two calls", on_request = tokens(GOOD), tokens = "client", call = "get", times = 2,
      value = "Weather", attempts = 1, sent = { ["POST /token"] = 1, ["GET /v2/connections/r1"] = 2 } },
   { title = "a token for client_key and api_token", on_request = tokens([[
         if request.headers.authorization == "Basic a2V5OnRvcC1zZWNyZXQtYXBpLXRva2Vu" then
            token ',"expires_in":900'
         else
            connection:json(401, "")
         end]]), tokens = "key", call = "get", value = "Weather", attempts = 1,
      sent = { ["POST /v2/oauth/token"] = 1, ["GET /v2/connections/r1"] = 1 } },
   { title = "the API answers 401 once", on_request = tokens(GOOD, "calls > 1"), tokens = "client", call = "get",
      value = "Weather", attempts = 2, sent = RENEWED_EACH_TIME },
   { title = "the API answers 401 once", on_request = tokens(GOOD, "calls > 1"), tokens = "client", call = "create",
      value = "Weather", attempts = 2, sent = { ["POST /token"] = 2, ["POST /v2/connections"] = 2 } },
   { title = "the API answers 401 once", on_request = tokens(GOOD, "calls > 1"), tokens = "client", call = "get",
      options = { retry = false }, value = "Weather", attempts = 2, sent = RENEWED_EACH_TIME },
   { title = "the API answers 401 once", on_request = tokens(GOOD, "calls > 1"), tokens = "client", call = "test",
      kind = "auth", status = 401, attempts = 1,
      sent = { ["POST /token"] = 1, ["POST /v2/connections/testConnection"] = 1 } },
   { title = "the API answers 401 once", on_request = tokens(GOOD, "calls > 1"), tokens = "client", call = "test",
      times = 2, value = "Weather", attempts = 1,
      sent = { ["POST /token"] = 2, ["POST /v2/connections/testConnection"] = 2 } },
   { title = "the API answers 401 for ever", on_request = tokens(GOOD, "false"), tokens = "client", call = "get",
      kind = "auth", status = 401, attempts = 2, retryable = false, sent = RENEWED_EACH_TIME },
   { title = "the API answers 401 to an access_token that was given", on_request = tokens(GOOD, "false"), call = "get",
      kind = "auth", status = 401, attempts = 1, retryable = false, sent = { ["GET /v2/connections/r1"] = 1 } },
   { title = "the API answers 401 once to an access_token that was given", on_request = tokens(GOOD, "calls > 1"),
      call = "get", times = 2, value = "Weather", attempts = 1, sent = { ["GET /v2/connections/r1"] = 2 } },
   { title = "the API answers 401 once, access_token is a function", on_request = tokens(GOOD, "calls > 1"),
      tokens = "function", call = "get", value = "Weather", attempts = 2, sent = { ["GET /v2/connections/r1"] = 2 } },
   { title = "the token endpoint is down", on_request = tokens(GOOD), tokens = "client",
      options = { token_url = "http://127.0.0.1:1/token" }, call = "create",
      kind = "connect", attempts = 4, retryable = true, message = "^no access token", sent = {} },
   { title = "the token endpoint is slower than the timeout", on_request = tokens "connection:sleep(3)",
      tokens = "client", options = { timeout = 0.3, stall_timeout = 5 }, call = "get",
      kind = "timeout", attempts = 1, within = 0.4, sent = { ["POST /token"] = 1 } },
   { title = "the token endpoint stalls each time", on_request = tokens "connection:sleep(3)",
      tokens = "client", options = { timeout = 0.5 }, call = "create",
      kind = "timeout", within = 0.6, message = "^no access token" },
   { title = "the token endpoint answers 401",
      on_request = tokens [[connection:json(401, '{"error":"access_denied"}')]],
      tokens = "client", call = "get", kind = "auth", status = 401, attempts = 1, retryable = false,
      sent = { ["POST /token"] = 1 } },
   { title = "the token endpoint answers 401 to client_key and api_token",
      on_request = tokens [[connection:json(401, '{"error":"access_denied"}')]],
      tokens = "key", call = "get", kind = "auth", status = 401, attempts = 1, retryable = false,
      sent = { ["POST /v2/oauth/token"] = 1 } },
   { title = "the token endpoint answers 404", on_request = tokens [[connection:json(404, "")]],
      tokens = "client", call = "get", kind = "auth", status = 404, attempts = 1, sent = { ["POST /token"] = 1 } },
   { title = "the token endpoint answers 500, then a token",
      on_request = tokens([[if issued == 1 then connection:json(500, "") else ]] .. GOOD .. " end"),
      tokens = "client", call = "get", value = "Weather", attempts = 1,
      sent = { ["POST /token"] = 2, ["GET /v2/connections/r1"] = 1 } },
   { title = "the token endpoint answers 429, Retry-After: 3600",
      on_request = tokens [[connection:json(429, "", { "Retry-After: 3600" })]], tokens = "client", call = "get",
      kind = "rate_limited", status = 429, retry_after = 3600, attempts = 1, within = 0.2 },
   { title = "the token endpoint answers with HTML",
      on_request = tokens [[connection:respond(200, { "Content-Type: text/html", "Content-Length: 4" }, "<p/>")]],
      tokens = "client", call = "create", kind = "decode", attempts = 1, sent = { ["POST /token"] = 1 } },
   { title = "the token endpoint answers without an access_token",
      on_request = tokens [[connection:json(200, '{"token_type":"Bearer"}')]],
      tokens = "client", call = "get", kind = "decode", attempts = 1, message = "access_token",
      sent = { ["POST /token"] = 1 } },
   { title = "the token has a line break in it",
      on_request = tokens [[connection:json(200, '{"access_token":"x\\r\\nX-Injected: 1"}')]],
      tokens = "client", call = "get", kind = "decode", attempts = 1, sent = { ["POST /token"] = 1 } },
   { title = "expires_in is missing", on_request = tokens "token ''", tokens = "client", call = "get", times = 2,
      value = "Weather", attempts = 1, sent = { ["POST /token"] = 1, ["GET /v2/connections/r1"] = 2 } },
   { title = "expires_in is a string", on_request = tokens [[token ',"expires_in":"900"']], tokens = "client",
      call = "get", value = "Weather", attempts = 1, sent = ONE_GET },
   { title = "expires_in is 0", on_request = tokens [[token ',"expires_in":0']], tokens = "client", call = "get",
      times = 2, value = "Weather", attempts = 1, sent = RENEWED_EACH_TIME },
   { title = "expires_in is negative", on_request = tokens [[token ',"expires_in":-60']], tokens = "client",
      call = "get", times = 2, value = "Weather", attempts = 1, sent = RENEWED_EACH_TIME },
   { title = "expires_in is 1e300", on_request = tokens [[token ',"expires_in":1e300']], tokens = "client",
      call = "get", times = 2, value = "Weather", attempts = 1,
      sent = { ["POST /token"] = 1, ["GET /v2/connections/r1"] = 2 } },
   { title = "the token expires between two calls", on_request = tokens [[token ',"expires_in":100']],
      tokens = "client", call = "get", times = 2, age = 100.5, value = "Weather", attempts = 1,
      sent = RENEWED_EACH_TIME },
   { title = "the early renewal fails while the token lives",
      on_request = tokens([[if issued > 1 then connection:json(500, "") else token ',"expires_in":100' end]],
         [[bearer == "Bearer token-1"]]),
      tokens = "client", call = "get", times = 2, age = 95, value = "Weather", attempts = 1, sent = RENEWED_EACH_TIME },
   { title = "the early renewal stalls while the token lives",
      on_request = tokens([[if issued > 1 then connection:sleep(3) else token ',"expires_in":100' end]],
         [[bearer == "Bearer token-1"]]),
      tokens = "client", call = "get", options = { timeout = 0.4, stall_timeout = 5 }, times = 2, age = 95,
      value = "Weather", attempts = 1, within = 0.3, sent = RENEWED_EACH_TIME },
}
