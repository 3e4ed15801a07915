-- A loaded plan takes no other folder for its own: a relative path leads elsewhere from another place.
local command = require "spec.support.command"
local folder = require "spec.support.folder"
local json = require "personalize.json"
local origin = require "personalize.sync.plan_file.origin"
local sync = require "personalize.sync"
local tenant = require "spec.support.tenant"

describe("the folder of a loaded plan", function()
   local made, path, here, saved

   before_each(function()
      made, path = tenant.start(), folder.new()
      here, saved = path .. "/here", path .. "/plan"
      os.execute(("mkdir '%s'"):format(here))
   end)

   after_each(function()
      made:stop()
      folder.remove(path)
   end)

   local function write(file, members) folder.write(here, file, json.encode(tenant.definition(members))) end

   local function save(options) assert(assert(sync.plan(made.client, here, options)):save(saved)) end

   local function load() return assert(sync.load(made.client, saved)) end

   local function writes()
      local counts = made.emulator:counts()
      return counts.creates + counts.updates
   end

   -- An empty folder comes in its place.
   local function swap() os.execute(("mv '%s' '%s/old'; mkdir '%s'"):format(here, path, here)) end

   local function refused(what)
      local before = writes()
      local result, err = load():apply()
      assert.is_nil(result)
      assert.equal("conflict", err.kind)
      assert.equal(("nothing was sent: %s/%s: apply the plan from where it was made, or plan again"):format(here, what),
         err.message)
      assert.equal(before, writes())
      assert.is_nil(io.open(here .. "/personalize.lock"))
   end

   it("is refused where it lacks a file, so that it gives no secret and gets no ref", function()
      local auth = { authType = "OAUTH", clientId = "i", clientSecret = { ["$file"] = "s.txt" },
         accessTokenUrl = "https://a.example/t" }
      write("r.json", { name = "R", auth = auth })
      folder.write(here, "s.txt", "secret-of-one")
      save()
      swap()
      folder.write(here, "s.txt", "secret-of-another")
      refused "r.json is missing"
      write("r.json", { name = "Other", auth = auth })
      refused 'r.json is of another connection than "R"'
      write("r.json", { name = "R", auth = auth, description = "another" })
      refused "r.json is not as it was when the plan was made"
      folder.write(here, "r.json", "{")
      refused "r.json cannot be read as a connection"
      -- the same files are the same folder, wherever it is; how they are written does not matter
      folder.write(here, "r.json", json.encode(tenant.definition { name = "R", auth = auth }, { pretty = true }))
      assert.equal("R", assert(load():apply()).created[1].name)
   end)

   it("is refused where a file of what is unchanged is of another connection", function()
      made:create { name = "A" }
      write("a.json", { name = "A" })
      save()
      swap()
      refused "a.json is missing"
      write("a.json", { name = "B" })
      refused 'a.json is of another connection than "A"'
      -- nothing of it is sent
      write("a.json", { name = "A", description = "later" })
      assert(load():apply())
      assert.matches('"a.json"', folder.read(here, "personalize.lock"), 1, true)
   end)

   it("is refused where the file of an update was changed", function()
      made:create { name = "A" }
      write("a.json", { name = "A", description = "x" })
      save()
      write("a.json", { name = "A", description = "y" })
      refused "a.json is not as it was when the plan was made"
      write("a.json", { name = "A", description = "x" })
      assert.equal(1, #assert(load():apply()).updated)
      assert.equal(1, #assert(load():apply()).unchanged)
   end)

   it("may differ where values changed the plan, or an earlier version wrote it", function()
      write("a.json", { name = "A" })
      save { values = { connections = { A = { description = "of values" } } } }
      local plan = assert(json.decode(folder.read(path, "plan")))
      assert.is_false(plan.verbatim)
      plan.verbatim = nil
      assert.equal("A", assert(load():apply()).created[1].name)
      assert.equal("of values", assert(made.connections.find "A").description)
      folder.write(path, "plan", json.encode(plan))
      assert.equal("A", assert(load():apply()).unchanged[1].name)
      plan.verbatim = "yes"
      folder.write(path, "plan", json.encode(plan))
      assert.matches("verbatim: expected a boolean", select(2, sync.load(made.client, saved)).message, 1, true)
   end)

   it("is not looked at where it is not there, nor for a plan that was not loaded or has none", function()
      write("a.json", { name = "A" })
      save()
      swap()
      os.execute(("rmdir '%s'"):format(here))
      assert.equal(1, #assert(load():apply()).created)
      local plan = { creates = { { name = "A", file = "a.json" } }, updates = {}, unchanged = {} }
      assert.is_true(origin.check(plan, { is_loaded = false, folder = path, private = {} }))
      assert.is_true(origin.check(plan, { is_loaded = true, private = {} }))
      assert.is_nil((origin.check(plan, { is_loaded = true, folder = path, private = {} })))
   end)

   it("is told before somebody is asked", function()
      write("a.json", { name = "A" })
      save()
      write("a.json", { name = "A", description = "x" })
      local out, err, code = command.here(command.environment(made.emulator), { "apply", "--plan", saved })
      assert.matches("1 to create", out)
      assert.same({ 1, ("personalize apply: conflict: nothing was sent: %s/a.json is not as it was when the plan was "
         .. "made: apply the plan from where it was made, or plan again\n"):format(here) }, { code, err })
   end)
end)

describe("the folder of a plan that archives", function()
   local made, path, here, refs

   before_each(function()
      made, path, refs = tenant.start(), folder.new(), {}
      here = path .. "/here"
      for _, name in ipairs { "A", "B" } do refs[name] = made:create({ name = name }).ref end
      assert(sync.export(made.client, here, { names = "B" }))
   end)

   after_each(function()
      made:stop()
      folder.remove(path)
   end)

   local function write(file, members) folder.write(here, file, json.encode(tenant.definition(members))) end

   local function plan() return assert(sync.plan(made.client, here, { archive_missing = true })) end

   -- The plan itself, and as it is loaded.
   local function both()
      local itself = plan()
      assert.equal(refs.A, itself.archives[1].ref)
      assert(itself:save(path .. "/plan"))
      return { itself, assert(sync.load(made.client, path .. "/plan")) }
   end

   local function refused(plans, message)
      for index, each in ipairs(plans) do
         local result, err = each:apply()
         assert.is_nil(result)
         assert.same({ "conflict", ("nothing was sent: %s/%s: plan again"):format(here, message) },
            { err.kind, err.message }, index)
      end
      assert.is_false(assert(made.connections.get(refs.A)).archived)
   end

   it("has no file of it, else nothing is sent", function()
      local plans = both()
      write("a.json", { name = "A" })
      refused(plans, 'a.json has "A" by now, which the plan archives')
      os.remove(here .. "/a.json")
      folder.write(here, "x.json", "{")
      refused(plans, "x.json cannot be read as a connection, and may be one that the plan archives")
      os.remove(here .. "/x.json")
      assert(sync.export(made.client, here))
      refused(plans, 'A.json has "A" by now, which the plan archives')
      assert.is_true(plan():is_empty())
   end)

   it("has none by the lock either, whatever its name there is", function()
      local plans = both()
      assert(sync.export(made.client, here))
      os.remove(here .. "/A.json")
      write("A.json", { name = "New" })
      refused(plans, 'A.json has "A" by now, which the plan archives')
   end)

   it("may have got files of others, and of it in the archive", function()
      local plans = both()
      write("c.json", { name = "C" })
      write("a.json", { name = "A", archived = true })
      folder.write(here, ".hidden.json", "{")
      assert.equal(refs.A, assert(plans[2]:apply()).archived[1].ref)
      assert.equal(refs.A, assert(plans[1]:apply()).unchanged[1].ref)
      -- what is done is no longer asked
      write("a.json", { name = "A" })
      assert.equal(0, #assert(plans[1]:apply()).archived)
   end)

   it("may have a file of its name that the plan knows to be another one", function()
      local twin = made:create { name = "B" }
      local itself = plan()
      assert.equal(2, #itself.archives)
      assert(itself:save(path .. "/plan"))
      assert.equal(2, #assert(assert(sync.load(made.client, path .. "/plan")):apply()).archived)
      assert.is_true(assert(made.connections.get(twin.ref)).archived)
   end)
end)
