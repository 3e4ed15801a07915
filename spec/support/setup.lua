-- Loaded by busted before any spec: counts what each spec file leaves open, and lets the collector run as often as it
-- can when PERSONALIZE_SPEC_GC is set.
local busted = require "busted"
local lfs = require "lfs"

local setup = {}

-- The interpreter that runs the specs: 5.4 and LuaJIT differ in integers.
setup.has_integers = math.type ~= nil

if os.getenv "PERSONALIZE_SPEC_GC" then
   collectgarbage("setpause", 0)
end

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
   if package.loaded["personalize.waiting"] then
      local engine = package.loaded["personalize.waiting"].engine()
      if engine then engine:close() end
   end
   for _ = 1, 4 do collectgarbage() end
end

local before

busted.subscribe({ "file", "start" }, function()
   let_go()
   before = descriptors()
   return nil, true
end)

busted.subscribe({ "file", "end" }, function(file)
   let_go()
   for name, target in pairs(descriptors()) do
      if before[name] == nil and not target:find "^/dev/" then
         io.stderr:write(("\n%s leaves descriptor %s open: %s\n"):format(file.name, name, target))
         os.exit(1)
      end
   end
   return nil, true
end)

return setup
