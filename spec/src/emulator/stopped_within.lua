-- Asks emulators for their URL and requests, each stopped by a finalizer some allocations later than the last, and
-- writes whether that was within a call, and what was shown. Run it with MALLOC_PERTURB_ set: memory that was freed has
-- other bytes then.
local support = require "spec.support.emulator"

-- Calls `finalizer` when it is collected, which nothing prevents.
local function leave_to_collector(finalizer)
   if newproxy then
      getmetatable(newproxy(true)).__gc = finalizer
   else
      setmetatable({}, { __gc = finalizer })
   end
end

-- Has each allocation do a whole collection, or has the collector work as it does by itself.
local function make_collector_eager(is_eager)
   if _VERSION == "Lua 5.5" then -- its "incremental" takes no numbers
      collectgarbage "incremental"
      collectgarbage("param", "pause", is_eager and 0 or 250)
      collectgarbage("param", "stepmul", is_eager and 0 or 200)
      collectgarbage("param", "stepsize", is_eager and 1 or 9600)
   elseif newproxy then
      collectgarbage("setpause", is_eager and 1 or 200)
      collectgarbage("setstepmul", is_eager and 0 or 200)
   elseif is_eager then
      collectgarbage("incremental", 1, 1000, 40)
   else
      collectgarbage("incremental", 200, 100, 13)
   end
end

local function stop_at(session, collections)
   local function count()
      collections = collections - 1
      if collections == 0 then
         session:stop()
      else
         leave_to_collector(count)
      end
   end
   leave_to_collector(count)
end

-- Calls a method of a new emulator, which is stopped at that many collections.
local function call(name, collections)
   local session = support.start()
   session:create { auth = { authType = "NONE", clientSecret = "of-the-auth" } }
   local handle = session.e._handle
   local method = handle[name]
   make_collector_eager(true)
   collectgarbage()
   stop_at(session, collections)
   local result = method(handle)
   make_collector_eager(false)
   local is_within = result and not handle:counts()
   session:stop()
   return result, session.url, is_within
end

local within, secret, url = 0, "hidden", "right"
for collections = 1, 60 do
   local requests, _, is_within = call("requests", collections)
   if is_within then within = within + 1 end
   for _, request in ipairs(requests or {}) do
      if request.body:find("of-the-auth", 1, true) then secret = "shown" end
   end
end
for collections = 1, 10 do
   local shown, expected = call("url", collections)
   if shown and shown ~= expected then url = "wrong" end
end
print(within > 0, secret, url)
