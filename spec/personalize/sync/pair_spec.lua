-- Which connection each file is: by the lock's refs, by name, and by being archived; and when that cannot be told.
local folder = require "personalize.sync.folder"
local pair = require "personalize.sync.pair"

local function definition(name, archived, url)
   return { name = name, archived = archived, systemType = "DATA_SYSTEM", auth = { authType = "NONE" },
      request = { requestType = "GET", connectionUrl = url or "https://a.example" } }
end

local function entry(file, name, archived, url)
   return folder.entry(file, definition(name, archived, url), true)
end

local function connection(ref, name, archived, url)
   local made = definition(name, archived == true, url)
   made.ref = ref
   return made
end

-- The connection's ref of each file, or false; and the refs that are in no file.
local function paired(entries, connections, refs)
   local result = pair.pair(entries, connections, refs or {})
   local of, unmanaged = {}, {}
   for _, each in ipairs(entries) do
      local found = result.of[each]
      of[each.file] = found and found.ref or false
   end
   for index, each in ipairs(result.unmanaged) do unmanaged[index] = each.ref end
   return of, unmanaged
end

describe("a file", function()
   it("is the connection of its name", function()
      assert.same({ { a = "1", b = false }, { "2" } }, { paired({ entry("a", "A"), entry("b", "B") },
         { connection("1", "A"), connection("2", "C") }) })
   end)

   it("is the one of its name that is archived, or not, as it is itself", function()
      local both = { connection("live", "A"), connection("old", "A", true) }
      assert.same({ { a = "live" }, { "old" } }, { paired({ entry("a", "A") }, both) })
      assert.same({ { a = "old" }, { "live" } }, { paired({ entry("a", "A", true) }, both) })
      assert.same({ { a = "old", b = "live" }, {} }, { paired({ entry("a", "A", true), entry("b", "A") }, both) })
   end)

   it("is the only one of its name, whether that is archived or not: a second one would be its twin", function()
      assert.same({ a = "old" }, (paired({ entry("a", "A") }, { connection("old", "A", true) })))
      assert.same({ a = "live" }, (paired({ entry("a", "A", true) }, { connection("live", "A") })))
   end)

   it("is the one that the lock names, whatever its name is now", function()
      assert.same({ { a = "2" }, { "1" } },
         { paired({ entry("a", "A") }, { connection("1", "A"), connection("2", "B") }, { a = "2" }) })
   end)

   it("is the one that the lock names among several of its name, whatever another has", function()
      local connections = { connection("1", "A", nil, "https://a.example"),
         connection("2", "A", nil, "https://b.example") }
      local entries = { entry("a", "A", nil, "https://b.example"), entry("b", "A", nil, "https://b.example") }
      assert.same({ { a = "1", b = "2" }, {} }, { paired(entries, connections, { a = "1", b = "2" }) })
      assert.same({ { a = "1", b = "2" }, {} }, { paired(entries, connections, { a = "1" }) })
   end)

   it("has one connection alone, where the lock gives two files one ref", function()
      assert.same({ { a = "1", b = false }, {} },
         { paired({ entry("a", "A"), entry("b", "B") }, { connection("1", "C") }, { a = "1", b = "1" }) })
   end)

   it("that only got another's name is the connection that it describes, if the lock knows it", function()
      local entries = { entry("a", "B", nil, "https://b.example"), entry("b", "A", nil, "https://a.example") }
      local connections = { connection("1", "A", nil, "https://a.example"),
         connection("2", "B", nil, "https://b.example") }
      assert.same({ a = "2", b = "1" }, (paired(entries, connections, { a = "1", b = "2" })))
      entries = { entry("a", "B", nil, "https://b.example") }
      assert.same({ { a = "1" }, { "2" } }, { paired(entries, connections, { a = "1" }) })
   end)

   it("that only got another's name is that one, archived too, if the file leaves that open", function()
      local connections = { connection("1", "A", nil, "https://a.example"),
         connection("2", "B", true, "https://b.example") }
      local entries = { entry("a", "B", nil, "https://b.example") }
      assert.same({ { a = "2" }, { "1" } }, { paired(entries, connections, { a = "1", b = "2" }) })
   end)
end)

describe("a file whose connection by the lock was archived", function()
   local old, live = connection("old", "A", true), connection("live", "A")
   local refs = { a = "old" }

   it("is the one that was created again, if it does not say that it is archived", function()
      assert.same({ { a = "live" }, { "old" } }, { paired({ entry("a", "A") }, { live, old }, refs) })
      assert.same({ { a = "live" }, { "old" } }, { paired({ entry("a", "A") }, { old, live }, refs) })
      -- the archived one under another name
      local renamed = connection("old", "Old A", true)
      assert.same({ { a = "live" }, { "old" } }, { paired({ entry("a", "A") }, { live, renamed }, refs) })
   end)

   it("is the one that was created again, if the file has another name by now", function()
      assert.same({ { a = "live" }, { "old" } }, { paired({ entry("a", "New") }, { live, old }, refs) })
      -- but not if that has a file of its own, or there are several
      assert.same({ { a = "old", b = "live" }, {} },
         { paired({ entry("a", "New"), entry("b", "A") }, { live, old }, refs) })
      assert.same({ a = "old" }, (paired({ entry("a", "New") }, { live, old, connection("twin", "A") }, refs)))
   end)

   it("is the archived one, if the one in use has another file", function()
      assert.same({ { a = "old", b = "live" }, {} },
         { paired({ entry("a", "A"), entry("b", "A") }, { live, old }, { a = "old", b = "live" }) })
      assert.same({ { a = "old", b = "live" }, {} }, { paired({ entry("a", "A"), entry("b", "A") }, { live, old },
         refs) })
   end)

   it("is the archived one, if the file says so, or there is no other", function()
      assert.same({ { a = "old" }, { "live" } }, { paired({ entry("a", "A", true) }, { live, old }, refs) })
      assert.same({ { a = "old" }, { "live" } }, { paired({ entry("a", "A", false) }, { live, old }, refs) })
      assert.same({ { a = "old" }, {} }, { paired({ entry("a", "A") }, { old }, refs) })
      -- what the file says is what the one of the lock shall become
      assert.same({ { a = "live" }, { "old" } }, { paired({ entry("a", "A", true) }, { live, old }, { a = "live" }) })
   end)

   it("is none that can be told, where several files could be the one in use", function()
      local entries = { entry("a", "A"), entry("b", "A") }
      local result = pair.pair(entries, { live, old, connection("older", "A", true) }, { a = "old", b = "older" })
      assert.same({ {}, '2 files define "A": a, b', '2 files define "A": a, b' },
         { result.of, result.ambiguous[entries[1]], result.ambiguous[entries[2]] })
   end)

   it("that only got its name from another file is the one in use", function()
      local known = { a = "other", b = "old", c = "live" }
      assert.same({ a = "live" }, (paired({ entry("a", "A") }, { old, live, connection("other", "B") }, known)))
   end)
end)

describe("a new file", function()
   local old = connection("1", "Old", nil, "https://a.example/1")
   local other = connection("2", "Other", nil, "https://a.example/2")
   local refs = { ["old.json"] = "1", ["other.json"] = "2" }

   local function new(name, url, archived)
      return entry("new.json", name or "New", archived, url or "https://a.example/1")
   end

   it("is the connection that lost its file and differs from it in the name alone", function()
      assert.same({ { ["new.json"] = "1", ["other.json"] = "2" }, {} },
         { paired({ new(), entry("other.json", "Other", nil, "https://a.example/2") }, { old, other }, refs) })
      assert.same({ { ["new.json"] = "1" }, { "2" } }, { paired({ new() }, { old, other }, refs) })
   end)

   it("is another one where it differs in more, or the connection has a file, is not known, or is archived", function()
      local none = { ["new.json"] = false }
      assert.same(none, (paired({ new("New", "https://a.example/3") }, { old, other }, refs)))
      assert.same(none, (paired({ new() }, { old, other }, { ["other.json"] = "2" })))
      assert.same(none, (paired({ new() }, { connection("1", "Old", true, "https://a.example/1") }, refs)))
      assert.same(none, (paired({ new("New", nil, true) }, { old }, refs)))
      assert.same({ ["new.json"] = false, ["old.json"] = "1" },
         (paired({ new(), entry("old.json", "Old", nil, "https://b.example") }, { old }, refs)))
      -- a file that the lock knows is not new
      assert.same(none, (paired({ new() }, { old }, { ["old.json"] = "1", ["new.json"] = "3" })))
   end)

   it("is the one of its name first", function()
      assert.same({ ["new.json"] = "2" }, (paired({ new "Other" }, { old, other }, refs)))
   end)

   it("is none where several are alike", function()
      assert.same({ ["new.json"] = false, ["newer.json"] = false },
         (paired({ new(), entry("newer.json", "Newer", nil, "https://a.example/1") }, { old, other }, refs)))
      assert.same({ ["new.json"] = false },
         (paired({ new() }, { old, connection("2", "Other", nil, "https://a.example/1") }, refs)))
   end)

   it("is not looked for among too many", function()
      local entries, connections, known = {}, {}, {}
      for index = 1, 101 do
         local url = "https://a.example/" .. index
         entries[index] = entry(("new%d.json"):format(index), "New" .. index, nil, url)
         connections[index] = connection(tostring(index), "Old" .. index, nil, url)
         known[("old%d.json"):format(index)] = tostring(index)
      end
      assert.is_false(paired(entries, connections, known)["new1.json"])
      entries[101] = nil
      local of = paired(entries, { (table.unpack or unpack)(connections, 1, 100) }, known) -- luacheck: ignore
      assert.same({ "1", "100" }, { of["new1.json"], of["new100.json"] })
   end)
end)

describe("what cannot be told apart", function()
   local function reasons(entries, connections)
      local result, found = pair.pair(entries, connections, {}), {}
      for _, each in ipairs(entries) do found[each.file] = result.ambiguous[each] or false end
      return found
   end

   it("are two files in use of one name, beside one that is archived", function()
      local two = '2 files define "A": a, b'
      assert.same({ a = two, b = two, c = false },
         reasons({ entry("a", "A"), entry("b", "A"), entry("c", "A", true) }, {}))
      two = '2 files define "A": b, c'
      assert.same({ a = false, b = two, c = two },
         reasons({ entry("a", "A"), entry("b", "A", true), entry("c", "A", true) }, {}))
   end)

   it("are many files of one name, of which each problem names some", function()
      local entries = {}
      for index = 1, 2000 do entries[index] = entry(("f%04d"):format(index), "A") end
      local found = reasons(entries, {})
      assert.equal('2000 files define "A": f0001, f0002, f0003, f0004, f0005 and 1995 more', found.f0001)
      assert.equal(found.f0001, found.f2000)
   end)

   it("are two connections of one name, in use or archived", function()
      local two = '2 connections of the tenant are named "A": which one is meant cannot be told'
      assert.same({ a = two, b = false }, reasons({ entry("a", "A"), entry("b", "A", true) },
         { connection("1", "A"), connection("2", "A"), connection("3", "A", true) }))
      assert.same({ a = false, b = two }, reasons({ entry("a", "A"), entry("b", "A", true) },
         { connection("1", "A"), connection("2", "A", true), connection("3", "A", true) }))
   end)
end)

describe("the identity of a connection", function()
   it("is its name where that is enough, and else says what tells it apart", function()
      local one, live, old = connection("1", "A"), connection("2", "B"), connection("3", "B", true)
      local twin, other = connection("4", "C"), connection("5", "C")
      local first, second = connection("6", "D", true), connection("7", "D", true)
      local identities = pair.identities { one, live, old, twin, other, first, second }
      assert.same({ "A", "B", "B\0archived", "C\0004", "C\0005", "D\0006", "D\0007" },
         { identities[one], identities[live], identities[old], identities[twin], identities[other], identities[first],
            identities[second] })
   end)
end)
