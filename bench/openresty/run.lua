-- The library inside nginx against what one would take instead, lua-resty-http with lua-cjson, and for information the
-- shortest exchange over a bare cosocket: one worker each, the same upstream. At full load, with an upstream of 100 ms,
-- and at a trickle of one client, where each call pays for its own wake-ups.
local load = require "bench.openresty.load"
local part = require "bench.part"
local server_of = require "bench.openresty.server"
local socket = require "socket"

local rounds, seconds = part.count(7, 1), part.count(3, 1)
local modes, schemes = { "wake", "tick" }, { "plain", "tls" }
local named = { plain = "HTTP", tls = "HTTPS", resty = "lua-resty-http, cjson", cosocket = "bare cosocket" }

local upstream = server_of.upstream()
local servers = {} -- by mode
local has_resty = server_of.resty_path() ~= nil

-- All contestants in turns, over one scheme. Brings what was taken: contestant -> quantity -> array by round.
local function compare(scheme, delay, clients, duration)
   local taken = {}
   local function take(name, server, path)
      taken[name] = taken[name] or {}
      for quantity, value in pairs(load.run(server, ("/%s/%s/%s"):format(path, scheme, delay), clients, duration)) do
         taken[name][quantity] = taken[name][quantity] or {}
         table.insert(taken[name][quantity], value)
      end
   end
   for _ = 1, rounds do
      for _, mode in ipairs(modes) do take(mode, servers[mode], "library") end
      if has_resty then take("resty", servers.wake, "resty") end
      if scheme == "plain" then take("cosocket", servers.wake, "cosocket") end
   end
   return taken
end

local function constant(value)
   local list = {}
   for round = 1, rounds do list[round] = value end
   return list
end

local function row(mode, what, unit, samples, more)
   more.part, more.ours, more.what, more.unit, more.our_samples = "openresty", "nginx, " .. mode, what, unit, samples
   more.headline = mode == "wake" and more.headline or nil
   part.row(more)
end

-- One quantity of each mode against lua-resty-http; against the cosocket as information.
local function rows(taken, quantity, what, unit, target)
   for _, mode in ipairs(modes) do
      local samples = taken[mode][quantity]
      if taken.resty then
         row(mode, what, unit, samples, { other = named.resty, other_samples = taken.resty[quantity], headline = true,
            at_least = target.at_least, at_most = target.at_most })
      else
         part.unmeasured { part = "openresty", ours = "nginx, " .. mode, what = what, other = named.resty,
            reason = "lua-resty-http is not here; RESTY_PATH is a Lua path that has it, and lua-resty-string" }
      end
      if taken.cosocket then
         row(mode, what, unit, samples, { other = named.cosocket, other_samples = taken.cosocket[quantity] })
      end
   end
end

local function rows_of(scheme)
   local over = " over " .. named[scheme]
   local slow = compare(scheme, "slow", 100, seconds)
   for _, mode in ipairs(modes) do
      row(mode, "answers, 100 clients, upstream of 100 ms" .. over, "1/s", slow[mode].rate,
         { other = "the ideal", other_samples = constant(1000), at_least = 0.94 })
      row(mode, "another location's p99 meanwhile" .. over, "ms", slow[mode].p99, { at_most = 5 })
   end
   rows(slow, "cpu", "worker's CPU a request, 100 clients, 100 ms" .. over, "us", { at_most = 1.2 })
   local quick = compare(scheme, "quick", 32, part.count(2, 1))
   rows(quick, "rate", "answers, 32 clients, upstream without delay" .. over, "1/s", { at_least = 1 })
   rows(quick, "cpu", "worker's CPU a request, 32 clients, no delay" .. over, "us", { at_most = 1 })
   rows(compare(scheme, "slow", 1, seconds), "cpu", "worker's CPU a request, 1 client, 100 ms" .. over, "us",
      { at_most = 1.2 })
end

local function rows_of_wake_ups()
   local one = compare("plain", "slow", 1, part.count(2, 1))
   row("wake", "worker's wake-ups, 1 client, 100 ms", "1/s", one.wake.wakes,
      { other = "nginx, tick", other_samples = one.tick.wakes, at_most = 0.25 })
   for _, mode in ipairs(modes) do
      socket.sleep(1) -- the last call is over
      local before = load.wake_ups(servers[mode])
      socket.sleep(2)
      row(mode, "worker's wake-ups while nothing is in flight", "1/s",
         { (load.wake_ups(servers[mode]) - before) / 2 }, { at_most = 1 })
   end
end

local fine, problem = xpcall(function()
   for _, mode in ipairs(modes) do servers[mode] = server_of.start(mode, upstream) end
   for _, scheme in ipairs(schemes) do rows_of(scheme) end
   rows_of_wake_ups()
end, debug.traceback)
for _, server in pairs(servers) do server:stop() end
server_of.stop_upstream(upstream)
if not fine then error(problem, 0) end
