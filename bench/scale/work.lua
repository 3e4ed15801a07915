-- One kind of work on a tenant of so many connections, in a process of its own; prints the seconds that it took:
--    lua bench/scale/work.lua NAME COUNT FOLDER URL TOKEN [URL TOKEN]      the second tenant is empty
-- `none` does nothing: it shows what the interpreter and the library need.
local personalize = require "personalize"
local sync = require "personalize.sync"

local name, count, folder = arg[1], tonumber(arg[2]), arg[3]

local function client(url, token)
   return assert(personalize.new { base_url = url, access_token = token, timeout = 3600 })
end

local tenant = client(arg[4], arg[5])
local connections = tenant.connections

local function name_of(index) return ("Connection %06d"):format(index) end

local function definitions()
   local list = {}
   for index = 1, count do
      list[index] = connections.build(name_of(index)):destination():no_auth()
         :get(("https://api.example.com/v1/items/%d"):format(index))
         :output("price", { label = "Price", type = "number" })
   end
   return list
end

local function all_succeeded(results, errors)
   assert(next(errors) == nil, tostring(errors[next(errors)]))
   assert(#results == count)
end

-- One file of ten says something else.
local function change_files()
   for index = 1, count, 10 do
      local path = ("%s/%s.json"):format(folder, name_of(index):gsub(" ", "-"))
      local file = assert(io.open(path))
      local text, changes = file:read "*a":gsub('("name": "[^"]*",)', '"description": "changed",\n  %1', 1)
      file:close()
      assert(changes == 1, path)
      file = assert(io.open(path, "w"))
      file:write(text)
      assert(file:close())
   end
end

-- Each returns the function whose time is taken.
local works = {}

function works.create_all()
   local list = definitions()
   return function() all_succeeded(connections.create_all(list, { concurrency = 8 })) end
end

function works.list() return function() assert(#assert(connections.list()) == count) end end

function works.each()
   return function()
      local seen = 0
      for _ in connections.each { page_size = 100 } do seen = seen + 1 end
      assert(seen == count)
   end
end

function works.find() return function() assert(connections.find(name_of(count))) end end

function works.export() return function() assert(sync.export(tenant, folder)) end end

function works.validate() return function() assert(#assert(sync.validate(folder)).files == count) end end

function works.plan() return function() assert(assert(sync.plan(tenant, folder)):is_empty()) end end

function works.apply()
   change_files()
   local plan = assert(sync.plan(tenant, folder))
   assert(#plan.updates == math.ceil(count / 10))
   return function() assert(plan:apply { concurrency = 8 }) end
end

function works.ensure_all()
   local list = definitions()
   return function() all_succeeded(connections.ensure_all(list, { concurrency = 8 })) end
end

function works.promote()
   local other = client(arg[6], arg[7])
   return function() assert(#assert(sync.promote(tenant, other)).creates == count) end
end

if name == "none" then os.exit(0) end
local work = works[name]()
local began = personalize.now()
work()
print(("%.6f"):format(personalize.now() - began))
