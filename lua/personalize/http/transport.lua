--- One exchange with a server: a request description in, an answer or an error object out. No retries, no tokens.
-- @module personalize.http.transport
-- @local

local native = require "personalize.native"
local errors = require "personalize.error"
local waiting = require "personalize.http.waiting"

local transport = {}

local advice = {
   connect = "is the server up and the name right?",
   tls = "the server's certificate is always verified; a private authority is given by ca_file",
}

-- `reason` is the engine's: its `sent` is false only when no byte of the request can have reached the server.
local function failure(reason, spec)
   local message = reason.message
   if advice[reason.kind] then message = message .. " (" .. advice[reason.kind] .. ")" end
   local _, err = errors.fail(reason.kind, message, {
      method = spec.method,
      url = native.url.redact(spec.url),
      status = reason.status,
      phase = reason.phase,
   })
   reason.headers = reason.headers or {}
   return nil, errors.note(err, reason)
end

--- Performs one exchange and waits for it.
-- @tparam table spec what `engine:enqueue` takes
-- @tparam[opt] userdata profile what it takes besides
-- @treturn table `status`, `headers` (lower-case name -> value), `body`, `http_version`, `reused`, `elapsed`
-- (seconds), `bytes_sent`, `bytes_received`
-- @return `nil` and an error object, which has facts about the failure (`errors.facts`)
function transport.perform(spec, profile)
   local ready, err = waiting.ready()
   if not ready then return nil, errors.note(err, { sent = false, headers = {} }) end
   local engine, reason = waiting.engine()
   if not engine then return failure(reason, spec) end
   local transfer, response
   transfer, reason = engine:enqueue(spec, profile)
   if not transfer then return failure(reason, spec) end
   waiting.transfer(transfer)
   if not transfer:done() then transfer:cancel() end -- waiting is no longer possible
   response, reason = transfer:result()
   if not response then return failure(reason, spec) end
   return response
end

return transport
