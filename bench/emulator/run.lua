-- The emulator against floors: libmicrohttpd with a constant body, SQLite in a loop; and with 100,000 connections
-- against itself with 100.
local interpreters = require "bench.interpreters"
local part = require "bench.part"
local tenant = require "bench.emulator.tenant"

local rounds, seconds, many = part.count(7, 1), 1, part.count(100000, 300)

local folder = tenant.run "mktemp -d":match "%S+"
local floors = interpreters.build .. "/bench/floor/"

-- The tenant of 100 connections, one of them, and its body.
local small, small_ref, body

-- libmicrohttpd alone: its URL, and what ends it.
local function start_bare()
   os.execute("mkfifo " .. folder .. "/stdin")
   local bare = io.popen(("%sanswer %d < %s/stdin"):format(floors, #body, folder))
   local hold = assert(io.open(folder .. "/stdin", "w"))
   local url = ("http://127.0.0.1:%d/"):format(bare:read "*n")
   return url, function()
      hold:close()
      bare:close()
      os.remove(folder .. "/stdin")
   end
end

local function compare(what, other, at_least, ours, theirs)
   local samples = part.in_turns(rounds, { { "theirs", theirs }, { "ours", ours } })
   part.row { part = "emulator", what = "emulator: " .. what, ours = "emulator", other = other, unit = "1/s",
      our_samples = samples.ours, other_samples = samples.theirs, at_least = at_least, headline = true }
end

-- Retrieves against a constant body of the same size.
local function retrieves()
   local url, stop = start_bare()
   for _, case in ipairs { { "1 client", 1 }, { "8 clients", 8 } } do
      local clients = case[2]
      compare("retrieves, " .. case[1], "libmicrohttpd alone", 0.5,
         function() return tenant.get(small, clients, seconds, "/" .. small_ref) end,
         function() return tenant.wrk(clients, seconds, small.token, url) end)
   end
   stop()
end

-- Durable creates against inserts committed one by one.
local function creates()
   for _, case in ipairs { { "1 client", 1, 0.5 }, { "8 clients", 8, 0.5 } } do
      local clients = case[2]
      local session = tenant.start(("%s/create%d.db"):format(folder, clients))
      local function insert()
         return tonumber(tenant.run(("%sinsert %s/floor%d.db %d %d"):format(floors, folder, clients, #body, seconds)))
      end
      insert() -- both files have grown a log by then, as they have for the rest of their lives
      tenant.create(session, clients, seconds)
      compare("durable creates, " .. case[1], "SQLite, one by one", case[3],
         function() return tenant.create(session, clients, seconds) end, insert)
      session.process:clean()
   end
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
   small_ref, body = tenant.at(small, 50)
   retrieves()
   creates()
   sizes()
end

local fine, problem = xpcall(measure, debug.traceback)
tenant.stop_all()
os.execute("rm -r " .. folder)
if not fine then error(problem, 0) end
