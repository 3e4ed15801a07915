-- Instructions that one call, or one piece of work, takes: counted by callgrind, so that the numbers hold on any
-- machine. What a program needs beside is taken out: each is run twice, and the difference divided by the work that the
-- second run has more. The server's are not counted.
local callgrind = require "bench.callgrind"
local contest = require "bench.contest"
local contestants = require "bench.contestants"
local interpreters = require "bench.interpreters"
local part = require "bench.part"
local personalize = require "personalize"
local servers = require "bench.servers"
local sync = require "personalize.sync"

local variants = { "lua5.4", "luajit" }
local list_size, plan_size = part.count(10000, 20), part.count(1000, 20)

local function row(what, variant, ours, other, theirs)
   part.row { part = "instructions", what = what, ours = interpreters.name(variant), other = other, unit = "1000",
      our_samples = { ours / 1000 }, other_samples = theirs and { theirs / 1000 } }
end

-- Calls of a job of bench/peers/job.lua, the warm-up among them.
local function calls_of(count) return count + math.min(200, math.max(1, math.floor(count / 10))) end

-- Many more, for what LuaJIT compiles differs from one process to the next.
local few, many = part.count(100, 10), part.count(1100, 20)

local function of_calls(contestant, job)
   local counts = {}
   for index, count in ipairs { few, many } do
      job.count = count
      counts[index] = callgrind.count(contest.command(contestant, job))
   end
   return (counts[2] - counts[1]) / (calls_of(many) - calls_of(few))
end

local function compare_calls(what, job)
   local floor = contestants.decoding_floor(job.name)
   local theirs = of_calls(floor, job)
   for _, variant in ipairs(variants) do
      row(what, variant, of_calls(contestants.ours(variant), job), floor.name, theirs)
   end
end

-- A list beside one retrieve of a new process.
local function of_list(contestant, server)
   local function of(name, path)
      local job = { name = name, server = server, path = path, count = list_size }
      return callgrind.count(contest.command(contestant, job))
   end
   return of("list", "/v2/connections") - of "first"
end

local function compare_lists(server)
   local other = contestants.luasocket "lua5.4"
   local theirs = not other.reason and of_list(other, server)
   for _, variant in ipairs(variants) do
      row(("list of %d"):format(list_size), variant, of_list(contestants.ours(variant), server),
         theirs and other.name, theirs)
   end
end

-- The work of bench/instructions/work.lua once.
local function of_work(name, variant, count, words)
   local function of(times)
      return callgrind.count(("%s bench/instructions/work.lua %s %d %s"):format(interpreters.command(variant), name,
         times, words or ""))
   end
   return (of(count) - of(0)) / count
end

local function compare_codec(what, name)
   for _, variant in ipairs(variants) do
      row(("JSON: %s of 100 connections"):format(what), variant, of_work(name, variant, 20),
         "lua-cjson, " .. interpreters.name(variant), of_work("cjson_" .. name, variant, 20))
   end
end

local function words_of(server, folder)
   return ("%s %s %s %s %s"):format(server.url, server.ca_file, server.token, server.path, folder or "")
end

local function count_plan(server)
   local folder = os.tmpname()
   os.remove(folder)
   local client = assert(personalize.new { base_url = server.url, ca_file = server.ca_file,
      access_token = server.token, timeout = 120 })
   local fine, problem = xpcall(function()
      assert(sync.export(client, folder))
      for _, variant in ipairs(variants) do
         row(("plan of %d connections"):format(plan_size), variant,
            of_work("plan", variant, part.count(2, 1), words_of(server, folder)))
      end
   end, debug.traceback)
   os.execute("rm -rf '" .. folder .. "'")
   if not fine then error(problem, 0) end
end

if not callgrind.is_here() then
   part.unmeasured { part = "instructions", what = "instructions", ours = "Lua 5.4, LuaJIT", other = "",
      reason = "valgrind is not here" }
   return
end

compare_codec("decode", "decode")
compare_codec("canonical encode", "encode")
servers.with(2, function(running)
   compare_calls("get", { name = "sequential", server = running.emulator })
   compare_calls("get, 32 in flight by map", { name = "flight", server = running.emulator, concurrency = 32 })
   for _, variant in ipairs(variants) do
      row("patch", variant, of_work("patch", variant, part.count(40, 5), words_of(running.emulator)))
   end
end)
servers.with(list_size, function(running) compare_lists(running.nginx) end)
servers.with(plan_size, function(running) count_plan(running.emulator) end)
