-- The emulator against floors measured in the same run: libmicrohttpd with a constant body, SQLite in a loop.
--    bench/emulator/run.sh compiles the floors and runs this:
--    lua run.lua FLOOR_HTTP FLOOR_SQLITE [ROUNDS] [SECONDS] [retrieve|create|large]
-- What is compared runs in turns, and medians are compared: the machine is not quiet.
local process = require "spec.support.emulator_process"
local support = require "spec.support.emulator"

local floor_http, floor_sqlite = assert(arg[1], "the compiled floors?"), assert(arg[2])
local rounds, seconds, only = tonumber(arg[3] or 7), tonumber(arg[4] or 2), arg[5]

local definition = require "dkjson".encode(support.definition {
   name = "Weather", description = "Weather by city", exampleValue = "",
   request = { requestType = "GET", connectionUrl = "https://api.example.com/v1/weather?city=${city}" },
   inputMappings = { { label = "City", key = "city", type = "string", exampleValue = "Dublin", mapping = "" } },
   outputMappings = { { label = "Temperature", outputReference = "current.temp", type = "number" },
      { label = "Text", outputReference = "current.text", type = "string" } },
   customHeaders = { { name = "Accept", value = "application/json" } },
})

local function run(command)
   local pipe = assert(io.popen(command))
   local text = pipe:read "*a"
   pipe:close()
   return text
end

-- Calls per second that were answered with 2xx.
local function wrk(clients, token, url, more)
   local threads = clients > 1 and 2 or 1
   local text = run(("TOKEN=%s BODY='%s' wrk -t%d -c%d -d%gs %s -H 'Authorization: Bearer %s' '%s'"):format(
      token, definition, threads, clients, seconds, more or "", token, url))
   assert(not text:find "Non%-2xx", text)
   return tonumber(text:match "Requests/sec:%s*([%d.]+)") or error(text)
end

local function median(list)
   table.sort(list)
   return list[math.floor((#list + 1) / 2)]
end

-- Medians of the calls per second of both and of their ratio.
local function compare(ours, theirs)
   local our_rates, their_rates, ratios = {}, {}, {}
   for round = 1, rounds do
      their_rates[round], our_rates[round] = theirs(), ours()
      ratios[round] = our_rates[round] / their_rates[round]
   end
   return median(our_rates), median(their_rates), median(ratios)
end

local missed = 0

local function report(what, goal, ours, theirs, ratio)
   local met = ratio >= goal
   if not met then missed = missed + 1 end
   print(("%-58s %9.0f %9.0f %7.2f   >= %.2f %s"):format(what, ours, theirs, ratio, goal, met and "" or "MISSED"))
end

local folder = run "mktemp -d":match "%S+"

local function start(name)
   local running = process.start(("--json --quiet --token-ttl 86400 --database %s"):format(
      name == ":memory:" and name or folder .. "/" .. name))
   local session = setmetatable({ url = assert(running.url, running.ready), e = { options = function()
      return running.json.options
   end } }, { __index = support.session })
   session.token = session:get_token()
   session.process = running
   return session
end

local function fill(session, count)
   local wanted = count - #select(2, session:send("GET", "/v2/connections")).items
   if wanted <= 200 then
      for _ = 1, wanted do assert(session:send("POST", "/v2/connections", definition) == 201) end
      return
   end
   local before = seconds
   seconds = 1
   while session:send("GET", "/v2/connections?limit=1&offset=" .. count - 1)
      and #select(2, session:send("GET", "/v2/connections?limit=1&offset=" .. count - 1)).items == 0 do
      wrk(64, session.token, session.url .. "/v2/connections", "-s bench/emulator/create.lua")
   end
   seconds = before
end

local function ref_at(session, offset)
   return select(2, session:send("GET", "/v2/connections?limit=1&offset=" .. offset)).items[1].ref
end

local function memory_of(session)
   local file = assert(io.open(("/proc/%d/status"):format(session.process.pid)))
   local kilobytes = tonumber(file:read "*a":match "VmRSS:%s*(%d+)")
   file:close()
   return kilobytes / 1024
end

local function get(session, path, clients)
   return function() return wrk(clients, session.token, session.url .. "/v2/connections" .. path) end
end

local small = start "small.db"
fill(small, 100)
local small_ref = ref_at(small, 50)
local body = select(4, small:send("GET", "/v2/connections/" .. small_ref))

local sections = {}

-- libmicrohttpd alone: its URL, and what ends it.
local function start_bare()
   os.execute("mkfifo " .. folder .. "/stdin")
   local bare = io.popen(("%s %d < %s/stdin"):format(floor_http, #body, folder))
   local hold = assert(io.open(folder .. "/stdin", "w"))
   local url = ("http://127.0.0.1:%d/"):format(bare:read "*n")
   return url, function()
      hold:close()
      bare:close()
      os.remove(folder .. "/stdin")
   end
end

-- Retrieves against a constant body of the same size; then memory, once the journal is full.
function sections.retrieve()
   local bare_url, stop = start_bare()
   report("retrieve, 8 clients, against libmicrohttpd alone", 0.5,
      compare(get(small, "/" .. small_ref, 8), function() return wrk(8, small.token, bare_url) end))
   stop()
   local before = memory_of(small)
   for _ = 1, rounds do get(small, "/" .. small_ref, 8)() end
   print(("memory of the emulator: %.1f MiB, after %g s more of retrieves %.1f MiB"):format(before, rounds * seconds,
      memory_of(small)))
end

-- Creates against inserts committed one by one, and, for one client, against these and the way there and back.
function sections.create()
   local inserted = 0
   local function insert()
      inserted = inserted + 1
      return tonumber(run(("%s %s/floor%d.db %d %g"):format(floor_sqlite, folder, inserted, #body, seconds)))
   end
   local function create(session, clients)
      return function()
         return wrk(clients, session.token, session.url .. "/v2/connections", "-s bench/emulator/create.lua")
      end
   end
   local one, many = start "one.db", start "many.db"
   report("durable creates, 1 client, against SQLite alone", 0.7, compare(create(one, 1), insert))
   local bare_url, stop = start_bare()
   report("durable creates, 1 client, against SQLite + libmicrohttpd", 0.7, compare(create(one, 1), function()
      return 1 / (1 / insert() + 1 / wrk(1, one.token, bare_url))
   end))
   stop()
   report("durable creates, 8 clients, against SQLite alone", 1.0, compare(create(many, 8), insert))
   one.process:clean()
   many.process:clean()
end

-- 100,000 connections in a file against 100: by one client, because several are spread over the server's threads as it
-- happens, sometimes all over one.
function sections.large()
   local filling = start "large.db"
   fill(filling, 100000)
   filling.process:stop()
   filling.process:clean()
   local large = start "large.db"
   for _, case in ipairs {
      { "retrieve", "/" .. ref_at(large, 50000), "/" .. small_ref },
      { "list of 100", "?limit=100", "?limit=100" },
      { "list of the last 100", "?limit=100&offset=99900", "?limit=100" },
   } do
      report(case[1] .. ", of 100,000 against of 100", 1 / 1.3, compare(get(large, case[2], 1), get(small, case[3], 1)))
   end
   large.process:clean()
end

print(("%-58s %9s %9s %7s   goal"):format("", "ours/s", "floor/s", "ratio"))
for _, name in ipairs { "retrieve", "create", "large" } do
   if not only or only == name then sections[name]() end
end
small.process:clean()
os.execute("rm -r " .. folder)
os.exit(missed == 0 and 0 or 1)
