-- All benchmarks as one table:
--    lua5.4 bench/run.lua [PART...]      see `make bench`
-- Each part runs in processes of its own and hands its rows over in a file. A run of all parts writes them into doc/:
-- the tables of benchmarks.md, all numbers as benchmarks.json, and the plots. A quick run writes beside what was built.
local document = require "bench.report.document"
local interpreters = require "bench.interpreters"
local json = require "personalize".json
local machine_of = require "bench.report.machine"
local part = require "bench.part"
local plots = require "bench.report.plots"
local table_of = require "bench.report.table"

-- The parts in the order of the table; those that measure in their own process run on both interpreters.
local parts = {
   { "http", "lua5.4" }, { "map", "lua5.4" }, { "list", "lua5.4" }, { "first", "lua5.4" },
   { "json", "lua5.4", "luajit" }, { "openresty", "luajit" }, { "emulator", "lua5.4" }, { "sync", "lua5.4", "luajit" },
   { "instructions", "lua5.4" },
}

local function is_asked_for(name)
   for _, wanted in ipairs(arg) do
      if wanted == name then return true end
   end
   return #arg == 0
end

-- Runs a part; brings its rows, and whether it ended well.
local function run(name, variant)
   local path = os.tmpname()
   local fine = os.execute(("BENCH_ROWS=%s %s bench/%s/run.lua"):format(path, interpreters.command(variant), name))
   local rows = {}
   for line in io.lines(path) do rows[#rows + 1] = assert(json.decode(line)) end
   os.remove(path)
   return rows, fine
end

local function write_json(path, value)
   local file = assert(io.open(path, "w"))
   file:write(assert(json.encode(value, { canonical = true, pretty = true })), "\n")
   assert(file:close())
end

-- Tables by name: the short one, and one for each part.
local function tables(rows)
   local lists = { headline = {} }
   for _, row in ipairs(rows) do
      lists[row.part] = lists[row.part] or {}
      table.insert(lists[row.part], row)
      if row.headline then table.insert(lists.headline, row) end
   end
   local blocks = {}
   for name, list in pairs(lists) do blocks[name] = table_of.markdown(list) end
   blocks.ratios = table_of.brief(lists.headline)
   return blocks
end

local function publish(rows)
   local machine, folder = machine_of(), "doc"
   if part.quick then
      folder = interpreters.build .. "/bench/report"
      os.execute("mkdir -p " .. folder)
   end
   local blocks = tables(rows)
   blocks.machine = document.machine(machine)
   document.fill("doc/benchmarks.md", folder .. "/benchmarks.md", blocks)
   if not part.quick then document.fill("README.md", "README.md", blocks) end
   write_json(folder .. "/benchmarks.json", { machine = machine, rows = rows })
   plots.draw(rows, folder)
   print("\nwritten to " .. folder)
end

local all, failed, missed = {}, {}, 0
local began = os.time()
for _, entry in ipairs(parts) do
   local name = entry[1]
   for index = 2, is_asked_for(name) and #entry or 1 do
      local rows, fine = run(name, entry[index])
      for _, row in ipairs(rows) do
         all[#all + 1] = row
         if row.missed then missed = missed + 1 end
      end
      if not fine then failed[#failed + 1] = name end
   end
end
print("\n" .. table_of.text(all))
print(("%d rows after %d s, %s"):format(#all, os.time() - began,
   part.quick and "targets not judged: a quick run" or missed .. " targets missed"))
if #failed > 0 then
   print("failed: " .. table.concat(failed, ", "))
   os.exit(1)
end
if #arg == 0 then publish(all) end
