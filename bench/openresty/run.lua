-- The library inside nginx, with both of its ways to wait, against the shortest exchange over a bare cosocket: one
-- worker each, the same upstream.
local load = require "bench.openresty.load"
local part = require "bench.part"
local server_of = require "bench.openresty.server"
local socket = require "socket"

local rounds, seconds = part.count(7, 1), part.count(3, 1)
local modes = { "wake", "tick" }

local upstream = server_of.upstream()
local servers = {} -- by mode

-- In turns: the library in each mode, and the cosocket unless the load is to show wake-ups. Brings what was taken:
-- contestant -> quantity -> array by round.
local function compare(where, clients, duration, with_cosocket)
   local taken = { wake = {}, tick = {}, cosocket = {} }
   local function take(name, server, path)
      for quantity, value in pairs(load.run(server, path .. where, clients, duration)) do
         taken[name][quantity] = taken[name][quantity] or {}
         table.insert(taken[name][quantity], value)
      end
   end
   for _ = 1, rounds do
      for _, mode in ipairs(modes) do take(mode, servers[mode], "/library/") end
      if with_cosocket then take("cosocket", servers.wake, "/cosocket/") end
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
   more.headline = mode == "wake" or nil
   part.row(more)
end

local function rows_of_load()
   local slow, quick = compare("slow", 100, seconds, true), compare("quick", 32, part.count(2, 1), true)
   for _, mode in ipairs(modes) do
      row(mode, "answers, 100 clients, upstream of 100 ms", "1/s", slow[mode].rate,
         { other = "the ideal", other_samples = constant(1000), at_least = 0.94 })
      row(mode, "another location's p99 meanwhile", "ms", slow[mode].p99, { at_most = 5 })
      row(mode, "worker's CPU a request, 100 clients, 100 ms", "us", slow[mode].cpu,
         { other = "bare cosocket", other_samples = slow.cosocket.cpu, at_most = 2.5 })
      row(mode, "answers, 32 clients, upstream without delay", "1/s", quick[mode].rate,
         { other = "bare cosocket", other_samples = quick.cosocket.rate, at_least = 0.45 })
   end
end

local function rows_of_wake_ups()
   local one = compare("slow", 1, part.count(2, 1), false)
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
   rows_of_load()
   rows_of_wake_ups()
end, debug.traceback)
for _, server in pairs(servers) do server:stop() end
upstream:terminate()
if not fine then error(problem, 0) end
