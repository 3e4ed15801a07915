-- Sequential retrieves, each over one kept-alive TLS connection to the emulator: the library against the bare libcurl
-- loop of floor.c, which does nothing with the answer but collect it.
--    lua bench/http/run.lua FLOOR [ROUNDS] [CALLS]      FLOOR: the compiled floor.c
-- Rounds alternate, and medians are compared: the machine is not quiet.
local core = require "personalize.core"
local personalize = require "personalize"
local target = require "bench.target"

local floor_program = assert(arg[1], "the compiled floor.c?")
local rounds, calls = tonumber(arg[2] or 9), tonumber(arg[3] or 3000)
local wanted = 0.88

local service = target.start()

local function run_floor()
   local process = io.popen(("%s %s%s %s %d 1.1 %s"):format(floor_program, service.url, service.path, service.ca_file,
      calls, service.token))
   local seconds = tonumber(process:read "l")
   process:close()
   return calls / assert(seconds, "the floor failed")
end

local function rate(call)
   for _ = 1, 200 do call() end
   local began = personalize.now()
   for _ = 1, calls do call() end
   return calls / (personalize.now() - began)
end

-- The engine and the codec alone: HTTP and decode.
local function run_engine()
   local engine = core.http.engine()
   local profile = core.http.profile { ca_file = service.ca_file, http2 = false }
   local headers = { { "Authorization", "Bearer " .. service.token }, { "Accept", "application/json" } }
   local url = service.url .. service.path
   local speed = rate(function()
      local transfer = assert(engine:add({ method = "GET", url = url, headers = headers, timeout_ms = 30000 }, profile))
      while not transfer:done() do engine:wait(1000) end
      return assert(core.json.decode(assert(transfer:result()).body)).name
   end)
   engine:close()
   return speed
end

-- What a script calls.
local function run_library()
   local connections = service:client({ http2 = false }).connections
   return rate(function() return assert(connections.get(service.ref)).name end)
end

local floors, engines, libraries = {}, {}, {}
for round = 1, rounds do
   floors[round], engines[round], libraries[round] = run_floor(), run_engine(), run_library()
end
local floor = target.median(floors)
print(("a retrieve over TLS  bare libcurl %7.0f calls/s"):format(floor))
for _, row in ipairs { { "engine and JSON", engines }, { "connections.get", libraries } } do
   local speed = target.median(row[2])
   print(("                     %-15s %4.0f calls/s   ratio %.2f (at least %.2f)"):format(row[1], speed, speed / floor,
      wanted))
end
service:stop()
