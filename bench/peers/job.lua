-- What a contestant is asked to do, and how it tells how long that took: the command line of each of them is
--    program JOB URL CA_FILE TOKEN COUNT VERSION CONCURRENCY
-- JOB none: end at once (what the interpreter itself needs); sequential: COUNT retrieves of URL one after the other;
-- flight: COUNT retrieves, CONCURRENCY at a time; list: one list of COUNT connections; first: one retrieve. It prints
-- the seconds that the job took, after a warm-up where there are many calls.
local job = {
   name = arg[1], url = arg[2], ca_file = arg[3], token = arg[4], count = tonumber(arg[5]), version = arg[6],
   concurrency = tonumber(arg[7]),
}

if job.name == "none" then os.exit(0) end

job.base, job.path = job.url:match "^(https?://[^/]+)(/.*)$"
job.host, job.port = job.base:match "//([^:]+):(%d+)$"

-- A tenth of the calls, at most this many, come before the clock starts: connections and sessions, compiled traces.
local warm_up = math.min(200, math.max(1, math.floor(job.count / 10)))

local jobs = {}

function jobs.sequential(now, calls)
   for _ = 1, warm_up do calls.retrieve() end
   local began = now()
   for _ = 1, job.count do assert(#calls.retrieve() > 0) end
   return now() - began
end

function jobs.flight(now, calls)
   calls.flight(warm_up)
   local began = now()
   calls.flight(job.count)
   return now() - began
end

function jobs.list(now, calls)
   local began = now()
   local items, letters = calls.list(), 0
   for index = 1, #items do letters = letters + #items[index].name end
   local seconds = now() - began
   assert(#items == job.count and letters > job.count)
   return seconds
end

function jobs.first(now, calls)
   local began = now()
   assert(#calls.retrieve() > 0)
   return now() - began
end

--- Does it. `now` is a clock in seconds; `calls.retrieve()` brings a name, `calls.list()` an array,
-- `calls.flight(count)` makes so many retrieves.
function job.run(now, calls)
   print(("%.6f"):format(jobs[job.name](now, calls)))
end

return job
