-- What connections as code cost: a plan of 1,000 files against the time of reading and decoding them, and applying
-- 1,000 updates many at once against one at a time, the service answering after 20 ms. In one process, against the
-- emulator in the same process.
--    lua5.4 bench/sync/run.lua [connections]
local emulator = require "personalize.emulator"
local file = require "personalize.core".file
local personalize = require "personalize"
local sync = require "personalize.sync"

local count = tonumber((...)) or 1000
local rounds = 7

local function median(list)
   table.sort(list)
   return list[math.floor((#list + 1) / 2)]
end

local function seconds(run)
   collectgarbage()
   local start = personalize.now()
   run()
   return personalize.now() - start
end

local function read_published()
   local handle = assert(io.open "spec/fixtures/retrieve.json")
   local text = handle:read "*a"
   handle:close()
   return assert(personalize.json.decode(text))
end

local running = assert(emulator.start { journal_limit = 1 })
local options = running:options()
options.timeout = 120
local client = assert(personalize.new(options))
local folder = os.tmpname()
os.remove(folder)

local published = read_published()
local created, failed = client.connections.create_all((function()
   local list = {}
   for index = 1, count do
      local definition = {}
      for name, value in pairs(published) do definition[name] = value end
      definition.name = ("Connection %04d"):format(index)
      list[index] = definition
   end
   return list
end)(), { concurrency = 8 })
assert(#created == count and next(failed) == nil, "not all were created")
os.getenv = (function(getenv) -- luacheck: ignore
   return function(name) return name:find "SECRET" and "resolved" or getenv(name) end
end)(os.getenv)
assert(sync.export(client, folder))

local function read_and_decode()
   for name in pairs(assert(file.list(folder))) do
      if name:find "%.json$" then assert(personalize.json.decode(file.read(folder, name, 2 ^ 24))) end
   end
end

local function plan()
   local made = assert(sync.plan(client, folder))
   assert(#made.unchanged == count and made:is_empty())
end

print(jit and jit.version or _VERSION)
local base, planned, ratios, listed = {}, {}, {}, {}
for round = 1, rounds do
   base[round] = seconds(read_and_decode)
   planned[round] = seconds(plan)
   listed[round] = seconds(function() assert(client.connections.list()) end)
   ratios[round] = planned[round] / base[round]
end
print(("reading and decoding %d files   %8.1f ms"):format(count, median(base) * 1e3))
print(("listing %d connections          %8.1f ms"):format(count, median(listed) * 1e3))
print(("planning them                     %8.1f ms   ratio %.2f, at most 4"):format(median(planned) * 1e3,
   median(ratios)))

local function update_all(concurrency, description, limit)
   for index = 1, limit do
      local name = ("Connection-%04d.json"):format(index)
      local definition = assert(personalize.json.decode(file.read(folder, name, 2 ^ 24)))
      definition.description = description
      assert(file.write(folder, name, personalize.json.encode(definition, { canonical = true, pretty = true }) .. "\n"))
   end
   local made = assert(sync.plan(client, folder))
   assert(#made.updates == limit, tostring(made))
   running:fail { path = "/v2/connections*", delay = 0.02, times = 2 ^ 24 }
   local spent = seconds(function() assert(made:apply { concurrency = concurrency }) end)
   running:heal()
   return spent / limit
end

-- one at a time takes long: a tenth of them tells as much
local one = update_all(1, "one at a time", math.ceil(count / 10))
local eight = update_all(8, "eight at a time", count)
print(("an update, one at a time          %8.2f ms"):format(one * 1e3))
print(("an update, eight at a time        %8.2f ms   ratio %.2f, at least 5"):format(eight * 1e3, one / eight))
running:stop()
os.execute("rm -rf '" .. folder .. "'")
