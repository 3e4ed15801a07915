-- Loads a location of an nginx with wrk, and takes what its worker spends and how late another location answers.
local lfs = require "lfs"
local openresty = require "spec.support.openresty"
local read = require "spec.support.read"
local socket = require "socket"

local load = {}

-- CPU seconds that the threads of a process have used: the scheduler's own account, in nanoseconds. That of
-- /proc/PID/stat counts ticks of ten milliseconds.
local function cpu(pid)
   local total = 0
   for thread in lfs.dir(("/proc/%d/task"):format(pid)) do
      if thread:find "%d" then total = total + read(("/proc/%d/task/%s/schedstat"):format(pid, thread)):match "%d+" end
   end
   return total / 1e9
end

--- How often the worker's process was woken so far.
function load.wake_ups(server)
   local status = read(("/proc/%d/status"):format(server:workers()[1]))
   return tonumber(status:match "\nvoluntary_ctxt_switches:%s*(%d+)")
end

-- Asks for the other location now and then; brings its 99th percentile in milliseconds.
local function watch(server, seconds)
   local latencies, ends = {}, socket.gettime() + seconds - 0.5
   while socket.gettime() < ends do
      local began = socket.gettime()
      local _, body = server:get "/other"
      assert(body == "other")
      latencies[#latencies + 1] = socket.gettime() - began
      socket.sleep(0.01)
   end
   table.sort(latencies)
   return latencies[math.ceil(#latencies * 0.99)] * 1000
end

--- Loads it for so many seconds.
-- @treturn table `rate` (answers a second), `p99` (of the other location, ms), `cpu` (microseconds a request), `wakes`
-- (a second)
function load.run(server, path, clients, seconds)
   local pid, url = server:workers()[1], ("http://127.0.0.1:%d%s"):format(server.port, path)
   openresty.run(("wrk -t1 -c%d -d1 %s"):format(clients, url)) -- warm
   local cpu_before, wakes_before = cpu(pid), load.wake_ups(server)
   local process = io.popen(("wrk -t1 -c%d -d%d %s"):format(clients, seconds, url))
   local p99 = watch(server, seconds)
   local output = process:read "*a"
   process:close()
   assert(not output:find "Non%-2xx", output)
   return {
      rate = tonumber(output:match "Requests/sec:%s*([%d.]+)"), p99 = p99,
      cpu = (cpu(pid) - cpu_before) / tonumber(output:match "(%d+) requests in") * 1e6,
      wakes = (load.wake_ups(server) - wakes_before) / seconds,
   }
end

return load
