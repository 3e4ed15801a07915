-- A client took the first page for the whole list, without a word, where an earlier list had been longer: also long
-- after that, and where the earlier list had come in pages. `ensure` then made a second connection of a name.
local emulator = require "personalize.emulator"
local errors = require "personalize.error"
local folder = require "spec.support.folder"
local json = require "personalize.json"
local native = require "personalize.native"
local paging = require "personalize.resource.paging"
local personalize = require "personalize"
local sync = require "personalize.sync"
local tenant = require "spec.support.tenant"

-- Lists `count` items of a service that gives `most` at once: how many came, in how many calls, and what was warned of.
local function read(count, most, memory, is_thorough)
   local calls, items, warnings = 0, 0, {}
   local next_page = paging.pages(function(query)
      calls = calls + 1
      local offset, page = query and query.offset or 0, json.array {}
      for number = offset + 1, math.min(count, offset + most) do page[#page + 1] = { ref = "r" .. number } end
      return { items = page }
   end, { most = 1000, many = "connections", memory = memory, is_thorough = is_thorough,
      warn = function(message) warnings[#warnings + 1] = message end })
   for new, err in next_page do
      assert(not errors.is(err), err)
      items = items + #new
   end
   return { items, calls, warnings }
end

describe("a list that is shorter than an earlier one", function()
   it("is asked for more where the earlier one came in pages", function()
      local memory = {}
      assert.same({ 57, 2, {} }, read(57, 50, memory))
      assert.same({ 57, 3, {} }, read(57, 25, memory))
      assert.same({ 57, 6, {} }, read(57, 10, memory))
   end)

   it("is asked for more a minute after the earlier one came at once", function()
      local now, real, memory = 1000, native.now, {}
      native.now = function() return now end
      finally(function() native.now = real end)
      assert.same({ 57, 1, {} }, read(57, 100, memory))
      now = now + 60
      assert.same({ 57, 6, {} }, read(57, 10, memory))
   end)

   it("is asked for more, or says that it was not, within that minute", function()
      local memory = {}
      assert.same({ 57, 1, {} }, read(57, 100, memory))
      assert.same({ 57, 6, {} }, read(57, 10, memory, true))
      local taken = read(57, 10, memory)
      assert.same({ 10, 1 }, { taken[1], taken[2] })
      assert.same({ "10 connections came, fewer than the 57 of a moment ago, and no more were asked for: if the "
         .. "service pages now, there are more" }, taken[3])
      assert.same({ 57, 6, {} }, read(57, 10, memory))
   end)
end)

describe("a service that begins to page", function()
   local dir, database, e, client

   local function start(options)
      options.database = database
      e = assert(emulator.start(options))
      return e.url:match ":(%d+)"
   end

   before_each(function()
      dir, database = folder.new(), os.tmpname()
      local port = start {}
      client = assert(personalize.new(e:options()))
      for number = 1, 37 do assert(client.connections.create(tenant.definition { name = "n" .. number })) end
      assert.equal(37, #client.connections.list())
      e:stop()
      start { port = tonumber(port), page_limit = 10 }
   end)

   after_each(function()
      e:stop()
      folder.remove(dir)
      for _, ending in ipairs { "", "-wal", "-shm" } do os.remove(database .. ending) end
   end)

   it("gives all to list and find", function()
      local list = assert(client.connections.list())
      assert.equal(37, #list)
      assert.same({}, personalize.meta(list).warnings)
      for number = 1, 37 do assert.equal("n" .. number, assert(client.connections.find("n" .. number)).name) end
   end)

   it("is given no second connection of a name by ensure, ensure_all or a plan", function()
      local definitions = {}
      for number = 1, 37 do definitions[number] = tenant.definition { name = "n" .. number } end
      for _, each in ipairs(definitions) do
         assert.equal("unchanged", select(2, assert(client.connections.ensure(each))))
      end
      local _, failed, outcomes = client.connections.ensure_all(definitions)
      assert.same({}, failed)
      for number = 1, 37 do assert.equal("unchanged", outcomes[number]) end
      folder.write(dir, "it.json", json.encode(definitions[37]))
      local plan = assert(sync.plan(client, dir))
      assert.same({ 0, 0, 1 }, { #plan.creates, #plan.updates, #plan.unchanged })
   end)
end)
