-- What connections as code cost: a plan of 1,000 files against the time of reading and decoding them, with the warnings
-- of each file and without; and updates applied eight at a time against one at a time, the service answering after
-- 20 ms. In one process, the emulator in it.
local emulator = require "personalize.emulator"
local file = require "personalize.core".file
local interpreters = require "bench.interpreters"
local part = require "bench.part"
local personalize = require "personalize"
local sync = require "personalize.sync"
local sync_folder = require "personalize.sync.folder"

local count, rounds = part.count(1000, 20), part.count(5, 1)

-- One at a time takes long: a part of them tells as much.
local applied = part.count(100, 4)

local name = interpreters.name(interpreters.this)

local running = assert(emulator.start { journal_limit = 1 })
local options = running:options()
options.timeout = 120
local client = assert(personalize.new(options))
local folder = os.tmpname()
os.remove(folder)

local function milliseconds(run)
   collectgarbage()
   local start = personalize.now()
   run()
   return (personalize.now() - start) * 1000
end

local function name_of(index)
   return ("Connection %04d"):format(index)
end

-- So many connections like the published one, in the emulator and as files.
local function prepare()
   local handle = assert(io.open "spec/fixtures/retrieve.json")
   local published = assert(personalize.json.decode(handle:read "*a"))
   handle:close()
   local list = {}
   for index = 1, count do
      list[index] = {}
      for member, value in pairs(published) do list[index][member] = value end
      list[index].name = name_of(index)
   end
   local created, failed = client.connections.create_all(list, { concurrency = 8 })
   assert(#created == count and next(failed) == nil, "not all were created")
   os.getenv = (function(getenv) -- luacheck: ignore
      return function(wanted) return wanted:find "SECRET" and "resolved" or getenv(wanted) end
   end)(os.getenv)
   assert(sync.export(client, folder))
end

local function read_and_decode()
   for path in pairs(assert(file.list(folder))) do
      if path:find "%.json$" then assert(personalize.json.decode(file.read(folder, path, 2 ^ 24))) end
   end
end

local function plan()
   local made = assert(sync.plan(client, folder))
   assert(#made.unchanged == count and made:is_empty())
end

local function plan_without_warnings()
   local warnings = sync_folder.warnings
   sync_folder.warnings = function() return {} end
   plan()
   sync_folder.warnings = warnings
end

local function change_files(description)
   for index = 1, applied do
      local path = name_of(index):gsub(" ", "-") .. ".json"
      local definition = assert(personalize.json.decode(file.read(folder, path, 2 ^ 24)))
      definition.description = description
      assert(file.write(folder, path, personalize.json.encode(definition, { canonical = true, pretty = true }) .. "\n"))
   end
end

local changes = 0

-- Milliseconds for each update of a plan with `applied` of them.
local function apply(concurrency)
   changes = changes + 1
   change_files("change " .. changes)
   local made = assert(sync.plan(client, folder))
   assert(#made.updates == applied, tostring(made))
   running:fail { path = "/v2/connections*", delay = 0.02, times = 2 ^ 24 }
   local spent = milliseconds(function() assert(made:apply { concurrency = concurrency }) end)
   running:heal()
   return spent / applied
end

local function measure()
   prepare()
   local plans = part.in_turns(rounds, {
      { "read", function() return milliseconds(read_and_decode) end },
      { "plan", function() return milliseconds(plan) end },
      { "bare", function() return milliseconds(plan_without_warnings) end },
   })
   part.row { part = "sync", what = ("plan of %d connections"):format(count), ours = name, other = "reading the files",
      unit = "ms", our_samples = plans.plan, other_samples = plans.read, headline = true }
   part.row { part = "sync", what = ("plan of %d connections, without warnings"):format(count), ours = name,
      other = "reading the files", unit = "ms", our_samples = plans.bare, other_samples = plans.read, at_most = 4,
      headline = true }
   local updates = part.in_turns(math.min(rounds, 3), {
      { "one", function() return apply(1) end }, { "eight", function() return apply(8) end },
   })
   part.row { part = "sync", what = "update applied eight at a time", ours = name, other = "one at a time", unit = "ms",
      our_samples = updates.eight, other_samples = updates.one, at_most = 0.2, headline = true }
end

local fine, problem = xpcall(measure, debug.traceback)
running:stop()
os.execute("rm -rf '" .. folder .. "'")
if not fine then error(problem, 0) end
