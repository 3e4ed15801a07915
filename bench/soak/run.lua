-- Very many calls in one process against a service that fails now and then: every outcome is accounted for, nothing is
-- created twice, nothing is lost, and neither memory nor descriptors grow.
--    lua bench/soak/run.lua [CALLS]      default 1,000,000; exits with 1 when a promise was broken
local personalize = require "personalize"
local retry = require "personalize.http.retry"

local calls = tonumber(arg[1] or 1000000)
local warm_up = calls / 10
local growth_allowed_kb, lua_growth_allowed_kb = 2048, 512

-- Starts the service; it ends when `process` is closed.
local function start_service()
   local path = os.tmpname()
   local process = assert(io.popen(("%s bench/soak/service.lua %s"):format(arg[-1], path), "w"))
   local url
   repeat
      local file = assert(io.open(path))
      url = file:read "*l"
      file:close()
   until url
   os.remove(path)
   return process, url
end

local process, url = start_service()
local retries = 0

local client = assert(personalize.new { base_url = url, token_url = url .. "/oauth/token", timeout = 30,
   client_id = "emulator-client-id", client_secret = "emulator-client-secret",
   retry = { attempts = 5, base_delay = 0.001, max_delay = 0.01 },
   on_event = function(event) if event.type == "retry" then retries = retries + 1 end end })
local connections = client.connections

local function status(name)
   local file = assert(io.open "/proc/self/status")
   local value = tonumber(file:read("*a"):match(name .. ":%s*(%d+)"))
   file:close()
   return value
end

local function descriptors()
   local count = 0
   for _ in require "lfs".dir "/proc/self/fd" do count = count + 1 end
   return count
end

local function definition(name)
   return { name = name, systemType = "DATA_SYSTEM", auth = { authType = "NONE" },
      request = { requestType = "GET", connectionUrl = "https://example.com/" .. name } }
end

-- A create is rare among the calls, and each has a name of its own.
local create_every, update_every, list_every = 1000, 10, 5000

-- Looking for what became of a create lists all connections: what that takes at a time has to be taken before memory is
-- measured first. At the end there are twice as many, and the list before may not have been collected yet.
local ballast = math.max(1000, math.ceil(calls / create_every))

local outcomes = {} -- "operation outcome" -> how often
local expected = {} -- name of a create -> "created", "not created" or "unknown"

local function count(operation, outcome)
   local key = operation .. " " .. outcome
   outcomes[key] = (outcomes[key] or 0) + 1
end

local function note_create(name, created, err)
   if created then
      expected[name] = "created"
      return count("create", "fine")
   elseif err.kind == "ambiguous" then
      expected[name] = ({ created = "created", not_created = "not created" })[err.outcome] or "unknown"
      return count("create", "ambiguous: " .. err.outcome)
   end
   expected[name] = "not created"
   count("create", err.kind)
end

local target = assert(connections.create(definition "target"))
expected.target = "created"
local last_written = 0
for number = 1, ballast do
   local name = "ballast" .. number
   note_create(name, connections.create(definition(name)))
end
outcomes = {}
do
   local lists = {}
   for index = 1, 6 do lists[index] = assert(connections.list()) end
   assert(#lists[1] > ballast / 2)
end

local function text_of(number) return number > 0 and "write " .. number or nil end

-- Reads what became of an update that failed: it was carried out or it was not.
local function read_back(number)
   local found
   repeat found = connections.get(target.ref) until found
   if found.description == text_of(number) then last_written = number end
   assert(found.description == text_of(last_written), "neither the old description nor the new one")
   target = found
end

local function update(number)
   target.description = text_of(number)
   local updated, err = connections.update(target)
   if updated then
      target, last_written = updated, number
   else
      read_back(number)
   end
   count("update", updated and "fine" or err.kind)
end

local function call(number)
   if number % create_every == 0 then
      local name = "soak" .. number
      note_create(name, connections.create(definition(name)))
   elseif number % update_every == 0 then
      update(number)
   elseif number % list_every == 1 then
      local page, err = connections.list { limit = 20 }
      count("list", page and "fine" or err.kind)
   else
      local found, err = connections.get(target.ref)
      count("get", found and "fine" or err.kind)
      if found then assert(found.description == text_of(last_written), "an update was lost") end
   end
end

retry.random = math.random
local started = personalize.now()
local memory, lua_memory, open
for number = 1, calls do
   call(number)
   if number == warm_up then
      collectgarbage()
      collectgarbage()
      memory, lua_memory, open = status "VmRSS", collectgarbage "count", descriptors()
   end
end
collectgarbage()
collectgarbage()
local seconds = personalize.now() - started
local memory_after, lua_memory_after, open_after = status "VmRSS", collectgarbage "count", descriptors()

local problems = {}
local function promise(kept, text)
   if not kept then problems[#problems + 1] = text end
end

-- what is there, against what the library said
local there = {}
for connection in connections.each { page_size = 100, retry = { attempts = 20, base_delay = 0.001 } } do
   there[connection.name] = (there[connection.name] or 0) + 1
end
for name, times in pairs(there) do
   promise(times == 1, ("%s was created %d times"):format(name, times))
   promise(expected[name] ~= nil and expected[name] ~= "not created", name .. " is there and was said not to be")
end
for name, said in pairs(expected) do
   promise(said ~= "created" or there[name], name .. " was said to be created and is not there")
end
local total, keys = 0, {}
for key, times in pairs(outcomes) do
   total = total + times
   keys[#keys + 1] = key
end
table.sort(keys)
promise(total == calls, ("%d outcomes of %d calls"):format(total, calls))
-- nobody else writes here
promise(not outcomes["update conflict"], "an update met a conflict")
promise(memory_after - memory < growth_allowed_kb, ("memory grew by %d kB"):format(memory_after - memory))
promise(lua_memory_after - lua_memory < lua_growth_allowed_kb,
   ("what Lua has grew by %.0f kB"):format(lua_memory_after - lua_memory))
promise(open_after <= open, ("%d descriptors, then %d"):format(open, open_after))

for _, key in ipairs(keys) do print(("%9d  %s"):format(outcomes[key], key)) end
print(("%9d  calls repeated"):format(retries))
print(("%d calls in %.0f s; memory %d kB after %d calls, %d kB at the end; %d descriptors, then %d")
   :format(calls, seconds, memory, warm_up, memory_after, open, open_after))
for index = 1, math.min(#problems, 20) do print("BROKEN: " .. problems[index]) end
print(#problems == 0 and "every promise was kept" or #problems .. " promises were broken")

process:close()
os.exit(#problems == 0 and 0 or 1, true)
