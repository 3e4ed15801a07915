--- Passes events to a client's `on_event` hook. Secrets in them are masked; an error in the hook has no effect.
-- @module personalize

local caller = require "personalize.caller"
local native = require "personalize.native"
local redaction = require "personalize.redaction"
local text = require "personalize.text"

local events = {}

--- The type of an event.
-- @table event_type
-- @field request an attempt is sent
-- @field response an attempt was answered, or failed
-- @field retry an attempt will be repeated
-- @field token an access token was fetched, or could not be
-- @field warning nothing failed, but a person should know

--- One event. An error in the hook has no effect. The hook may make calls itself; these cause no events.
-- @table event
-- @tfield personalize.event_type type
-- @tfield number time monotonic seconds, as `now` gives
-- @tfield[opt] string method of the call
-- @tfield[opt] string url of the call
-- @tfield[opt] integer attempt of a `request`, a `response` or a `retry` (the one that failed), from 1 on
-- @tfield[opt] number elapsed seconds until the `response`
-- @tfield[opt] integer status of the `response`
-- @tfield[opt] string request_id of the `response`: the service's id of the call
-- @tfield[opt] boolean reused whether the `response` came over a connection that was kept alive
-- @tfield[opt] integer bytes_sent for a `response`
-- @tfield[opt] integer bytes_received of a `response`
-- @tfield[opt] number delay seconds until the `retry`
-- @tfield[opt] number expires_in seconds until the `token` expires
-- @tfield[opt] string message of a `warning`
-- @tfield[opt] string code of a `warning`: see @{personalize.connections.warning}
-- @tfield[opt] string path of a `warning`: the member that it is about
-- @tfield[opt] personalize.error error why a `response`, a `retry` or a `token` failed

-- Where warnings go that the hook itself cannot get.
local function warn_elsewhere(message)
   local ngx = rawget(_G, "ngx")
   local lua_warn = rawget(_G, "warn")
   if type(ngx) == "table" and ngx.log then
      ngx.log(ngx.WARN, message)
   elseif lua_warn then
      lua_warn(message)
   end
end

-- Describes an error; its own __tostring may raise too.
local function describe(reason)
   local fine, described = pcall(tostring, reason)
   return fine and redaction.text(described) or "an error that cannot be shown"
end

-- Without a hook only warnings are reported. Lua's `warn` shows them where it is on (`lua -W`, `warn "@on"`), and
-- LuaJIT has none. The `meta` of a list's or a write's result has them in any case.
local function warn_only(hide)
   return function(kind, members)
      if kind ~= "warning" then return end
      local about = members.path and members.path ~= "" and members.path .. ": " or ""
      warn_elsewhere("personalize: " .. text.line(hide(about .. members.message)))
   end
end

-- Whether this code runs inside a hook: in a coroutine that a hook runs in, or in one that such a coroutine resumed.
-- `hooks` has the request of each of these coroutines: nginx may have ended it, and run another one in the coroutine.
-- A coroutine of true is LuaJIT's main one, which cannot wait for another's turn.
local function is_within(hooks)
   local running, request = caller.coroutine(), caller.request()
   for hook, its_request in pairs(hooks) do
      local runs = hook == running or hook == true or coroutine.status(hook) == "normal"
      if runs and its_request == request then return true end
   end
   return false
end

local function call_hook(hook, hooks, event)
   local running = caller.coroutine()
   hooks[running] = caller.request()
   local fine, reason = pcall(hook, event)
   hooks[running] = nil
   return fine, reason
end

--- Makes the function that reports a client's events. Without a hook, warnings go to nginx's log or else to Lua's
-- `warn` (5.4 and later), and other events cost nothing.
-- @local
-- @tparam ?function hook
-- @tparam function hide masks known secrets in a text; errors arrive here masked
-- @treturn function `emit(type, members)`
function events.emitter(hook, hide)
   if not hook then return warn_only(hide) end
   local raised, hooks, warn = false, setmetatable({}, { __mode = "kv" }), warn_only(hide)
   return function(kind, members)
      -- calls of a hook cause no events: else the hook would be called for its own calls, without end
      if is_within(hooks) then return warn(kind, members) end
      for name, value in pairs(members) do
         if type(value) == "string" then members[name] = hide(value) end
      end
      members.type = kind
      members.time = native.now()
      local fine, reason = call_hook(hook, hooks, members)
      if fine or raised then return end
      raised = true
      local message = "on_event raised an error, which changes nothing else: " .. hide(describe(reason))
      warn_elsewhere("personalize: " .. message)
      call_hook(hook, hooks, { type = "warning", time = native.now(), message = message })
   end
end

return events
