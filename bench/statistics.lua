-- Numbers about rounds.
local statistics = {}

local function sorted(list)
   local copy = {}
   for index = 1, #list do copy[index] = list[index] end
   table.sort(copy)
   return copy
end

function statistics.median(list)
   local ordered = sorted(list)
   local middle = math.floor((#ordered + 1) / 2)
   if #ordered % 2 == 1 then return ordered[middle] end
   return (ordered[middle] + ordered[middle + 1]) / 2
end

--- Each round's ratio.
function statistics.ratios(ours, others)
   local ratios = {}
   for round = 1, #ours do ratios[round] = ours[round] / others[round] end
   return ratios
end

--- Lowest and highest.
function statistics.spread(list)
   local ordered = sorted(list)
   return ordered[1], ordered[#ordered]
end

return statistics
