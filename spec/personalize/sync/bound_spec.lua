-- What connections as code write can be read: one bound, told before anything is written.
local bound = require "personalize.sync.bound"
local folder = require "spec.support.folder"
local lfs = require "lfs"
local lock = require "personalize.sync.lock"
local personalize = require "personalize"
local sync = require "personalize.sync"
local tenant = require "spec.support.tenant"

describe("the largest file of connections as code", function()
   local made, path, whole

   before_each(function()
      made, path, whole = tenant.start(), folder.new(), bound.largest_file
   end)

   after_each(function()
      bound.largest_file = whole
      made:stop()
      folder.remove(path)
   end)

   local function listing()
      local names = {}
      for name in lfs.dir(path) do
         if not name:find "^%." then names[#names + 1] = name end
      end
      table.sort(names)
      return table.concat(names, " ")
   end

   local function write(name, body)
      folder.write(path, name .. ".json", assert(personalize.json.encode(tenant.definition { name = name,
         request = { requestType = "POST", connectionUrl = "https://api.example.com/", requestBody = body } })))
   end

   it("holds a lock of more than 16 MiB", function()
      local refs = {}
      for index = 1, 200000 do
         refs[("a connection with a name of some length %06d.json"):format(index)] =
            ("00000000-0000-4000-8000-%012d"):format(index)
      end
      local identity = { base_url = "https://api.example.com" }
      assert(lock.write(path, { version = 1, tenants = {} }, identity, refs))
      assert.is_true(lfs.attributes(path .. "/" .. lock.file, "size") > 16 * 2 ^ 20)
      local found = lock.refs(assert(lock.read(path)), identity)
      assert.equal(refs["a connection with a name of some length 200000.json"],
         found["a connection with a name of some length 200000.json"])
   end)

   it("holds a plan of more than 64 MiB, of files of more than 16", function()
      local body = '"' .. ("x"):rep(17 * 2 ^ 20) .. '"'
      for index = 1, 4 do write("Large " .. index, body) end
      local saved = path .. "/plan"
      assert(assert(sync.plan(made.client, path)):save(saved))
      assert.is_true(lfs.attributes(saved, "size") > 64 * 2 ^ 20)
      assert.equal(4, #assert(sync.load(made.client, saved)).creates)
   end)

   it("is told before a plan is written", function()
      write("Weather", '"' .. ("x"):rep(20000) .. '"')
      local plan = assert(sync.plan(made.client, path))
      bound.largest_file = 10000
      local done, err = plan:save(path .. "/plan")
      assert.is_nil(done)
      assert.equal("encode", err.kind)
      assert.matches("/plan: would have more than 10000 bytes, the largest file of connections as code; "
         .. "plan fewer connections at a time, by their names$", err.message)
      assert.equal("Weather.json", listing())
      local size
      bound.largest_file = whole
      assert(plan:save(path .. "/plan"))
      size = lfs.attributes(path .. "/plan", "size")
      bound.largest_file = size
      assert(plan:save(path .. "/plan"))
      assert(sync.load(made.client, path .. "/plan"))
      bound.largest_file = size - 1
      assert.is_nil((plan:save(path .. "/plan")))
      assert.is_nil((sync.load(made.client, path .. "/plan")))
   end)

   it("is told before an export writes", function()
      assert(made.connections.create(tenant.definition { name = "Small" }))
      assert(made.connections.create(tenant.definition { name = "Weather", description = ("x"):rep(20000) }))
      bound.largest_file = 10000
      local done, err = sync.export(made.client, path)
      assert.is_nil(done)
      assert.equal("encode", err.kind)
      assert.matches("would have more than 10000 bytes", err.message)
      assert.matches("Weather", err.message)
      assert.equal("", listing())
   end)

   it("is told of a lock instead of raised", function()
      bound.largest_file = 100
      local done, err = lock.write(path, { version = 1, tenants = {} }, { base_url = "https://api.example.com" },
         { ["a.json"] = ("x"):rep(200) })
      assert.is_nil(done)
      assert.equal("encode", err.kind)
      assert.matches("^personalize.lock: would have more than 100 bytes", err.message)
      assert.equal("", listing())
   end)
end)
