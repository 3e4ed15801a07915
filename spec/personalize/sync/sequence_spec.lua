-- The order of what gives and frees names: no two connections in use have one name, also where some of it is not done.
local folder = require "spec.support.folder"
local personalize = require "personalize"
local sequence = require "personalize.sync.sequence"
local sync = require "personalize.sync"
local tenant = require "spec.support.tenant"

describe("tasks", function()
   -- Splits updates given as { from, to }, as "from>to"; a name in brackets is that of one in the archive.
   local function split(...)
      local run, tasks, number = { by_ref = {}, freeing = {} }, {}, 0
      for index, each in ipairs { ... } do
         local from, to, ref = each[1]:gsub("[()]", ""), (each[2]:gsub("[()]", "")), tostring(index)
         run.by_ref[ref] = { name = from, ref = ref, archived = each[1]:find "%(" ~= nil }
         tasks[index] = { kind = "updates", title = each[1] .. ">" .. each[2], private = {
            resolved = { name = to, archived = each[2]:find "%(" ~= nil } },
            item = { ref = ref, name = to, rename = from ~= to and { from = from, to = to } or nil } }
         number = index
      end
      local first, others = sequence.split(run, tasks)
      local function titles(list)
         local found = {}
         for index, task in ipairs(list) do found[index] = task.title .. (task.circle and " " .. #task.circle or "") end
         return found
      end
      assert.equal(number, #first + #others)
      return titles(first), titles(others)
   end

   it("run after those that free their names", function()
      assert.same({ { "C>D", "B>C", "A>B" }, {} }, { split({ "A", "B" }, { "B", "C" }, { "C", "D" }) })
      assert.same({ { "B>(B)", "(B)>B" }, {} }, { split({ "(B)", "B" }, { "B", "(B)" }) })
      assert.same({ { "B>(B)", "A>B" }, {} }, { split({ "A", "B" }, { "B", "(B)" }) })
      assert.same({ { "A>C", "(A)>A" }, {} }, { split({ "(A)", "A" }, { "A", "C" }) })
   end)

   it("of a circle know it at its first", function()
      assert.same({ { "B>A 2", "A>B" }, {} }, { split({ "A", "B" }, { "B", "A" }) })
      assert.same({ { "C>A 3", "B>C", "A>B", "D>D2" }, { "E>E" } },
         { split({ "A", "B" }, { "B", "C" }, { "C", "A" }, { "D", "D2" }, { "E", "E" }) })
      -- one that only leads into it is no part of it
      assert.same({ { "B>A 2", "A>B", "(A)>B" }, {} }, { split({ "A", "B" }, { "(A)", "B" }, { "B", "A" }) })
   end)

   it("whose name nobody waits for run with the others", function()
      assert.same({ {}, { "(A)>A", "B>(B)", "C>C", "(D)>(D)" } },
         { split({ "(A)", "A" }, { "B", "(B)" }, { "C", "C" }, { "(D)", "(D)" }) })
   end)
end)

describe("a plan that renames", function()
   local made, path, refs

   before_each(function()
      made, path, refs = tenant.start(nil, { retry = false }), folder.new(), {}
      for _, name in ipairs { "A", "B", "C" } do refs[name] = made:create({ name = name, icon = name }).ref end
      assert(sync.export(made.client, path))
   end)

   after_each(function()
      made:stop()
      folder.remove(path)
   end)

   -- Gives files other members.
   local function edit(file, members)
      local definition = assert(personalize.json.decode(folder.read(path, file .. ".json")))
      for name, value in pairs(members) do definition[name] = value end
      folder.write(path, file .. ".json", personalize.json.encode(definition))
   end

   local function plan(files)
      for file, name in pairs(files) do edit(file, { name = name }) end
      return assert(sync.plan(made.client, path, { renames = true }))
   end

   -- The names of the first three; archived ones in brackets.
   local function names()
      local found = {}
      for index, name in ipairs { "A", "B", "C" } do
         local connection = assert(made.connections.get(refs[name]))
         found[index] = connection.archived and ("(%s)"):format(connection.name) or connection.name
      end
      return table.concat(found, " ")
   end

   -- The number of items that may begin.
   local function after(count)
      return function()
         count = count - 1
         return count < 0
      end
   end

   local function update_fails(name)
      made.emulator:fail { method = "PUT", path = "/v2/connections/" .. refs[name], status = 400 }
   end

   it("gives no name that is not free because its holder was changed", function()
      local it_is = plan { A = "B", B = "D" }
      assert(made.connections.patch(refs.B, { description = "changed" }))
      local result, err = it_is:apply()
      assert.is_nil(result)
      assert.same({ "conflict", 0, 2 }, { err.kind, #err.result.twins, #err.result.failed })
      assert.matches(('another connection is still named "B" (%s), for its own change was not made'):format(refs.B),
         err.result.failed[1].error.message, 1, true)
      assert.matches('"D" was changed since', err.result.failed[2].error.message)
      assert.equal("A B C", names())
   end)

   it("has no name twice wherever it is stopped, and goes on from there", function()
      local it_is, seen = plan { A = "B", B = "C", C = "D" }, {}
      for index = 1, 4 do
         local _, err = it_is:apply { should_stop = after(1) }
         seen[index] = names()
         assert.same({}, err and err.result.twins or {})
      end
      assert.same({ "A B D", "A C D", "B C D", "B C D" }, seen)
   end)

   it("in a circle is not stopped in it", function()
      local it_is = plan { A = "B", B = "C", C = "A" }
      local result, err = it_is:apply { should_stop = after(0) }
      assert.same({ "cancelled", "A B C" }, { err.kind, names(), result })
      assert.equal(3, #assert(it_is:apply { should_stop = after(1) }).updated)
      assert.equal("B C A", names())
   end)

   it("in a circle renames none where one of it was changed, or fails as the first", function()
      local it_is = plan { A = "B", B = "A" }
      update_fails "B"
      local _, err = it_is:apply()
      assert.same({ 2, 0, "A B C" }, { #err.result.failed, #err.result.twins, names() })
      assert(made.connections.patch(refs.A, { description = "changed" }))
      _, err = it_is:apply()
      assert.same({ 2, 0, "A B C" }, { #err.result.failed, #err.result.twins, names() })
      assert.equal(2, #assert(plan({}):apply()).updated)
      assert.equal("B A C", names())
   end)

   it("in a circle that fails halfway says so, and blames nobody else", function()
      local it_is = plan { A = "B", B = "A" }
      update_fails "A"
      local _, err = it_is:apply()
      local both = { refs.A, refs.B }
      table.sort(both)
      table.sort(err.result.twins[1].refs)
      assert.same({ { name = "A", refs = both, unfinished = true } }, { err.result.twins[1] })
      assert.matches('2 connections are named "A" now, for one of them should have got another name, and did not: ',
         tostring(err.result), 1, true)
      assert.equal("A A C", names())
      assert.equal(1, #assert(it_is:apply()).updated)
      assert.equal("B A C", names())
   end)

   it("frees a name by the archive before another connection gets it", function()
      edit("B", { archived = true })
      local it_is = plan { A = "B" }
      update_fails "B"
      local _, err = it_is:apply()
      assert.same({ 2, 0, "A B C" }, { #err.result.failed, #err.result.twins, names() })
      assert.equal(2, #assert(it_is:apply()).updated)
      assert.equal("B (B) C", names())
      -- from the archive, and back into it
      edit("A", { archived = true })
      edit("B", { archived = false })
      assert.equal(2, #assert(plan({}):apply()).updated)
      assert.equal("(B) B C", names())
   end)

   it("frees a name by the archive before a new connection gets it", function()
      edit("A", { archived = true })
      folder.write(path, "New.json", personalize.json.encode(tenant.definition { name = "A", description = "new" }))
      local result = assert(plan({}):apply())
      assert.same({ 1, 1, "(A) B C" }, { #result.created, #result.updated, names() })
   end)
end)
