--- Hands events to a client's `on_event` hook. What goes out is redacted; a hook that raises changes nothing.
-- @module personalize

local native = require "personalize.native"
local redaction = require "personalize.redaction"
local text = require "personalize.text"

local events = {}

--- What happens, as `on_event` is told of it.
-- @table event_type
-- @field request an attempt is sent
-- @field response an attempt was answered, or failed
-- @field retry an attempt will be repeated
-- @field token an access token was had, or not
-- @field warning nothing failed, but somebody should know

--- One event; a hook that raises changes nothing. The hook may make calls itself; of those there are no events.
-- @table event
-- @tfield personalize.event_type type
-- @tfield number time monotonic seconds, as `now` gives
-- @tfield[opt] string method of the call
-- @tfield[opt] string url of the call
-- @tfield[opt] integer attempt of a `request`, a `response` or a `retry` (the one that failed), from 1 on
-- @tfield[opt] number elapsed seconds until the `response`
-- @tfield[opt] integer status of the `response`
-- @tfield[opt] string request_id of the `response`, under which the service knows the call
-- @tfield[opt] boolean reused whether the `response` came over a connection that was kept alive
-- @tfield[opt] integer bytes_sent for a `response`
-- @tfield[opt] integer bytes_received of a `response`
-- @tfield[opt] number delay seconds until the `retry`
-- @tfield[opt] number expires_in seconds that the `token` lives
-- @tfield[opt] string message of a `warning`
-- @tfield[opt] string code of a `warning`: see @{personalize.connections.warning}
-- @tfield[opt] string path of a `warning`: the member that it is about
-- @tfield[opt] personalize.error error why a `response`, a `retry` or a `token` is none

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
   local fine, described = pcall(tostring, reason)
   return fine and redaction.text(described) or "an error that cannot be shown"
end

-- Without a hook warnings alone are reported: they are never lost.
local function warn_only(hide)
   return function(kind, members)
      if kind ~= "warning" then return end
      local about = members.path and members.path ~= "" and members.path .. ": " or ""
      warn_elsewhere("personalize: " .. text.line(hide(about .. members.message)))
   end
end

-- Tells whether this code runs below a hook: in a coroutine that is in one, or that such a coroutine resumed. `hooks`
-- is a set of them; true stands for LuaJIT's main one, which cannot be waiting for another's turn.
local function is_within(hooks)
   local running = coroutine.running() or true
   for hook in pairs(hooks) do
      if hook == running or hook == true or coroutine.status(hook) == "normal" then return true end
   end
   return false
end

local function call_hook(hook, hooks, event)
   local running = coroutine.running() or true
   hooks[running] = true
   local fine, reason = pcall(hook, event)
   hooks[running] = nil
   return fine, reason
end

--- Makes the function through which a client reports. Without a hook warnings go to Lua's `warn` (5.4 and later) or to
-- nginx's log, and everything else costs nothing.
-- @local
-- @tparam ?function hook
-- @tparam function hide takes known secrets out of a text; errors come with them taken out
-- @treturn function `emit(type, members)`
function events.emitter(hook, hide)
   if not hook then return warn_only(hide) end
   local raised, hooks, warn = false, setmetatable({}, { __mode = "k" }), warn_only(hide)
   return function(kind, members)
      -- what a hook does is no event: it would be told of its own calls, and make further ones of that
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
