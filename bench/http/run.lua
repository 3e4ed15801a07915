-- Retrieves one after the other, over one kept-alive TLS connection where the contestant keeps one.
local contest = require "bench.contest"
local contestants = require "bench.contestants"
local part = require "bench.part"
local servers = require "bench.servers"

local rounds, count = part.count(7, 1), part.count(3000, 20)

-- The contestants that make a new connection for each call get fewer calls.
local slow_count = part.count(300, 5)

local floor, engine = contestants.floor "sequential", contestants.engine "lua5.4"
local ours, on_luajit = contestants.ours "lua5.4", contestants.ours "luajit"
local keeping = { [ours] = contestants.fetch(), [on_luajit] = contestants.lua_http() }
local curl = contestants.curl_jq()
local connecting = { contestants.luasocket "lua5.4", contestants.sdk() }

local running = servers.start(2)

for _, server in ipairs { running.emulator, running.nginx, running.nginx2 } do
   local what = "retrieves one after the other, " .. server.name
   local all = { floor, ours, on_luajit, engine, curl, keeping[on_luajit] }
   if server.version == "1.1" then all[#all + 1] = keeping[ours] end
   local result = contest.run(rounds, { name = "sequential", server = server, count = count }, all)
   local function row(who, other, at_least)
      result:row(who, other, { part = "http", what = what, measure = "rate", at_least = at_least,
         headline = at_least and server ~= running.nginx or nil })
   end
   row(ours, floor, 0.92)
   row(on_luajit, floor, 0.92)
   row(engine, floor)
   row(ours, curl)
   row(on_luajit, keeping[on_luajit])
   if server.version == "1.1" then row(ours, keeping[ours]) end
end

local result = contest.run(rounds, { name = "sequential", server = running.emulator, count = slow_count },
   { ours, connecting[1], connecting[2] })
for _, other in ipairs(connecting) do
   result:row(ours, other, { part = "http", what = "retrieves one after the other, " .. running.emulator.name,
      measure = "rate" })
end
running:stop()
