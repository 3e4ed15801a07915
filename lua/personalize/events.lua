--- Hands events to a client's `on_event` hook. What goes out is redacted; a hook that raises changes nothing.
--
-- An event is a table with `type` and `time` (monotonic seconds, as `personalize.now()`), and by type:
--
-- - `request`: `method`, `url`, `attempt`
-- - `response`: the same, `elapsed` (seconds), `reused`, `bytes_sent`, `bytes_received`, and of an answer `status` and
--   `request_id`; `error` when it is not what the call needs
-- - `retry`: `method`, `url`, `attempt` (the one that failed), `delay` (seconds until the next), `error`
-- - `token`: `expires_in` (seconds) or `error`
-- - `warning`: `message`, and of a call `method` and `url`
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

-- An error's own __tostring may raise as well.
local function describe(reason)
   local fine, text = pcall(tostring, reason)
   return fine and redaction.text(text) or "an error that cannot be shown"
end

--- Makes the function through which a client reports; it costs nothing without a hook.
-- @tparam ?function hook
-- @tparam function hide takes known secrets out of a text; errors come with them taken out
-- @treturn function `emit(type, members)`
function events.emitter(hook, hide)
   if not hook then return function() end end
   local raised = false
   return function(kind, members)
      for name, value in pairs(members) do
         if type(value) == "string" then members[name] = hide(value) end
      end
      members.type = kind
      members.time = native.now()
      local fine, reason = pcall(hook, members)
      if fine or raised then return end
      raised = true
      local message = "on_event raised an error, which changes nothing else: " .. hide(describe(reason))
      warn_elsewhere("personalize: " .. message)
      pcall(hook, { type = "warning", time = native.now(), message = message })
   end
end

return events
