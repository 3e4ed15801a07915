--- Hands events to a client's `on_event` hook. What goes out is redacted; a hook that raises changes nothing.
--
-- An event is a table with `type` (`request`, `retry`, `response`, `token` or `warning`), `time` (monotonic seconds,
-- as
-- `personalize.now()`), and of the call `method`, `url`, `attempt`; a response has `status`, `request_id`, `reused`,
-- `bytes_sent`, `bytes_received`, `elapsed` (seconds) or `error`; a retry has `delay` (seconds) and `error`; a token
-- event has `expires_in` (seconds) or `error`; a warning has `message`.
-- @module personalize.events
-- @local

local native = require "personalize.native"
local redaction = require "personalize.redaction"

local events = {}

-- Where a warning goes that the hook itself cannot take.
local function warn_elsewhere(message)
   local ngx = rawget(_G, "ngx")
   local lua_warn = rawget(_G, "warn")
   if type(ngx) == "table" and ngx.log then
      ngx.log(ngx.WARN, message)
   elseif lua_warn then
      lua_warn(message)
   end
end

--- Makes the function through which a client reports; it costs nothing without a hook.
-- @tparam ?function hook
-- @treturn function `emit(type, members)`
function events.emitter(hook)
   if not hook then return function() end end
   local raised = false
   return function(kind, members)
      members.type = kind
      members.time = native.now()
      local fine, reason = pcall(hook, members)
      if fine or raised then return end
      raised = true
      local message = "on_event raised an error, which changes nothing else: " .. redaction.text(tostring(reason))
      warn_elsewhere("personalize: " .. message)
      pcall(hook, { type = "warning", time = native.now(), message = message })
   end
end

return events
