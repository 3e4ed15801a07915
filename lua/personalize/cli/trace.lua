--- Shows what happens inside a command: one line for each attempt, token and pause. Secrets in events are masked.
-- @module personalize.cli.trace
-- @local

local text = require "personalize.text"

local trace = {}

local function attempt(event)
   return event.attempt and event.attempt > 1 and (" (attempt %d)"):format(event.attempt) or ""
end

local function milliseconds(seconds)
   return ("%.0f ms"):format((seconds or 0) * 1e3)
end

local describe = {}

function describe.request(event)
   return ("> %s %s%s"):format(event.method, event.url, attempt(event))
end

function describe.response(event)
   local err = event.error
   local result = event.status and tostring(event.status) or "no answer"
   return ("< %s in %s%s%s%s"):format(result, milliseconds(event.elapsed),
      event.bytes_received and (", %d bytes"):format(event.bytes_received) or "",
      event.request_id and ", request id " .. event.request_id or "",
      err and ": " .. tostring(err) or "")
end

function describe.retry(event)
   return ("! again in %s: %s"):format(milliseconds(event.delay), tostring(event.error))
end

function describe.token(event)
   if event.error then return "! no token: " .. tostring(event.error) end
   local seconds = event.expires_in and text.number("%s", tostring(event.expires_in))
   return seconds and ("* a token that lives %s s"):format(seconds) or "* a token"
end

--- An event as a line; nil for warnings, which are always shown.
function trace.line(event)
   local of_type = describe[event.type]
   return of_type and of_type(event) or nil
end

--- Whether the environment asks for a trace.
function trace.is_wanted()
   local value = os.getenv "PERSONALIZE_DEBUG"
   return value ~= nil and value ~= "" and value ~= "0"
end

return trace
