-- Lets contestants do one job in turns, each in a new process every round.
local part = require "bench.part"
local personalize = require "personalize"

local contest = {}

local Contest = {}
Contest.__index = Contest

--- The command line of a contestant; `job` has `name`, `server`, `path`, `count`, `ca_file` and `concurrency`.
function contest.command(contestant, job)
   local server = job.server
   local ca_file = job.ca_file or server.ca_file
   local environment = contestant.trusts and ("%s=%s "):format(contestant.trusts, server.ca_file) or ""
   return ("%s%s %s %s%s %s %s %d %s %d"):format(environment, contestant.command, job.name, server.url,
      job.path or server.path, ca_file, server.token, job.count, server.version, job.concurrency or 1)
end

local function read(command)
   local pipe = assert(io.popen(command))
   local text = pipe:read "*a"
   pipe:close()
   return text
end

-- Runs it; brings its seconds and its peak memory in MiB. What is split over processes adds up.
local function measure(contestant, job)
   local path = os.tmpname()
   local command = contest.command(contestant, job)
   if contestant.splits then
      command = ("BENCH_PEAK=%s %s"):format(path, command)
   else
      command = ("/usr/bin/time -a -o %s -f %%M env %s"):format(path, command)
   end
   local text = read(command)
   local kilobytes = 0
   for line in io.lines(path) do kilobytes = kilobytes + (tonumber(line) or 0) end
   os.remove(path)
   return tonumber((text:match "[%d.]+")), kilobytes / 1024
end

-- The memory that its processes need before they do anything.
local function base_of(contestant, job)
   local copy = {}
   for name, value in pairs(job) do copy[name] = value end
   copy.name = "none"
   return select(2, measure(contestant, copy))
end

-- The seconds from before its process is made until that has ended; nil when it failed.
local function whole(contestant, job)
   local began = personalize.now()
   return read(contest.command(contestant, job)):find "%d" and personalize.now() - began
end

-- One round of one contestant, added to what there is of it. A peer that fails is left out from then on; in a quick
-- run, which is to see that everything runs, that ends the part.
local function take(result, contestant, job)
   local seconds, memory
   if job.name == "first" then
      seconds, memory = whole(contestant, job), 0
   else
      seconds, memory = measure(contestant, job)
   end
   if not seconds then
      assert(contestant.is_peer and not part.quick, contestant.name .. " failed")
      result.reason = "it failed"
      return
   end
   local round = #result.seconds + 1
   result.seconds[round] = seconds
   result.memory[round] = memory - result.base
   result.rate[round] = job.count / seconds
end

--- Lets contestants do a job in turns, so many rounds.
-- @tparam table job `name`, `server`, `count`, and where needed `path`, `ca_file`, `concurrency`
function contest.run(rounds, job, contestants)
   local results = {}
   for _, contestant in ipairs(contestants) do
      results[contestant.name] = { seconds = {}, memory = {}, rate = {}, reason = contestant.reason,
         base = not contestant.reason and base_of(contestant, job) }
   end
   for _ = 1, rounds do
      for _, contestant in ipairs(contestants) do
         local result = results[contestant.name]
         if not result.reason then take(result, contestant, job) end
      end
   end
   return setmetatable({ results = results }, Contest)
end

local measures = {
   rate = { unit = "calls/s", factor = 1 },
   seconds = { unit = "ms", factor = 1000 },
   memory = { unit = "MiB", factor = 1 },
}

local function scaled(samples, factor)
   local out = {}
   for index, value in ipairs(samples) do out[index] = value * factor end
   return out
end

--- Hands over a row: one contestant against another in `row.measure` (rate, seconds or memory).
function Contest:row(ours, other, row)
   local measured = measures[row.measure]
   row.ours, row.other, row.unit = ours.name, other.name, measured.unit
   row.reason = self.results[other.name].reason
   if row.reason then return part.unmeasured(row) end
   row.our_samples = scaled(self.results[ours.name][row.measure], measured.factor)
   row.other_samples = scaled(self.results[other.name][row.measure], measured.factor)
   part.row(row)
end

return contest
