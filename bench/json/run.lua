-- Compares the codec with lua-cjson on lists of connections, in one process and in turns: what slows
-- the machine slows both, so the median of the rounds' ratios says more than the times do.
local cjson = require "cjson"
local connections = require "bench.json.connections"
local core = require "personalize.core".json

local sizes = { { count = 100, repeats = 20, rounds = 25 }, { count = 10000, repeats = 1, rounds = 7 } }
local goals = { decode = 0.65, ["canonical encode"] = 1.15 }

local function median(list)
   table.sort(list)
   return list[math.floor((#list + 1) / 2)]
end

local function seconds(run, repeats)
   collectgarbage()
   local start = os.clock()
   for _ = 1, repeats do
      run()
   end
   return (os.clock() - start) / repeats
end

-- Medians of both functions' times and of their ratio.
local function compare(size, ours, theirs)
   local our_times, their_times, ratios = {}, {}, {}
   for round = 1, size.rounds do
      our_times[round] = seconds(ours, size.repeats)
      their_times[round] = seconds(theirs, size.repeats)
      ratios[round] = our_times[round] / their_times[round]
   end
   return median(our_times), median(their_times), median(ratios)
end

local function report(what, count, ours, theirs, ratio)
   local goal = goals[what]
   print(("%-18s %12d %10.3f %10.3f %8.2f %6s"):format(what, count, ours * 1e3, theirs * 1e3, ratio,
      goal and ("%.2f"):format(goal) or ""))
end

print(jit and jit.version or _VERSION)
print(("%-18s %12s %10s %10s %8s %6s"):format("", "connections", "ours, ms", "cjson, ms", "ratio", "goal"))
for _, size in ipairs(sizes) do
   local text = connections.list(size.count)
   report("decode", size.count,
      compare(size, function() return core.decode(text) end, function() return cjson.decode(text) end))
   local value, same = core.decode(text), cjson.decode(text)
   local function cjson_encode() return cjson.encode(same) end
   for _, case in ipairs {
      { "encode", nil },
      { "canonical encode", { canonical = true, rank = connections.ranks() } },
      { "pretty encode", { canonical = true, rank = connections.ranks(), pretty = true } },
   } do
      local options = case[2]
      report(case[1], size.count,
         compare(size, function() return core.encode(value, options) end, cjson_encode))
   end
end
