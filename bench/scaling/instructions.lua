-- How many instructions a row's work takes, counted by callgrind. Unlike times, they do not know what the processor's
-- caches hold: they tell a larger input from more work on it.
local instructions = {}

local COUNT = "valgrind --tool=callgrind --callgrind-out-file=/dev/null '%s' bench/scaling/once.lua %s %d %d %d 2>&1"

local function of_process(list, index, size, times)
   local pipe = assert(io.popen(COUNT:format(arg[-1], list, index, size, times)))
   local text = pipe:read "*a"
   pipe:close()
   return tonumber(text:match "Collected : (%d+)" or error("callgrind counted nothing:\n" .. text))
end

-- Whether valgrind is here.
function instructions.can_be_counted()
   local outcome = os.execute "valgrind --version >/dev/null 2>&1"
   return outcome == true or outcome == 0
end

--- The instructions of a row's work at each size, without those that make its input.
-- @tparam string list the list's name
-- @tparam integer index the row's place in it
-- @tparam {integer,...} sizes
-- @treturn {integer,...}
function instructions.of(list, index, sizes)
   local counts = {}
   for place, size in ipairs(sizes) do
      counts[place] = of_process(list, index, size, 1) - of_process(list, index, size, 0)
   end
   return counts
end

return instructions
