-- One list of 10,000 connections, each round in a new process: the time from the call to the last name read, and the
-- process's peak memory above what the interpreter alone needs.
local contest = require "bench.contest"
local contestants = require "bench.contestants"
local part = require "bench.part"
local servers = require "bench.servers"

local rounds, count = part.count(7, 1), part.count(10000, 100)

local floor = contestants.floor "sequential"
local ours, on_luajit = contestants.ours "lua5.4", contestants.ours "luajit"
local luasocket, luasocket_luajit = contestants.luasocket "lua5.4", contestants.luasocket "luajit"
local lua_http, curl = contestants.lua_http(), contestants.curl_jq()
local fetch, sdk = contestants.fetch(), contestants.sdk()

-- All peers against nginx, which spends the least time itself; against the emulator those that there is a target for.
local function compare(server, with_peers)
   local all = { floor, ours, luasocket, on_luajit, luasocket_luajit }
   for _, other in ipairs(with_peers and { lua_http, curl, fetch, sdk } or {}) do all[#all + 1] = other end
   local job = { name = "list", server = server, path = "/v2/connections", count = count }
   local result = contest.run(rounds, job, all)
   local function rows(who, other, at_most_time, at_most_memory)
      for _, case in ipairs { { "seconds", "time", at_most_time }, { "memory", "peak memory", at_most_memory } } do
         result:row(who, other, { part = "list", measure = case[1], at_most = case[3],
            what = ("list of %d, %s, %s"):format(count, case[2], server.name),
            headline = case[3] and with_peers or nil })
      end
   end
   rows(ours, luasocket, 0.65, 1)
   rows(on_luajit, luasocket_luajit, 0.65, 1)
   rows(ours, floor)
   if not with_peers then return end
   rows(on_luajit, lua_http)
   for _, other in ipairs { curl, fetch, sdk } do rows(ours, other) end
end

servers.with(count, function(running)
   compare(running.nginx, true)
   compare(running.emulator, false)
end)
