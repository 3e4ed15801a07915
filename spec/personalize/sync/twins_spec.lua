-- Two who create the same at the same time, from different places: nothing can prevent it, for names need not be
-- unique, so it is looked for afterwards and said.
local command = require "spec.support.command"
local folder = require "spec.support.folder"
local personalize = require "personalize"
local socket = require "socket"
local sync = require "personalize.sync"
local tenant = require "spec.support.tenant"
local twins = require "personalize.sync.twins"

describe("foreseen twins", function()
   local function connection(ref, name, archived) return { ref = ref, name = name, archived = archived == true } end

   local function entry(name, archived)
      return { name = name, given = { name = name, archived = archived }, archived = archived == true }
   end

   -- The ref of the other one that an entry would share its name with, or nil.
   local function twin_of(pairs_of, connections, mine)
      local entries, of = {}, {}
      for _, each in ipairs(pairs_of) do
         entries[#entries + 1] = each[1]
         of[each[1]] = each[2]
      end
      local reason = twins.expected(entries, connections, { of = of }).of(mine[1], mine[2])
      return reason and reason:match "^is the connection %S+ by the lock, and (%S+) is in use"
   end

   it("are a renamed connection and another that has the name", function()
      local mine, other = { entry "B", connection("1", "A") }, connection("2", "B")
      assert.equal("2", twin_of({ mine }, { mine[2], other }, mine))
      assert.is_nil(twin_of({ mine }, { mine[2], connection("2", "B", true) }, mine))
      assert.is_nil(twin_of({ mine }, { mine[2] }, mine))
   end)

   it("are a connection that comes out of the archive and another of its name", function()
      local mine, other = { entry("A", false), connection("1", "A", true) }, connection("2", "A")
      assert.equal("2", twin_of({ mine }, { mine[2], other }, mine))
      mine[1] = entry("A", true)
      assert.is_nil(twin_of({ mine }, { mine[2], other }, mine))
      mine[1] = entry "A" -- a file that does not say stays what the connection is
      assert.is_nil(twin_of({ mine }, { mine[2], other }, mine))
   end)

   it("are none where nothing changes, or the new name is one of the archive's", function()
      local mine, other = { entry "A", connection("1", "A") }, connection("2", "A")
      assert.is_nil(twin_of({ mine }, { mine[2], other }, mine))
      mine = { entry("B", true), connection("1", "A") }
      assert.is_nil(twin_of({ mine }, { mine[2], connection("2", "B") }, mine))
   end)

   it("are judged by what the plan makes of the others", function()
      local mine, other = { entry "B", connection("1", "A") }, connection("2", "B")
      assert.is_nil(twin_of({ mine, { entry("B", true), other } }, { mine[2], other }, mine))
      assert.is_nil(twin_of({ mine, { entry "C", other } }, { mine[2], other }, mine))
      local old = connection("3", "B", true)
      assert.equal("3", twin_of({ mine, { entry("B", false), old } }, { mine[2], old }, mine))
   end)

   it("and those that there are have the names looked for, sorted, and are in use", function()
      local found = twins.among({ connection("1", "B"), connection("2", "B"), connection("3", "A"),
         connection("4", "A"), connection("5", "C"), connection("6", "C"), connection("7", "D"),
         connection("8", "D", true) }, { A = true, B = true, D = true })
      assert.same({ { name = "A", refs = { "3", "4" } }, { name = "B", refs = { "1", "2" } } }, found)
   end)
end)

describe("twins", function()
   local made, path

   before_each(function()
      made, path = tenant.start(nil, { retry = false }), folder.new()
      for _, name in ipairs { "A", "B" } do
         folder.write(path, name .. ".json", personalize.json.encode(tenant.definition { name = name }))
      end
   end)

   after_each(function()
      made:stop()
      folder.remove(path)
   end)

   it("that somebody made at the same time are reported with both refs, and fail", function()
      local plan, other = assert(sync.plan(made.client, path)), nil
      local result, err = plan:apply { concurrency = 1, on_progress = function(done)
         if done == 1 then other = made:create({ name = "A" }).ref end
      end }
      assert.is_nil(result)
      assert.equal("conflict", err.kind)
      local shared = err.result.twins
      assert.equal(1, #shared)
      local expected = { other, err.result.created[1].ref }
      table.sort(expected)
      table.sort(shared[1].refs)
      assert.same(expected, shared[1].refs)
      assert.equal("A", shared[1].name)
      local said = ('2 connections are named "A" now, for somebody else created it at the same time: %s'):format(
         table.concat(shared[1].refs, ", "))
      assert.equal(said, err.message)
      assert.matches(said, tostring(err.result), 1, true)
      assert.same({ { path = "A", message = said } }, err.problems)
      assert.same({ 2, 0 }, { #err.result.created, #err.result.failed })
   end)

   -- The plan of a file whose connection is taken out of the archive; and its ref.
   local function restoring()
      local archived = made:create { name = "A", archived = true }
      assert(made.connections.archive(archived))
      os.remove(path .. "/B.json")
      folder.write(path, "A.json", personalize.json.encode(tenant.definition { name = "A", archived = false }))
      return assert(sync.plan(made.client, path)), archived.ref
   end

   it("are not made of one that would leave the archive, where somebody took its name since the plan", function()
      local plan, ref = restoring()
      local other = made:create { name = "A" }
      local _, err = plan:apply()
      assert.same({ "conflict", 0 }, { err.kind, #err.result.twins })
      assert.matches(("another connection is named \"A\" by now (%s): plan again"):format(other.ref), err.message, 1,
         true)
      assert.is_true(assert(made.connections.get(ref)).archived)
   end)

   it("are not made by a promotion to an archived one either", function()
      local source = tenant.start()
      source:create { name = "A" }
      local archived = made:create { name = "A" }
      assert(made.connections.archive(archived))
      local plan = assert(sync.promote(source.client, made.client))
      assert.equal(archived.ref, plan.updates[1].ref)
      made:create { name = "A" }
      assert.equal("conflict", select(2, plan:apply()).kind)
      assert.is_true(assert(made.connections.get(archived.ref)).archived)
      source:stop()
   end)

   it("of one that left the archive at the same time are reported", function()
      local plan, ref = restoring()
      local other
      local _, err = plan:apply { on_progress = function() other = made:create({ name = "A" }).ref end }
      local expected = { ref, other }
      table.sort(expected)
      local shared = err.result.twins[1]
      table.sort(shared.refs)
      assert.same({ "A", expected }, { shared.name, shared.refs })
      assert.equal(1, #err.result.updated)
   end)

   it("are no matter where the renamed one is, and stays, in the archive", function()
      local archived = made:create { name = "C" }
      assert(made.connections.archive(archived))
      assert(sync.export(made.client, path))
      folder.write(path, "C.json", (folder.read(path, "C.json"):gsub('"name": "C"', '"name": "D"')))
      local plan = assert(sync.plan(made.client, path, { renames = true, names = "D" }))
      made:create { name = "D" }
      assert.equal("D", assert(plan:apply()).updated[1].name)
      assert.same({ "D", true }, { assert(made.connections.get(archived.ref)).name,
         assert(made.connections.get(archived.ref)).archived })
   end)

   it("are both exported, and a file of their name is not said to be created", function()
      made:create { name = "A", description = "one" }
      made:create { name = "A", description = "two" }
      local result = assert(sync.export(made.client, path, { names = "A" }))
      assert.same({ { "A.json" }, 2 }, { { result.stale[1] }, #result.written })
      assert.equal('2 connections of the tenant are named "A": which one is meant cannot be told, which is a problem '
         .. "of a plan; prune removes the file", result.warnings[1].message)
      assert.equal(0, #assert(sync.plan(made.client, path, { names = "A" })).creates)
   end)

   it("are none where one of the two is archived, or of another name", function()
      assert(made.connections.archive(made:create { name = "A", archived = true }))
      assert(made.connections.archive(made:create { name = "A" }))
      made:create { name = "C" }
      local result = assert(assert(sync.plan(made.client, path)):apply())
      assert.same({}, { result.twins[1] })
   end)

   it("that could not be looked for are said to be so", function()
      local plan = assert(sync.plan(made.client, path))
      local result, err = plan:apply { concurrency = 1, on_progress = function(done)
         if done == 2 then made.emulator:fail { method = "GET", path = "/v2/connections", status = 400 } end
      end }
      assert.is_nil(result)
      assert.matches("^whether somebody else created the same could not be seen: ", err.message)
      assert.equal("validation", err.kind)
      assert.equal(2, #err.result.created)
   end)

   it("make the command fail", function()
      local environment = command.environment(made.emulator)
      made.emulator:fail { method = "POST", path = "/v2/connections", delay = 1, times = 1 }
      local line = command.line(environment, { "apply", path, "--yes" })
      local pipe = io.popen(line .. " 2>&1; echo code $?")
      local deadline = socket.gettime() + 20
      repeat socket.sleep(0.01) until made.emulator:counts().creates >= 1 or socket.gettime() > deadline
      -- one of the two creates waits, the other is done
      local ref = made:create({ name = "A" }).ref
      made:create { name = "B" }
      local said = pipe:read "*a"
      pipe:close()
      assert.matches("code 1\n$", said)
      assert.matches(ref, said, 1, true)
      assert.matches("2 connections are named", said)
   end)
end)
