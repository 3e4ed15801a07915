-- The emulator with 100,000 connections against itself with 100: its answers' times do not grow with its database.
local part = require "bench.part"
local tenant = require "bench.emulator.tenant"

local rounds, seconds, many = part.count(7, 1), 1, part.count(100000, 300)

local folder = tenant.run "mktemp -d":match "%S+"

-- The tenant of 100 connections, and one of them.
local small, small_ref

local function compare(what, other, at_least, ours, theirs)
   local samples = part.in_turns(rounds, { { "theirs", theirs }, { "ours", ours } })
   part.row { part = "emulator", what = "emulator: " .. what, ours = "emulator", other = other, unit = "1/s",
      our_samples = samples.ours, other_samples = samples.theirs, at_least = at_least, headline = true }
end

-- Many connections in a file against 100: by one client, because several take turns at the database.
local function sizes()
   local filling = tenant.start(folder .. "/large.db")
   tenant.fill(filling, many)
   filling.process:stop()
   local large = tenant.start(folder .. "/large.db")
   local last = "?limit=100&offset=" .. many - 100
   for _, case in ipairs {
      { "retrieves", "/" .. tenant.at(large, many // 2), "/" .. small_ref },
      { "lists of 100", "?limit=100", "?limit=100" },
      { "lists of the last 100", last, "?limit=100" },
   } do
      compare(("%s of %d"):format(case[1], many), "of 100", 1 / 1.3,
         function() return tenant.get(large, 1, seconds, case[2]) end,
         function() return tenant.get(small, 1, seconds, case[3]) end)
   end
end

local function measure()
   small = tenant.start(folder .. "/small.db")
   tenant.fill(small, 100)
   small_ref = tenant.at(small, 50)
   sizes()
end

local fine, problem = xpcall(measure, debug.traceback)
tenant.stop_all()
os.execute("rm -r " .. folder)
if not fine then error(problem, 0) end
