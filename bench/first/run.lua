-- The first call of a new process with certificates verified against Debian's authorities: from before the process is
-- made until it has ended. The authority of the test is appended to a copy of Debian's.
local contest = require "bench.contest"
local contestants = require "bench.contestants"
local part = require "bench.part"
local servers = require "bench.servers"

local rounds = part.count(25, 1)

local floor = contestants.floor "sequential"
local ours, on_luajit = contestants.ours "lua5.4", contestants.ours "luajit"
local others = { contestants.luasocket "lua5.4", contestants.curl_jq(), contestants.fetch(), contestants.sdk() }
local lua_http = contestants.lua_http()

local function compare(server, ca_file, with_peers)
   local all = { floor, ours, on_luajit }
   if with_peers then
      all[#all + 1] = lua_http
      for _, other in ipairs(others) do all[#all + 1] = other end
   end
   local result = contest.run(rounds, { name = "first", server = server, ca_file = ca_file, count = 1 }, all)
   local function row(who, other, at_most)
      result:row(who, other, { part = "first", what = "first call of a new process, " .. server.name,
         measure = "seconds", at_most = at_most, headline = at_most and with_peers or nil })
   end
   row(ours, floor, 1.3)
   row(on_luajit, floor, 1.3)
   if not with_peers then return end
   row(on_luajit, lua_http)
   for _, other in ipairs(others) do row(ours, other) end
end

servers.with(2, function(running)
   local ca_file = running.folder .. "/bundle.pem"
   assert(os.execute(("cat /etc/ssl/certs/ca-certificates.crt %s >%s"):format(running.ca_file, ca_file)))
   compare(running.emulator, ca_file, true)
   compare(running.nginx2, ca_file, false)
end)
