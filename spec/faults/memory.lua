-- What a call costs in memory.
local memory = {}

local before = 0

local function status(name)
   local file = assert(io.open "/proc/self/status")
   local kilobytes = file:read("*a"):match(name .. ":%s*(%d+)")
   file:close()
   return tonumber(kilobytes) / 1024
end

-- Begins to measure: the peak from here on counts.
function memory.forget_peak()
   collectgarbage()
   collectgarbage()
   local file = assert(io.open("/proc/self/clear_refs", "w"))
   file:write "5"
   file:close()
   before = status "VmRSS"
end

-- MB that the process grew at its peak.
function memory.grown()
   -- a sanitizer keeps what was freed
   return os.getenv "LD_PRELOAD" and 0 or status "VmHWM" - before
end

return memory
