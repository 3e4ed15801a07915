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

local running = servers.start(count)

for _, server in ipairs { running.nginx, running.emulator } do
   local is_whole = server == running.nginx
   local all = { floor, ours, luasocket, on_luajit, luasocket_luajit }
   if is_whole then
      for _, other in ipairs { lua_http, curl, fetch, sdk } do all[#all + 1] = other end
   end
   local result = contest.run(rounds, { name = "list", server = server, path = "/v2/connections", count = count }, all)
   local function rows(who, other, at_most_time, at_most_memory)
      for _, measure in ipairs { "seconds", "memory" } do
         local at_most = measure == "seconds" and at_most_time or at_most_memory
         result:row(who, other, { part = "list", measure = measure, at_most = at_most,
            what = ("list of %d, %s, %s"):format(count, measure == "seconds" and "time" or "peak memory", server.name),
            headline = at_most and is_whole or nil })
      end
   end
   rows(ours, luasocket, 0.65, 1)
   rows(on_luajit, luasocket_luajit, 0.65, 1)
   rows(ours, floor)
   if is_whole then
      rows(on_luajit, lua_http)
      rows(ours, curl)
      rows(ours, fetch)
      rows(ours, sdk)
   end
end
running:stop()
