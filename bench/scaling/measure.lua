-- How the time of one row grows. What is smaller is done more often, so that each size is measured for equally long:
-- what else the machine does, and what its caches hold, weighs on all alike.
local measure = {}

-- Each size takes at least so long in all; sizes are not made larger than this.
local least_seconds, largest = 0.02, 2 ^ 18

-- The sizes, in n, and how often each is done.
local factors, repeats = { 1, 2, 4, 8 }, { 8, 4, 2, 1 }

-- One round may tell that a time does not grow faster than its size. What grows faster is measured so many times, and
-- where it seems to be above the limit so many more: others may have had the processor.
local plain, rounds, more_rounds = 1, 3, 9

-- Seconds of CPU. What the collector does depends on how much the rest of the process holds: it waits.
local function seconds(work, input, count)
   collectgarbage()
   collectgarbage "stop"
   local start = os.clock()
   for _ = 1, count do work(input) end
   local spent = os.clock() - start
   collectgarbage "restart"
   return spent
end

-- Seconds of so many times in all. A row that changes its input gets it anew each time.
local function time(row, size, count, inputs)
   if row.fresh then
      local sum = 0
      for _ = 1, count do sum = sum + seconds(row.work, row.make(size), 1) end
      return sum
   end
   inputs[size] = inputs[size] or row.make(size)
   return seconds(row.work, inputs[size], count)
end

-- The first size that takes long enough, and how many times as often each size is to be done.
local function size_of(row)
   if row.size then return row.size, math.ceil(least_seconds / math.max(time(row, row.size, repeats[1], {}), 1e-6)) end
   local size = row.from or 16
   while size < largest and time(row, size, repeats[1], {}) < least_seconds do size = size * 2 end
   return size, 1
end

-- The slope of the line through the logarithms that has the least squares.
local function slope(sizes, times)
   local count, sum_x, sum_y, sum_xx, sum_xy = #sizes, 0, 0, 0, 0
   for index, size in ipairs(sizes) do
      local x, y = math.log(size), math.log(times[index])
      sum_x, sum_y, sum_xx, sum_xy = sum_x + x, sum_y + y, sum_xx + x * x, sum_xy + x * y
   end
   return (count * sum_xy - sum_x * sum_y) / (count * sum_xx - sum_x * sum_x)
end

-- The exponent of n; where the work sorts, without the logarithm.
local function exponent_of(row, sizes, costs)
   local scaled = {}
   for index, size in ipairs(sizes) do scaled[index] = costs[index] / (row.sorts and math.log(size) or 1) end
   return slope(sizes, scaled)
end
measure.exponent_of = exponent_of

--- Measures a row: at a size n that takes long enough, and at 2n, 4n and 8n.
-- @tparam table row `make(n)` gives the input, which is not timed, and `work(input)` is; `sorts`: it takes n log n, and
-- the logarithm is taken out of its exponent; `fresh`: it changes its input; `from`: the smallest n; `size`: n itself
-- @tparam number most the highest exponent that is allowed
-- @tparam boolean is_quick whether this is to see that it runs
-- @treturn table `size`, `sizes` (the four), `times` (seconds of one time, the best of the rounds), `exponent`
function measure.row(row, most, is_quick)
   local size, times_more = 8, 1
   if not is_quick then size, times_more = size_of(row) end
   local sizes, times, inputs, exponent = {}, {}, {}, nil
   -- memory that is touched for the first time may cost more than the work
   if not is_quick then time(row, factors[#factors] * size, 1, inputs) end
   for round = 1, is_quick and 1 or rounds + more_rounds do
      for index, factor in ipairs(factors) do
         local each, count = factor * size, repeats[index] * times_more
         sizes[index] = each
         times[index] = math.min(times[index] or math.huge,
            math.max(time(row, each, count, inputs), 1e-6) / count)
      end
      exponent = exponent_of(row, sizes, times)
      if exponent <= plain or round >= rounds and exponent <= most then break end
   end
   -- what takes next to no time at any size is bounded, whatever its quotients are
   if not row.size and times[#times] < least_seconds / 20 then exponent = 0 end
   return { size = size, sizes = sizes, times = times, exponent = exponent }
end

return measure
