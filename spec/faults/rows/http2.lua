-- Rows about servers that speak HTTP/2 and misbehave: see spec/faults/matrix.lua for what a row is, and http2.lua for
-- what can be said in it.

local LOOKUP_NONE = [[if stream.method == "GET" then return peer:json(stream, 200, '{"items":[]}') end ]]
local REFUSE = "peer:reset(stream, http2.REFUSED_STREAM) "
local FAIL = "peer:reset(stream, http2.INTERNAL_ERROR) "
local GO_AWAY = "peer:goaway(0, http2.NO_ERROR) " -- no stream was processed
local ONCE = "if number > 1 then return peer:json(stream, 200, ONE) end "

-- libcurl before 7.88 tells a stream that is reset within the body like a connection that ends there, or the other way
-- round.
local RESET = { "protocol", "network" }

-- Not every version of libcurl notices each such end of a connection at once.
local BROKEN = { "network", "timeout" }

-- The stream is reset with that code when part of its body is there.
local function within_body(status, code)
   return ("peer:head(stream, %d, 100) peer:data(stream, '{') peer.connection:sleep(0.02) peer:reset(stream, http2.%s)")
      :format(status, code)
end

local ALL = [[
   pending[#pending + 1] = stream
   if #pending < 4 then return end
   peer:goaway(pending[2].id, http2.NO_ERROR)
   for index = 1, 2 do peer:json(pending[index], 200, ONE) end
]]

return {
   title = "HTTP/2",
   {
      title = "the stream is refused (REFUSED_STREAM), once",
      on_stream = ONCE .. REFUSE, call = "get", value = "Weather", attempts = 1,
      sent = { ["GET /v2/connections/r1"] = 2 },
   },
   {
      title = "the stream is refused, once",
      on_stream = ONCE .. REFUSE, call = "update", value = "Weather", attempts = 1,
      sent = { ["PUT /v2/connections/r1"] = 2 },
   },
   {
      title = "every stream is refused",
      on_stream = REFUSE, call = "get", options = { retry = false }, kind = "network", attempts = 1, retryable = true,
      sent = { ["GET /v2/connections/r1"] = 6 },
   },
   {
      -- nothing was processed, but libcurl tells this like a connection that turned out dead
      title = "the stream is refused",
      on_stream = LOOKUP_NONE .. REFUSE, call = "create", kind = "ambiguous", cause = "network",
      outcome = "not_created", attempts = 1, retryable = true,
      sent = { ["POST /v2/connections"] = 1, ["GET /v2/connections"] = 1 },
   },
   {
      title = "the stream is refused",
      on_stream = REFUSE, call = "test", kind = "network", attempts = 1, retryable = false,
      sent = { ["POST /v2/connections/testConnection"] = 1 },
   },
   {
      title = "the stream is reset (INTERNAL_ERROR) before the answer",
      on_stream = FAIL, call = "get", kind = "protocol", attempts = 4, retryable = true,
      sent = { ["GET /v2/connections/r1"] = 4 },
   },
   {
      title = "the stream is reset before the answer",
      on_stream = LOOKUP_NONE .. FAIL, call = "create", kind = "ambiguous", cause = "protocol",
      outcome = "not_created", attempts = 1, retryable = true,
      sent = { ["POST /v2/connections"] = 1, ["GET /v2/connections"] = 1 },
   },
   {
      title = "the stream is reset within the body",
      on_stream = within_body(200, "INTERNAL_ERROR"), call = "get", kind = RESET, status = 200, attempts = 4,
      retryable = true, sent = { ["GET /v2/connections/r1"] = 4 },
   },
   {
      title = "the stream is reset within the body of a 201",
      on_stream = LOOKUP_NONE .. within_body(201, "INTERNAL_ERROR"), call = "create", kind = "ambiguous",
      cause = RESET, status = 201, outcome = "not_created", attempts = 1,
      sent = { ["POST /v2/connections"] = 1, ["GET /v2/connections"] = 1 },
   },
   {
      title = "the stream is refused within the body",
      on_stream = within_body(200, "REFUSED_STREAM"), call = "get", options = { retry = false }, kind = "network",
      status = 200, attempts = 1, retryable = true,
   },
   {
      title = "GOAWAY before the answer, nothing was processed, once",
      on_stream = ONCE .. GO_AWAY, call = "update", value = "Weather", attempts = { 1, 2 },
      sent = { ["PUT /v2/connections/r1"] = 2 },
   },
   {
      title = "GOAWAY before the answer, nothing was processed, and the end of the connection",
      on_stream = LOOKUP_NONE .. GO_AWAY .. "peer:close()", call = "create", kind = "ambiguous", cause = "network",
      outcome = "not_created", attempts = 1, retryable = true,
      sent = { ["POST /v2/connections"] = 1, ["GET /v2/connections"] = 1 },
   },
   {
      title = "GOAWAY after the request was taken, and the end of the connection",
      on_stream = "peer:goaway(stream.id, http2.ENHANCE_YOUR_CALM) peer:close()", call = "get", kind = RESET,
      attempts = 4, retryable = true, sent = { ["GET /v2/connections/r1"] = 4 },
   },
   {
      title = "GOAWAY after the request was taken, and the end of the connection",
      on_stream = LOOKUP_NONE .. "peer:goaway(stream.id, http2.NO_ERROR) peer:close()", call = "create",
      kind = "ambiguous", cause = RESET, outcome = "not_created", attempts = 1,
      sent = { ["POST /v2/connections"] = 1, ["GET /v2/connections"] = 1 },
   },
   {
      title = "GOAWAY, then the answer",
      on_stream = "peer:goaway(stream.id, http2.NO_ERROR) peer:json(stream, 200, ONE)", call = "get", times = 2,
      value = "Weather", attempts = 1, sent = { ["GET /v2/connections/r1"] = 2 },
   },
   {
      title = "GOAWAY while four streams are open, two of which are answered",
      on_stream = "if number > 4 then return peer:json(stream, 200, ONE) end " .. ALL, call = "get", at_once = 4,
      value = "Weather", attempts = 1, sent = { ["GET /v2/connections/r1"] = 6 },
   },
   {
      title = "one stream at a time (MAX_CONCURRENT_STREAMS 1)",
      on_preface = "peer:settings { [http2.MAX_CONCURRENT_STREAMS] = 1 }",
      on_stream = "peer.connection:sleep(0.02) peer:json(stream, 200, ONE)", call = "get", at_once = 4,
      value = "Weather", attempts = 1, sent = { ["GET /v2/connections/r1"] = 4 },
   },
   {
      title = "silence after the request",
      on_stream = "", call = "get", options = { retry = false }, kind = "timeout", phase = "stall", attempts = 1,
      retryable = true,
   },
   {
      title = "garbage where its SETTINGS should be",
      on_preface = "peer:raw(('garbage '):rep(10))", call = "get", kind = BROKEN, attempts = 4, retryable = true,
   },
   {
      title = "garbage where its SETTINGS should be",
      on_preface = "peer:raw(('garbage '):rep(10))", call = "create", kind = "ambiguous", cause = BROKEN,
      outcome = "unknown", attempts = 1, retryable = false,
   },
   {
      title = "an answer of HTTP/1.1",
      on_preface = [[peer:raw "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"]], call = "get", kind = BROKEN,
      attempts = 4, retryable = true,
   },
   {
      title = "a frame against the rules within the answer",
      on_stream = "peer:head(stream, 200, 100) peer.connection:sleep(0.02) peer:frame(0, 8, stream.id, '\\255')",
      call = "get", options = { retry = false }, kind = BROKEN, status = 200, attempts = 1, retryable = true,
   },
   {
      title = "a trailer behind the body",
      on_stream = "peer:head(stream, 200, #ONE) peer:data(stream, ONE) peer:trailer(stream, 'x-trailer', '1')",
      call = "get", value = "Weather", attempts = 1,
   },
}
