-- personalize.map against a bare loop on libcurl's multi interface, 32 calls in flight, over TLS to a local nginx with
-- a constant JSON answer.
--    lua bench/map/run.lua FLOOR [ROUNDS] [CALLS]      FLOOR: the compiled floor.c
-- Rounds alternate, and medians are compared: the machine is not quiet.
local personalize = require "personalize"
local target = require "bench.target"

local floor_program = assert(arg[1], "the compiled floor.c?")
local rounds, calls = tonumber(arg[2] or 7), tonumber(arg[3] or 5000)
local concurrency = 32
local wanted = 0.8

local server = target.start()

local function run_floor(version)
   local process = io.popen(("%s %s/v2/connections/r %s %d %s %d"):format(floor_program, server.url, server.ca_file,
      calls, version, concurrency))
   local seconds = tonumber(process:read "l")
   process:close()
   return calls / assert(seconds, "the floor failed")
end

local items = {}
for index = 1, calls do items[index] = index end

local function run_map(version)
   local client = assert(personalize.new { base_url = server.url, ca_file = server.ca_file, access_token = "token",
      http2 = version == "2" })
   local warm = { unpack and unpack(items, 1, 200) or table.unpack(items, 1, 200) }
   local function get() return client.connections.get("r").ref end
   personalize.map(warm, get, { concurrency = concurrency })
   local began = personalize.now()
   local _, errors = personalize.map(items, get, { concurrency = concurrency })
   local seconds = personalize.now() - began
   assert(next(errors) == nil, tostring(errors[next(errors)]))
   return calls / seconds
end

for _, version in ipairs { "1.1", "2" } do
   local floors, maps, ratios = {}, {}, {}
   for round = 1, rounds do
      floors[round] = run_floor(version)
      maps[round] = run_map(version)
      ratios[round] = maps[round] / floors[round]
   end
   print(("HTTP/%-3s  %d in flight  libcurl's loop %7.0f calls/s   map %7.0f calls/s   ratio %.3f (at least %.2f)")
      :format(version, concurrency, target.median(floors), target.median(maps), target.median(ratios), wanted))
end
server:stop()
