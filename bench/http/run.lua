-- Sequential calls through the engine against the bare libcurl loop of floor.c, each over one
-- kept-alive TLS connection to a local nginx with a constant JSON answer.
--    lua bench/http/run.lua FLOOR [ROUNDS] [CALLS]      FLOOR: the compiled floor.c
-- Rounds alternate, and medians are compared: the machine is not quiet.
local certificates = require "spec.support.certificates"
local nginx = require "spec.support.nginx"
local core = require "personalize.core"

local floor_program = assert(arg[1], "the compiled floor.c?")
local rounds, calls = tonumber(arg[2] or 9), tonumber(arg[3] or 3000)
local TARGET = 0.88

local function write(path, text)
   local file = assert(io.open(path, "w"))
   file:write(text)
   file:close()
end

-- About what a connection looks like.
local function json()
   local mappings = {}
   for i = 1, 6 do
      mappings[i] = ([[{"label":"Label %d","key":"key%d","type":"string","exampleValue":"value","mapping":""}]])
         :format(i, i)
   end
   return ([[{"clientKey":"k","href":"https://x/v2/connections/r","ref":"r","name":"Weather","archived":false,
"auth":{"authType":"NONE"},"request":{"requestType":"GET","connectionUrl":"https://api.example.com/${city}"},
"inputMappings":[%s],"outputMappings":[],"systemType":"DATA_SYSTEM","connectionTimeout":1000}]])
      :format(table.concat(mappings, ","))
end

local function start()
   local folder = nginx.folder()
   certificates.make(folder, { server = "DNS:localhost,IP:127.0.0.1" })
   write(folder .. "/body.json", json())
   return nginx.start(folder, [[
      server { listen 127.0.0.1:%PORT1% ssl http2; ssl_certificate %FOLDER%/server.pem;
               ssl_certificate_key %FOLDER%/server.key; root %FOLDER%; } ]])
end

local function run_floor(url, ca_file, version)
   local process = io.popen(("%s %s %s %d %s"):format(floor_program, url, ca_file, calls, version))
   local seconds = tonumber(process:read "l")
   process:close()
   return calls / assert(seconds, "the floor failed")
end

local function run_engine(url, ca_file, version)
   local engine = core.http.engine()
   local decode = core.json and core.json.decode
   local function call()
      local transfer = assert(engine:add {
         method = "GET", url = url, ca_file = ca_file, timeout_ms = 30000, connect_timeout_ms = 5000,
         stall_timeout_ms = 10000, http2 = version == "2",
         headers = { { "Authorization", "Bearer token" }, { "Accept", "application/json" } },
      })
      while not transfer:done() do engine:wait(1000) end
      local result = assert(transfer:result())
      assert(result.status == 200 and result.http_version == version)
      return decode and decode(result.body)
   end
   for _ = 1, 200 do call() end
   local began = core.now()
   for _ = 1, calls do call() end
   local speed = calls / (core.now() - began)
   engine:close()
   return speed
end

local function median(list)
   table.sort(list)
   return list[math.floor(#list / 2) + 1]
end

local server = start()
local ca_file = server.folder .. "/ca.pem"
local url = ("https://127.0.0.1:%d/body.json"):format(server.ports[1])
for _, version in ipairs { "1.1", "2" } do
   local floors, engines, ratios = {}, {}, {}
   for i = 1, rounds do
      floors[i] = run_floor(url, ca_file, version)
      engines[i] = run_engine(url, ca_file, version)
      ratios[i] = engines[i] / floors[i]
   end
   print(("HTTP/%-3s  bare libcurl %7.0f calls/s   engine and JSON %7.0f calls/s   ratio %.3f (at least %.2f)")
      :format(version, median(floors), median(engines), median(ratios), TARGET))
end
server:stop()
