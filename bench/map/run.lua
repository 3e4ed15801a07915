-- personalize.map against a bare loop on libcurl's multi interface, 32 calls in flight, over kept-alive TLS connections
-- to the emulator.
--    lua bench/map/run.lua FLOOR [ROUNDS] [CALLS]      FLOOR: the compiled floor.c
-- Rounds alternate, and medians are compared: the machine is not quiet.
local personalize = require "personalize"
local target = require "bench.target"

local floor_program = assert(arg[1], "the compiled floor.c?")
local rounds, calls = tonumber(arg[2] or 7), tonumber(arg[3] or 5000)
local concurrency = 32
local wanted = 0.8

local service = target.start()

local function run_floor()
   local process = io.popen(("%s %s%s %s %d 1.1 %d %s"):format(floor_program, service.url, service.path,
      service.ca_file, calls, concurrency, service.token))
   local seconds = tonumber(process:read "l")
   process:close()
   return calls / assert(seconds, "the floor failed")
end

local warm, items = {}, {}
for index = 1, 200 do warm[index] = index end
for index = 1, calls do items[index] = index end

local function run_map()
   local connections = service:client({ http2 = false }).connections
   local function get() return connections.get(service.ref).ref end
   personalize.map(warm, get, { concurrency = concurrency })
   local began = personalize.now()
   local _, errors = personalize.map(items, get, { concurrency = concurrency })
   local seconds = personalize.now() - began
   assert(next(errors) == nil, tostring(errors[next(errors)]))
   return calls / seconds
end

local floors, maps = {}, {}
for round = 1, rounds do floors[round], maps[round] = run_floor(), run_map() end
local floor, speed = target.median(floors), target.median(maps)
print(("%d in flight over TLS  libcurl's loop %7.0f calls/s   map %7.0f calls/s   ratio %.2f (at least %.2f)")
   :format(concurrency, floor, speed, speed / floor, wanted))
service:stop()
