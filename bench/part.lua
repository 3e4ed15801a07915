-- What the parts of the benchmark share: how much is measured, in turns, and what becomes of it.
--
-- A part measures contestants in rounds, each contestant once a round, so that what slows the machine slows all of
-- them. It hands over rows: ours against one other, the medians over the rounds and the median of the rounds' ratios.
local statistics = require "bench.statistics"
local table_of = require "bench.report.table"
local json = require "personalize".json

local part = {}

--- Whether this run is there to see that everything runs, not to measure.
part.quick = os.getenv "BENCH_QUICK" == "1"

--- How many of something: the second number in a quick run.
function part.count(normal, quick)
   return part.quick and quick or normal
end

--- Calls functions in turns, so many rounds.
-- @tparam table contestants array of `{ name, function() -> number }`
-- @treturn table what they returned: name -> array by round
function part.in_turns(rounds, contestants)
   local samples = {}
   for _, contestant in ipairs(contestants) do samples[contestant[1]] = {} end
   for round = 1, rounds do
      for _, contestant in ipairs(contestants) do samples[contestant[1]][round] = contestant[2]() end
   end
   return samples
end

-- Shows a row, and appends it to the file BENCH_ROWS for whoever collects the rows of all parts.
local function hand_over(row)
   io.write(table_of.line(row), "\n")
   io.flush()
   local path = os.getenv "BENCH_ROWS"
   if not path then return end
   local file = assert(io.open(path, "a"))
   file:write(assert(json.encode(row)), "\n")
   file:close()
end

--- Hands over what was measured.
-- @tparam table row `part`, `what`, `ours` and `other` (names; `other` may be missing), `unit`, `our_samples`,
-- `other_samples` (numbers by round), `at_least` or `at_most` (the target of the ratio, or of ours where there is no
-- other), `headline` (whether the short table has it)
function part.row(row)
   local compared = row.our_samples
   row.our_value = statistics.median(row.our_samples)
   if row.other_samples then
      row.other_value = statistics.median(row.other_samples)
      compared = statistics.ratios(row.our_samples, row.other_samples)
      row.ratio = statistics.median(compared)
   end
   row.rounds, row.lowest, row.highest = #compared, statistics.spread(compared)
   local measured = row.ratio or row.our_value
   row.missed = not part.quick
      and (row.at_least and measured < row.at_least or row.at_most and measured > row.at_most) or nil
   hand_over(row)
end

--- Hands over what could not be measured: `part`, `what`, `ours`, `other`, and `reason`.
function part.unmeasured(row)
   hand_over(row)
end

return part
