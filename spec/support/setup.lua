-- Loaded by busted before any spec: counts what each spec file leaves open, and lets the collector run as often as it
-- can when SPEC_GC is set. SPEC_LOCALE is a locale to run in: an interpreter takes none from
-- the environment by itself. LANGUAGE=en beside it keeps the system's messages in English, as some specs quote them.
local busted = require "busted"
local lfs = require "lfs"
local socket = require "socket"

local LOOKUP_SECONDS = 20

if os.getenv "SPEC_GC" then
   collectgarbage("setpause", 0)
end

local locale = os.getenv "SPEC_LOCALE"
if locale then assert(os.setlocale(locale), "no such locale; LOCPATH may name a folder that localedef made it in") end

local function descriptors()
   local open = {}
   for name in lfs.dir "/proc/self/fd" do
      local target = lfs.symlinkattributes("/proc/self/fd/" .. name, "target")
      -- all but the one that lists them
      if target and not target:find "^/proc/%d+/fd$" then open[name] = target end
   end
   return open
end

-- The library keeps connections alive as long as its engine lives.
local function let_go()
   if package.loaded["personalize.http.waiting"] then
      local engine = package.loaded["personalize.http.waiting"].engine()
      if engine then engine:close() end
   end
   for _ = 1, 4 do collectgarbage() end
end

local before

-- The number and the target of a descriptor that was not open before; nil when there is none.
local function left_open()
   for name, target in pairs(descriptors()) do
      if before[name] == nil and not target:find "^/dev/" then return name, target end
   end
end

busted.subscribe({ "file", "start" }, function()
   let_go()
   before = descriptors()
   return nil, true
end)

busted.subscribe({ "file", "end" }, function(file)
   local server = package.loaded["spec.support.server"]
   if server then server.stop_all() end
   let_go()
   -- a name look-up that was given up ends by itself, with its socket
   local deadline = socket.gettime() + LOOKUP_SECONDS
   while left_open() and socket.gettime() < deadline do socket.sleep(0.05) end
   local name, target = left_open()
   if name then
      io.stderr:write(("\n%s leaves descriptor %s open: %s\n"):format(file.name, name, target))
      os.exit(1)
   end
   return nil, true
end)
