-- What a tenant's size costs: everything that goes through a whole tenant with 100, 1,000, 10,000 and 100,000
-- connections, against an emulator on a file. Each work runs in a process of its own; shown are its time, its peak
-- memory above what the interpreter and the library need, and the exponent of the count in both. A time grows with what
-- the processor's caches cannot hold, too: where its exponent is too high, that of the instructions decides.
--    lua5.4 bench/scale/run.lua [MOST]      see `make bench-scale`; MOST is the largest tenant, by default 100,000
local callgrind = require "bench.callgrind"
local document = require "bench.report.document"
local interpreters = require "bench.interpreters"
local machine_of = require "bench.report.machine"
local measure = require "bench.scaling.measure"
local personalize = require "personalize"
local tenant = require "bench.emulator.tenant"

local is_quick = os.getenv "BENCH_QUICK" == "1"
local sizes = {}
for _, size in ipairs(is_quick and { 10, 20 } or { 100, 1000, 10000, 100000 }) do
   if size <= (tonumber(arg[1]) or math.huge) then sizes[#sizes + 1] = size end
end
local most_exponent = 1.1

-- Tenants of which the instructions are counted: callgrind takes some fifty times as long.
local counted_sizes = { 1000, 4000 }

-- In the order in which each finds what it needs.
local works = { "create_all", "list", "each", "find", "table", "export", "validate", "plan", "apply", "ensure_all",
   "promote" }

local folder = tenant.run "mktemp -d":match "%S+"
local interpreter = interpreters.command(interpreters.this)

-- The command that shows all connections as a table.
local function table_command(running)
   return ("env PERSONALIZE_BASE_URL=%s PERSONALIZE_ACCESS_TOKEN=%s bin/personalize list"):format(running.url,
      running.token)
end

local function command_of(name, count, running, empty)
   if name == "table" then return table_command(running) end
   return ("%s bench/scale/work.lua %s %d %s/%d %s %s %s %s"):format(interpreter, name, count, folder, count,
      running.url, running.token, empty.url, empty.token)
end

-- Seconds and peak memory in KiB. A command that prints something else than its seconds is timed as a whole.
local function take(name, command)
   local began = personalize.now()
   local peak_file, out_file = folder .. "/peak", folder .. "/out"
   local done = os.execute(("/usr/bin/time -o %s -f %%M %s >%s"):format(peak_file, command, out_file))
   assert(done == true or done == 0, name .. " failed: " .. command:gsub("TOKEN=%S+", "TOKEN=..."))
   local spent = personalize.now() - began
   local seconds = tonumber(tenant.run("head -n 1 " .. out_file))
   return seconds or spent, tonumber(tenant.run("tail -n 1 " .. peak_file))
end

local seconds, memory = {}, {} -- by work, then by size
for _, name in ipairs(works) do seconds[name], memory[name] = {}, {} end

-- Goes through a tenant of its own: `visit(name, command, base)` for each work, in order, with the command that does
-- nothing.
local function with_tenant(count, visit)
   local running = tenant.start(("%s/%d.db"):format(folder, count))
   local empty = tenant.start(("%s/%d-empty.db"):format(folder, count))
   local base = command_of("none", count, running, empty)
   for _, name in ipairs(works) do visit(name, command_of(name, count, running, empty), base) end
   running.process:clean()
   empty.process:clean()
   os.execute(("rm -rf %s/%d*"):format(folder, count))
end

local function measure_size(place, count)
   local base_peak
   with_tenant(count, function(name, command, base)
      base_peak = base_peak or select(2, take("none", base))
      local spent, peak = take(name, command)
      seconds[name][place], memory[name][place] = spent, math.max(peak - base_peak, 1)
      print(("%-12s %7d  %9.3f s  %9.1f MiB"):format(name, count, spent, memory[name][place] / 1024))
      io.stdout:flush()
   end)
end

-- From the second size on: the first shows what is done once.
local function exponent(costs)
   local from, upper = {}, {}
   for place = is_quick and 1 or 2, #sizes do
      from[#from + 1], upper[#upper + 1] = sizes[place], costs[place]
   end
   return measure.exponent_of({}, from, upper)
end

local function is_steep(name) return exponent(seconds[name]) > most_exponent end

local instructions = {} -- work -> exponent of its instructions, where that of its time is too high

local function count_instructions()
   local counts, wanted = {}, {}
   for _, name in ipairs(works) do wanted[name] = is_steep(name) or nil end
   if next(wanted) == nil or is_quick or not callgrind.is_here() then return end
   for place, count in ipairs(counted_sizes) do
      with_tenant(count, function(name, command, base)
         if not wanted[name] then return take(name, command) end
         counts[name] = counts[name] or {}
         counts[name][place] = callgrind.count(command) - callgrind.count(base)
      end)
   end
   for name, of_sizes in pairs(counts) do instructions[name] = measure.exponent_of({}, counted_sizes, of_sizes) end
end

local function cells(name)
   local row = { (name:gsub("_", "\\_")) }
   for place in ipairs(sizes) do
      row[#row + 1] = ("%.3g s, %.3g MiB"):format(seconds[name][place], memory[name][place] / 1024)
   end
   local of_time, of_memory = exponent(seconds[name]), exponent(memory[name])
   local deciding = instructions[name] or of_time
   local is_too_steep = deciding > most_exponent or of_memory > most_exponent
   row[#row + 1] = ("%.2f"):format(of_time)
      .. (instructions[name] and ("; in instructions %.2f"):format(instructions[name]) or "")
   row[#row + 1] = ("%.2f"):format(of_memory) .. (is_too_steep and " ✗" or "")
   return row, is_too_steep
end

local function report()
   local header, ruler, failed = {}, "| --- |", {}
   for place, count in ipairs(sizes) do
      header[place] = tostring(count)
      ruler = ruler .. " ---: |"
   end
   local lines = { "|  | " .. table.concat(header, " | ") .. " | time | memory |", ruler .. " ---: | ---: |" }
   for _, name in ipairs(works) do
      local row, is_too_steep = cells(name)
      lines[#lines + 1] = "| " .. table.concat(row, " | ") .. " |"
      if is_too_steep then failed[#failed + 1] = name end
   end
   return table.concat(lines, "\n") .. "\n", failed
end

local fine, problem = xpcall(function()
   for place, count in ipairs(sizes) do measure_size(place, count) end
   count_instructions()
end, debug.traceback)
tenant.stop_all()
os.execute("rm -r " .. folder)
if not fine then error(problem, 0) end
local text, failed = report()
print("\n" .. text)
if is_quick then return end
document.fill("doc/benchmarks.md", "doc/benchmarks.md", { scale = document.machine(machine_of()) .. "\n" .. text })
if #failed > 0 then
   print("grows faster than the tenant: " .. table.concat(failed, ", "))
   os.exit(1)
end
