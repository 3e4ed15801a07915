-- A connection is known by the ref that the lock has for its file: a changed name, on either side, is a rename of that
-- ref, shown and applied only when that is allowed; never a create beside an archive of the same connection.
local command = require "spec.support.command"
local folder = require "spec.support.folder"
local personalize = require "personalize"
local sync = require "personalize.sync"
local tenant = require "spec.support.tenant"

describe("a rename", function()
   local made, path

   before_each(function() made, path = tenant.start(), folder.new() end)

   after_each(function()
      made:stop()
      folder.remove(path)
   end)

   local function plan(options) return assert(sync.plan(made.client, path, options)) end

   local function url(name) return "https://api.example.com/" .. name end

   -- Connections of these names, exported; name -> ref.
   local function exported(...)
      local refs = {}
      for _, name in ipairs { ... } do
         refs[name] = made:create({ name = name, request = { requestType = "GET", connectionUrl = url(name) } }).ref
      end
      assert(sync.export(made.client, path))
      return refs
   end

   local function rename_file(file, from, to)
      local text, count = folder.read(path, file):gsub(('"name": "%s"'):format(from), ('"name": "%s"'):format(to))
      assert(count == 1)
      folder.write(path, file, text)
   end

   local function rename(ref, to) assert(made.connections.patch(ref, { name = to })) end

   -- "ref name" of all, sorted.
   local function state()
      local found = {}
      for index, each in ipairs(assert(made.connections.list())) do
         found[index] = ("%s %s%s"):format(each.ref, each.name, each.archived and " archived" or "")
      end
      table.sort(found)
      return found
   end

   local function shown(it_is)
      local lines = {}
      for index, item in ipairs(it_is.updates) do
         lines[index] = item.rename and ("%s %s>%s"):format(item.ref, item.rename.from, item.rename.to) or item.ref
      end
      table.sort(lines)
      assert.same({ 0, 0 }, { #it_is.creates, #it_is.archives })
      return lines
   end

   for where, change in pairs {
      ["in the tenant"] = function(refs) rename(refs.A, "New") end,
      ["in the file"] = function() rename_file("A.json", "A", "New") end,
      ["on both sides"] = function(refs)
         rename(refs.A, "New")
         rename_file("A.json", "A", "Newer")
      end,
   } do
      it(where .. " is shown, and applied only when it is allowed", function()
         local refs = exported("A", "B")
         change(refs)
         local from = assert(made.connections.get(refs.A)).name
         local to = assert(personalize.json.decode(folder.read(path, "A.json"))).name
         local it_is = plan { archive_missing = true }
         assert.same({ ("%s %s>%s"):format(refs.A, from, to) }, shown(it_is))
         assert.equal(to, it_is.updates[1].name)
         assert.matches(('\n  rename   "%s" -> "%s" (A.json), '):format(from, to), tostring(it_is), 1, true)
         assert.matches("Plan for [^ ]+ %(organisation %w+%): 1 to rename, 1 unchanged%.", tostring(it_is))
         local before = state()
         local result, err = it_is:apply()
         assert.is_nil(result)
         assert.equal("conflict", err.kind)
         assert.matches("nothing was sent: renames are applied with renames = true (--rename): A.json: name: would "
            .. "rename", err.message, 1, true)
         assert.same({ { file = "A.json", path = "name", message = ('would rename "%s" to "%s"'):format(from, to) } },
            err.problems)
         assert.same(before, state())
         assert.same({ from = from, to = to }, assert(it_is:apply { renames = true }).updated[1].rename)
         assert.equal(to, assert(made.connections.get(refs.A)).name)
         assert.is_true(plan({ archive_missing = true }):is_empty())
      end)
   end

   it("may be allowed by the plan, also by a saved one", function()
      local refs = exported "A"
      rename(refs.A, "New")
      assert(plan({ renames = true }):save(path .. "/plan"))
      local loaded = assert(sync.load(made.client, path .. "/plan"))
      assert.same({ from = "New", to = "A" }, loaded.updates[1].rename)
      assert(loaded:apply())
      assert.same({ refs.A .. " A" }, state())
      rename(refs.A, "New")
      assert(plan():save(path .. "/plan"))
      local _, err = assert(sync.load(made.client, path .. "/plan")):apply()
      assert.equal("conflict", err.kind)
      assert(assert(sync.load(made.client, path .. "/plan")):apply { renames = true })
      assert.same({ refs.A .. " A" }, state())
   end)

   it("is shown without a word on how to allow it where the plan allows it, also a saved one", function()
      local refs = exported "A"
      rename(refs.A, "New")
      local note = "Renames are applied only when that is allowed"
      assert.matches(note, tostring(plan()), 1, true)
      assert.matches(note, tostring(plan { renames = false }), 1, true)
      local allowed = plan { renames = true }
      assert.not_matches(note, tostring(allowed), 1, true)
      assert(allowed:save(path .. "/plan"))
      assert.not_matches(note, tostring(assert(sync.load(made.client, path .. "/plan"))), 1, true)
      local out, err, code = command.run(command.environment(made.emulator), { "apply", "--plan", path .. "/plan",
         "--yes" })
      assert.same({ "", 0 }, { err, code })
      assert.matches('rename   "New" -> "A" (A.json)', out, 1, true)
      assert.not_matches("only when that is allowed", out, 1, true)
   end)

   it("reaches the file by an export, which keeps its name", function()
      local refs = exported("A", "B")
      rename(refs.A, "New")
      local result = assert(sync.export(made.client, path))
      assert.same({ { "A.json" }, {} }, { { result.written[1] }, { result.stale[1] } })
      assert.equal("New", assert(personalize.json.decode(folder.read(path, "A.json"))).name)
      assert.is_true(plan():is_empty())
   end)

   it("of two that swap their names changes the names alone", function()
      local refs = exported("A", "B")
      rename(refs.A, "X")
      rename(refs.B, "A")
      rename(refs.A, "B")
      local it_is = plan { archive_missing = true }
      local expected = { refs.A .. " B>A", refs.B .. " A>B" }
      table.sort(expected)
      assert.same(expected, shown(it_is))
      assert.same({ 1, 1 }, { #it_is.updates[1].differences, #it_is.updates[2].differences })
      assert(it_is:apply { renames = true })
      expected = { refs.A .. " A", refs.B .. " B" }
      table.sort(expected)
      assert.same(expected, state())
   end)

   it("gives a name back before a new file takes it", function()
      local refs = exported "A"
      rename_file("A.json", "A", "B")
      folder.write(path, "new.json", personalize.json.encode(tenant.definition { name = "A" }))
      local it_is = plan()
      assert.same({ "A", "B" }, { it_is.creates[1].name, it_is.updates[1].name })
      local result = assert(it_is:apply { renames = true })
      assert.equal("B", assert(made.connections.get(refs.A)).name)
      assert.same({}, result.twins)
      assert.equal(2, #state())
      assert.is_true(plan():is_empty())
   end)

   it("is none where files were only given each other's names", function()
      exported("A", "B")
      os.rename(path .. "/A.json", path .. "/x")
      os.rename(path .. "/B.json", path .. "/A.json")
      os.rename(path .. "/x", path .. "/B.json")
      assert.is_true(plan({ archive_missing = true }):is_empty())
      assert.equal(0, #assert(sync.export(made.client, path)).written)
      os.rename(path .. "/A.json", path .. "/C.json")
      assert.is_true(plan({ archive_missing = true }):is_empty())
   end)

   it("is one where the file was renamed, too", function()
      local refs = exported("A", "B")
      os.rename(path .. "/A.json", path .. "/C.json")
      rename_file("C.json", "A", "C")
      assert.same({ refs.A .. " A>C" }, shown(plan { archive_missing = true }))
      local it_is = plan()
      assert.same({ refs.A .. " A>C" }, shown(it_is))
      assert.equal(0, #it_is.unmanaged)
      local _, err = it_is:apply()
      assert.same({ "conflict", 'would rename "A" to "C"' }, { err.kind, err.problems[1].message })
      assert(it_is:apply { renames = true })
      assert.same({ refs.A .. " C", refs.B .. " B" }, refs.A < refs.B and state() or { state()[2], state()[1] })
      -- the old name is free for another connection
      local _, files = next(assert(personalize.json.decode(folder.read(path, "personalize.lock"))).tenants)
      assert.same({ ["B.json"] = refs.B, ["C.json"] = refs.A }, files)
      folder.write(path, "A.json", personalize.json.encode(tenant.definition { name = "A" }))
      it_is = plan { archive_missing = true }
      assert.same({ 0, "A" }, { #it_is.problems, it_is.creates[1].name })
   end)

   it("of a file that was renamed, too, is taken back by an export", function()
      local refs = exported "A"
      os.rename(path .. "/A.json", path .. "/C.json")
      rename_file("C.json", "A", "C")
      local result = assert(sync.export(made.client, path, { prune = true }))
      assert.same({ { "C.json" }, {} }, { { result.written[1] }, { result.removed[1] } })
      assert.equal("A", assert(personalize.json.decode(folder.read(path, "C.json"))).name)
      assert.same({ refs.A .. " A" }, state())
      assert.is_true(plan({ archive_missing = true }):is_empty())
   end)

   it("of a file that was renamed, too, is still one after an export of others", function()
      local refs = exported("A", "Other")
      os.rename(path .. "/A.json", path .. "/B.json")
      rename_file("B.json", "A", "B")
      for _, names in ipairs { "Other*", "B", "None" } do
         for _, prune in ipairs { false, true } do
            assert(sync.export(made.client, path, { names = names, prune = prune }))
            assert.same({ refs.A .. " A>B" }, shown(plan { archive_missing = true }))
         end
      end
      local _, files = next(assert(personalize.json.decode(folder.read(path, "personalize.lock"))).tenants)
      assert.same({ ["A.json"] = refs.A, ["Other.json"] = refs.Other }, files)
      -- an export of it writes the line of its new file alone
      assert(sync.export(made.client, path, { names = "A" }))
      _, files = next(assert(personalize.json.decode(folder.read(path, "personalize.lock"))).tenants)
      assert.same({ ["B.json"] = refs.A, ["Other.json"] = refs.Other }, files)
   end)

   it("is none of a new file where the lock's line was deleted", function()
      exported "A"
      os.rename(path .. "/A.json", path .. "/C.json")
      rename_file("C.json", "A", "C")
      os.remove(path .. "/personalize.lock")
      local it_is = plan()
      assert.same({ "C", "A" }, { it_is.creates[1].name, it_is.unmanaged[1].name })
   end)

   it("is one where a file was deleted and another has its ref", function()
      local refs = exported("A", "B")
      local lock = assert(personalize.json.decode(folder.read(path, "personalize.lock")))
      local _, files = next(lock.tenants)
      files["C.json"] = refs.A
      folder.write(path, "personalize.lock", personalize.json.encode(lock))
      os.rename(path .. "/A.json", path .. "/C.json")
      rename_file("C.json", "A", "C")
      assert.same({ refs.A .. " A>C" }, shown(plan { archive_missing = true }))
   end)

   it("of one that was archived, too, takes it out of the archive", function()
      local refs = exported "A"
      rename(refs.A, "old A")
      assert(made.connections.archive(refs.A))
      local it_is = plan()
      assert.same({ refs.A .. " old A>A" }, shown(it_is))
      assert(it_is:apply { renames = true })
      assert.same({ refs.A .. " A" }, state())
   end)

   it("is a problem where another connection in use has the name", function()
      local refs = exported "A"
      rename(refs.A, "old A")
      local other = made:create { name = "A" }
      local it_is = plan()
      assert.same({ 0, 0, 0 }, { #it_is.creates, #it_is.updates, #it_is.archives })
      assert.equal(("is the connection %s by the lock, and %s is in use as \"A\", too: rename one of them, or "
         .. "delete the file's line in the lock if the other one is meant"):format(refs.A, other.ref),
         it_is.problems[1].message)
      -- the same for one that would be taken out of the archive
      rename(refs.A, "A")
      assert(made.connections.archive(refs.A))
      assert.matches("is in use as \"A\", too", plan().problems[1].message)
      -- the remedy
      os.remove(path .. "/personalize.lock")
      local update = plan().updates[1]
      assert.same({ other.ref, nil }, { update.ref, update.rename })
   end)

   it("is refused where somebody took the name since the plan was made", function()
      local refs = exported "A"
      rename_file("A.json", "A", "B")
      local it_is = plan()
      local other = made:create { name = "B" }
      local _, err = it_is:apply { renames = true }
      assert.equal("conflict", err.kind)
      assert.matches(("another connection is named \"B\" by now (%s)"):format(other.ref), err.message, 1, true)
      assert.equal("A", assert(made.connections.get(refs.A)).name)
   end)

   it("is meant by either name", function()
      local refs = exported("A", "B")
      rename(refs.A, "New")
      for _, names in ipairs { "A", "New", "N*" } do
         assert.same({ refs.A .. " New>A" }, shown(plan { names = names, archive_missing = true }))
      end
      assert.same({}, shown(plan { names = "B", archive_missing = true }))
   end)

   it("is asked for by --rename", function()
      local refs = exported "A"
      rename(refs.A, "New")
      local environment = command.environment(made.emulator)
      local out, err, code = command.run(environment, { "plan", path })
      assert.same({ "", 2 }, { err, code })
      assert.matches('rename   "New" -> "A" (A.json)', out, 1, true)
      assert.matches("only when that is allowed: --rename.", out, 1, true)
      out, err, code = command.run(environment, { "apply", path, "--yes" })
      assert.equal(1, code)
      assert.matches("^personalize apply: conflict: nothing was sent: renames are applied", err)
      assert.same({ refs.A .. " New" }, state())
      assert.matches("rename", out)
      out, err, code = command.run(environment, { "apply", path, "--yes", "--rename" })
      assert.same({ "", 0 }, { err, code })
      assert.matches("1 updated.", out, 1, true)
      assert.not_matches("only when that is allowed", out, 1, true)
      assert.same({ refs.A .. " A" }, state())
   end)

   it("says which variable changes, and who uses what is renamed or archived when asked", function()
      local model, variant = "00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"
      local ref = made:create { name = "Loyalty Tier" }.ref
      made:create { name = "Gone" }
      assert(sync.export(made.client, path))
      assert(made.emulator:put("/v2/decisionModelDefinitions", { { ref = model, name = "Tiers" } }))
      assert(made.emulator:put("/v2/decisionModelDefinitions/" .. model .. "/variants", {
         { ref = variant, name = "A", definition = "loyaltyTier.a; gone.b" } }))
      rename(ref, "Tier")
      for _, file in ipairs { "gone.json", "Gone.json" } do os.remove(path .. "/" .. file) end
      local plain = assert(sync.plan(made.client, path))
      assert.matches('decision models have the variable "loyaltyTier" for it, and no more "tier"', tostring(plain), 1,
         true)
      assert.is_nil(tostring(plain):find "mentions it")
      made.emulator:put("/v2/decisionModelDefinitions/" .. model .. "/variants", {
         { ref = variant, name = "A", definition = "tier.a; gone.b" } })
      local asked = assert(sync.plan(made.client, path, { check_uses = true, archive_missing = true }))
      local found = {}
      for _, warning in ipairs(asked.warnings) do
         if warning.code == "in_use" then found[#found + 1] = warning.path .. " " .. warning.message end
      end
      local mention = ('decision model "Tiers" (%s) mentions it: variant "A": definition'):format(model)
      assert.same({ "name " .. mention, "archived " .. mention }, found)
   end)
end)

describe("a connection that was retired and made anew", function()
   it("is the file's without a lock, too", function()
      local made, path = tenant.start(), folder.new()
      local retired = made:create { description = "old" }
      assert(made.connections.archive(retired))
      local live = made:create { description = "new" }
      folder.write(path, "w.json", personalize.json.encode(tenant.definition { description = "newer" }))
      local plan = assert(sync.plan(made.client, path))
      assert.same({ 0, 0, live.ref }, { #plan.creates, #plan.problems, plan.updates[1].ref })
      -- two retired ones, told apart by nothing
      assert(made.connections.archive(made:create { description = "older" }))
      folder.write(path, "w.json", personalize.json.encode(tenant.definition { archived = true, description = "x" }))
      plan = assert(sync.plan(made.client, path))
      assert.same({ 0, 0 }, { #plan.creates, #plan.updates })
      assert.equal('2 connections of the tenant are named "Weather": which one is meant cannot be told',
         plan.problems[1].message)
      made:stop()
      folder.remove(path)
   end)

   it("is the file's with a lock that has the retired one, too, and stays in use", function()
      local made, path = tenant.start(), folder.new()
      folder.write(path, "w.json", personalize.json.encode(tenant.definition { description = "old" }))
      assert(assert(sync.plan(made.client, path)):apply())
      local retired = assert(made.connections.find "Weather")
      assert(made.connections.archive(retired))
      local live = made:create { description = "old" }
      local plan = assert(sync.plan(made.client, path, { archive_missing = true }))
      assert.same({ true, live.ref }, { plan:is_empty(), plan.unchanged[1].ref })
      folder.write(path, "w.json", personalize.json.encode(tenant.definition { description = "new" }))
      plan = assert(sync.plan(made.client, path, { archive_missing = true }))
      assert.same({ 0, 1, live.ref }, { #plan.archives, #plan.updates, plan.updates[1].ref })
      assert(plan:apply())
      local after = assert(made.connections.get(live.ref))
      assert.same({ "new", false }, { after.description, after.archived })
      after = assert(made.connections.get(retired.ref))
      assert.same({ "old", true }, { after.description, after.archived })
      local _, files = next(assert(personalize.json.decode(folder.read(path, "personalize.lock"))).tenants)
      assert.same({ ["w.json"] = live.ref }, files)
      made:stop()
      folder.remove(path)
   end)
end)
