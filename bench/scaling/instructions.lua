-- How many instructions a row's work takes at each size, without those that make its input. Unlike times, they do not
-- know what the processor's caches hold: they tell a larger input from more work on it.
local callgrind = require "bench.callgrind"

local function of_process(list, index, size, times)
   return callgrind.count(("'%s' bench/scaling/once.lua %s %d %d %d"):format(arg[-1], list, index, size, times))
end

--- @tparam string list the list's name
-- @tparam integer index the row's place in it
-- @tparam {integer,...} sizes
-- @treturn {integer,...}
return function(list, index, sizes)
   local counts = {}
   for place, size in ipairs(sizes) do
      counts[place] = of_process(list, index, size, 1) - of_process(list, index, size, 0)
      assert(counts[place] > 0, "the work took no instructions: was it done?")
   end
   return counts
end
