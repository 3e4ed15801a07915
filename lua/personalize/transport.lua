--- One exchange with a server: a request description in, an answer or an error object out. No retries, no tokens.
-- @module personalize.transport
-- @local

local native = require "personalize.native"
local errors = require "personalize.error"
local waiting = require "personalize.waiting"

local transport = {}

local advice = {
   connect = "is the server up and the name right?",
   tls = "the server's certificate is always verified; a private authority is given by ca_file",
}

-- First value of a header by its lower-case name; the engine hands headers on in order of arrival.
local function header_map(list)
   local map = {}
   for _, header in ipairs(list or {}) do
      local name, value = header[1]:lower(), header[2]
      map[name] = map[name] and map[name] .. ", " .. value or value
   end
   return map
end

local function failure(reason, spec)
   local kind = reason.kind
   local message = reason.message
   if advice[kind] then message = message .. " (" .. advice[kind] .. ")" end
   local _, err = errors.fail(kind, message, {
      method = spec.method,
      url = native.url.redact(spec.url),
      status = reason.status,
      phase = reason.phase,
   })
   -- false only when no byte of the request can have reached the server
   return nil, err, {
      sent = reason.sent ~= false,
      curl_code = reason.curl_code,
      headers = header_map(reason.headers),
      elapsed = reason.elapsed,
      bytes_received = reason.bytes_received,
   }
end

--- Performs one exchange and waits for it.
-- @tparam table spec what `engine:add` takes
-- @treturn table `status`, `headers` (lower-case name -> value), `body`, `http_version`, `reused`, `elapsed`
-- (seconds),
-- `bytes_sent`, `bytes_received`
-- @return `nil`, an error object, and facts about the failure (`sent`, `curl_code`, `elapsed`)
function transport.perform(spec)
   local transfer, refused = waiting.engine():add(spec)
   if not transfer then
      refused.sent = false
      return failure(refused, spec)
   end
   waiting.transfer(transfer)
   local answer, reason = transfer:result()
   if not answer then return failure(reason, spec) end
   answer.headers = header_map(answer.headers)
   return answer
end

return transport
