-- How the time of everything that takes a text, a list or a pattern grows with its size:
--    lua5.4 bench/scaling/run.lua [WORD...]      words pick lists of rows, or rows; see `make bench-scaling`
-- Each row is timed in CPU at n, 2n, 4n and 8n; its exponent is that of n in the time. Where that is above 1.1, it is
-- the caches or the work: the instructions are counted, too, and an exponent of theirs above 1.1 fails the run.
-- Where a row sorts, that is the exponent without the logarithm of n log n. One near 0 is of something bounded: it
-- looks at the start alone, or at so many. A run of all rows writes its table into doc/benchmarks.md.
--
-- Not here, for a server has to take part: headers of an answer, bodies as they come, paging, `map` and what event
-- loops hold, the emulator's store. Nor what is a product by design: a pattern and a name that are both long, texts
-- that are replaced times the texts they stand in, a long secret and a text that repeats its start, and misspelt words
-- times known ones.
local callgrind = require "bench.callgrind"
local document = require "bench.report.document"
local instructions = require "bench.scaling.instructions"
local machine_of = require "bench.report.machine"
local measure = require "bench.scaling.measure"

local most_exponent = 1.1
local is_quick = os.getenv "BENCH_QUICK" == "1"

-- What the project wants of its scanner: 5 MB with 400 secrets, in ms.
local scanner = require "bench.scaling.scanner"

local lists = { "patterns", "masking", "texts", "json", "definitions", "curl", "files", "answers" }

local function is_asked_for(list, name)
   for _, word in ipairs(arg) do
      if word == list or name:find(word, 1, true) then return true end
   end
   return #arg == 0
end

local function is_too_steep(found) return (found.counted or found.exponent) > most_exponent end

local function cells(row_of, found)
   local row = { row_of.name .. (row_of.sorts and " (sorts)" or ""), ("%d"):format(found.size) }
   for index = 1, 4 do row[index + 2] = ("%.2f"):format(found.times[index] * 1000) end
   row[7] = ("%.2f"):format(found.exponent)
   if found.counted then row[7] = ("%s; in instructions %.2f"):format(row[7], found.counted) end
   if is_too_steep(found) then row[7] = row[7] .. " ✗" end
   return row
end

local function show(row)
   print(("%-58s %9s %8s %8s %8s %8s  %s"):format((table.unpack or unpack)(row))) -- luacheck: ignore
   io.stdout:flush()
end

local function markdown(rows, scan)
   local lines = { "|  | n | ms at n | at 2n | at 4n | at 8n | exponent |",
      "| --- | ---: | ---: | ---: | ---: | ---: | ---: |" }
   for _, row in ipairs(rows) do lines[#lines + 1] = "| " .. table.concat(row, " | ") .. " |" end
   lines[#lines + 1] = "\n" .. scan .. "\n"
   return table.concat(lines, "\n")
end

local rows, failed = {}, {}
show { "", "n", "n: ms", "2n", "4n", "8n", "exponent" }
for _, list in ipairs(lists) do
   for index, row in ipairs(require("bench.scaling.rows." .. list)) do
      if is_asked_for(list, row.name) then
         local found = measure.row(row, most_exponent, is_quick)
         if not is_quick and found.exponent > most_exponent and callgrind.is_here() then
            found.counted = measure.exponent_of(row, found.sizes, instructions(list, index, found.sizes))
         end
         rows[#rows + 1] = cells(row, found)
         show(rows[#rows])
         if is_too_steep(found) then failed[#failed + 1] = row.name end
      end
   end
end
local scan = scanner()
print("\n" .. scan)
if #arg == 0 and not is_quick then
   document.fill("doc/benchmarks.md", "doc/benchmarks.md",
      { scaling = document.machine(machine_of()) .. "\n" .. markdown(rows, scan) })
end
if #failed > 0 and not is_quick then
   print("grows faster than its input: " .. table.concat(failed, "; "))
   os.exit(1)
end
