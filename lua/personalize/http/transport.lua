--- Performs one exchange with a server: takes a request, returns a response or an error object. No retries, no tokens.
-- @module personalize.http.transport
-- @local

local advice = require "personalize.http.advice"
local errors = require "personalize.error"
local native = require "personalize.native"
local waiting = require "personalize.http.waiting"

local transport = {}

-- A proxy's URL without its credentials.
local function shown_proxy(proxy)
   local scheme, rest = proxy:match "^(%w+://)(.*)$"
   return (scheme or "") .. (rest or proxy):gsub("^.*@", "")
end

-- libcurl's codes of a handshake with a proxy, and of a connection that broke.
local of_handshake, of_broken = { [97] = true }, { [52] = true, [55] = true, [56] = true }

-- Words of libcurl about the proxy, and those of them that say that it is one of another kind, or none.
local proxy_words, other_words = { "CONNECT", "SOCKS", "[pP]roxy" }, { "version", "response 0" }

local function has_any(message, words)
   for _, word in ipairs(words) do
      if message:find(word) then return true end
   end
   return false
end

-- What a proxy did that neither connected nor said why; nil: it has no part in the failure. Before anything was sent to
-- the server it was the proxy that broke a connection, unless TLS had begun.
local function refusal_of(reason, call)
   if reason.proxy_refusal or not call.uses_proxy or reason.kind ~= "connect" or reason.sent ~= false
      or reason.is_local then
      return reason.proxy_refusal
   end
   local message, code = reason.message, reason.curl_code
   if message:find "[rR]esolve" then return nil end -- the server's name, or the proxy's
   if not (of_handshake[code] or of_broken[code] or has_any(message, proxy_words)) then return nil end
   return has_any(message, other_words) and "other" or "busy"
end

-- A request that the proxy refused never reached the server, so the proxy's reasons are used.
local function message_of(reason, call)
   local refusal = reason.proxy_refusal
   if not (refusal and call.uses_proxy) then return reason.message end
   local said = reason.proxy_status and ("answered %d to CONNECT"):format(reason.proxy_status)
      or ((refusal == "auth" or refusal == "forbidden") and "refused: " or "did not connect: ") .. reason.message
   return ("the proxy %s %s"):format(shown_proxy(call.settings.proxy), said)
end

local kinds_of_refusal = { auth = "auth", forbidden = "forbidden" }

-- `reason` is the engine's. Its `sent` is false only when no byte of the request can have reached the server.
local function failure(reason, spec, call)
   reason.proxy_refusal = refusal_of(reason, call)
   local message, hint = message_of(reason, call), advice.of_failure(reason, call)
   if hint then message = message .. " (" .. hint .. ")" end
   local _, err = errors.fail(kinds_of_refusal[reason.proxy_refusal] or reason.kind, message, {
      method = spec.method,
      url = native.url.redact(spec.url),
      status = reason.status or reason.proxy_status,
      phase = reason.phase,
   })
   reason.headers = reason.headers or {}
   return nil, errors.advise(errors.note(err, reason), hint)
end

--- Performs one exchange and waits for it.
-- @tparam table spec what `engine:enqueue` takes
-- @tparam[opt] userdata profile what `request.profile` made
-- @tparam[opt] table call the call of this exchange: `settings` of the client, `is_token`, `is_list`, `uses_proxy`
-- @treturn table `status`, `headers` (lower-case name -> value), `body`, `http_version`, `reused`, `elapsed`
-- (seconds), `bytes_sent`, `bytes_received`
-- @return `nil` and an error object; `errors.facts` has the facts of the failure
function transport.perform(spec, profile, call)
   call = call or {}
   local ready, err = waiting.ready()
   if not ready then return nil, errors.note(err, { sent = false, headers = {} }) end
   local engine, reason = waiting.engine()
   if not engine then return failure(reason, spec, call) end
   local transfer, response
   transfer, reason = engine:enqueue(spec, profile)
   if not transfer then return failure(reason, spec, call) end
   waiting.transfer(transfer)
   if not transfer:done() then transfer:cancel() end -- waiting is no longer possible
   response, reason = transfer:result()
   if not response then return failure(reason, spec, call) end
   return response
end

return transport
