-- Makes the input of one row, and does its work on it so many times: what bench/scaling/instructions.lua counts.
--    lua5.4 bench/scaling/once.lua LIST INDEX N TIMES
local row = require("bench.scaling.rows." .. arg[1])[tonumber(arg[2])]
local input = row.make(tonumber(arg[3]))
for _ = 1, tonumber(arg[4]) do row.work(input) end
os.exit(0)
