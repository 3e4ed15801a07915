--- Tells callers apart: by their coroutines, and inside nginx by their requests too. nginx runs one request after the
-- other in the same coroutine, also after one that was ended in the middle of a call.
-- @module personalize.caller
-- @local

local caller = {}

--- The phases in which nginx can suspend Lua code, and so those in which calls are made.
caller.phases = { rewrite = true, server_rewrite = true, access = true, content = true, timer = true }

--- The running coroutine; true for LuaJIT's main one.
function caller.coroutine()
   return coroutine.running() or true
end

--- The context of nginx's present request, or of its timer; true elsewhere. Callers keep it as a weak reference.
function caller.request()
   local ngx = rawget(_G, "ngx")
   local has_request = type(ngx) == "table" and ngx.get_phase and caller.phases[ngx.get_phase()]
   return has_request and ngx.ctx or true
end

return caller
