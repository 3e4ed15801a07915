-- Retrieves one after the other, over one kept-alive TLS connection where the contestant keeps one.
local contest = require "bench.contest"
local contestants = require "bench.contestants"
local part = require "bench.part"
local servers = require "bench.servers"

local rounds, count = part.count(7, 1), part.count(3000, 20)

-- From further away each call takes longer, whoever makes it.
local far_count = part.count(300, 10)

-- Those that make a new connection for each call get fewer calls.
local connecting_count = part.count(300, 10)

local floor, engine = contestants.floor "sequential", contestants.engine "lua5.4"
local decoding = contestants.decoding_floor "sequential"
local ours, on_luajit = contestants.ours "lua5.4", contestants.ours "luajit"
local fetch, lua_http, curl = contestants.fetch(), contestants.lua_http(), contestants.curl_jq()
local connecting = { contestants.luasocket "lua5.4", contestants.sdk() }

local function title(server)
   return "retrieves one after the other, " .. server.name
end

-- Against the floor alone.
local function compare_far(server)
   local result = contest.run(rounds, { name = "sequential", server = server, count = far_count },
      { floor, ours, on_luajit })
   for _, who in ipairs { ours, on_luajit } do
      result:row(who, floor, { part = "http", what = title(server), measure = "rate", at_least = 0.92,
         headline = true })
   end
end

local function compare(server, is_headline)
   local all = { floor, ours, on_luajit, engine, decoding, curl, lua_http }
   if server.version == "1.1" then all[#all + 1] = fetch end
   local result = contest.run(rounds, { name = "sequential", server = server, count = count }, all)
   local function row(who, other, at_least)
      result:row(who, other, { part = "http", what = title(server), measure = "rate", at_least = at_least,
         headline = at_least and is_headline or nil })
   end
   row(ours, floor, 0.92)
   row(on_luajit, floor, 0.92)
   row(engine, floor)
   row(ours, decoding)
   row(on_luajit, decoding)
   row(ours, curl)
   row(on_luajit, lua_http)
   if server.version == "1.1" then row(ours, fetch) end
end

servers.with(2, function(running)
   compare(running.emulator, true)
   compare(running.nginx, false)
   compare(running.nginx2, true)
   compare_far(running.far_nginx)
   compare_far(running.far_nginx2)
   local job = { name = "sequential", server = running.emulator, count = connecting_count }
   local result = contest.run(rounds, job, { ours, connecting[1], connecting[2] })
   for _, other in ipairs(connecting) do
      result:row(ours, other, { part = "http", what = title(running.emulator), measure = "rate" })
   end
end)
