-- Retrieves with 32 in flight: personalize.map against loops on libcurl's multi interface. One decodes each answer, as
-- whoever calls has to; the one that only collects bytes is information.
local contest = require "bench.contest"
local contestants = require "bench.contestants"
local part = require "bench.part"
local servers = require "bench.servers"

local rounds, count, concurrency = part.count(7, 1), part.count(5000, 64), 32

local floor, decoding = contestants.floor "flight", contestants.decoding_floor "flight"
local yyjson = contestants.decoding_floor("flight", "yyjson")
local ours, on_luajit = contestants.ours "lua5.4", contestants.ours "luajit"
local fetch, lua_http = contestants.fetch(), contestants.lua_http()

local function compare(server, is_headline)
   local all = { floor, ours, on_luajit, decoding, yyjson, lua_http }
   if server.version == "1.1" then all[#all + 1] = fetch end
   local job = { name = "flight", server = server, count = count, concurrency = concurrency }
   local result = contest.run(rounds, job, all)
   local function row(who, other, at_least)
      result:row(who, other, { part = "map", what = ("retrieves, %d in flight, %s"):format(concurrency, server.name),
         measure = "rate", at_least = at_least, headline = at_least and is_headline or nil })
   end
   row(ours, decoding, 0.8)
   row(on_luajit, decoding, 0.8)
   row(ours, yyjson)
   row(on_luajit, yyjson)
   row(ours, floor)
   row(on_luajit, floor)
   row(on_luajit, lua_http)
   if server.version == "1.1" then row(ours, fetch) end
end

servers.with(2, function(running)
   compare(running.emulator, true)
   compare(running.nginx, false)
   compare(running.nginx2, true)
   compare(running.far_nginx, true)
   compare(running.far_nginx2, true)
   compare(running:move_away(servers.distance), true)
end)
