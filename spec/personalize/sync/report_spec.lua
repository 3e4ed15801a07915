-- What people read of plans and of what became of them, to the letter.
local difference = require "personalize.connections.difference"
local plan_of = require "personalize.sync.plan"
local report = require "personalize.sync.report"

local function lines(...) return table.concat({ ... }, "\n") end

local function plan(members)
   local made = { tenant = "https://a.example#org" }
   for _, name in ipairs { "creates", "updates", "archives", "unchanged", "unmanaged", "uncompared", "problems",
      "warnings" } do
      made[name] = {}
   end
   for name, value in pairs(members or {}) do made[name] = value end
   return plan_of.new(made, {})
end

local function update(members)
   local item = { name = "A", file = "a.json", differences = difference.loaded {} }
   for name, value in pairs(members or {}) do item[name] = value end
   return item
end

-- The lines of a plan's changes, without the head.
local function changes(members, opts)
   return (report.changes(plan(members), opts):gsub("^[^\n]*\n?", ""))
end

describe("a plan's text", function()
   it("is one line where there is nothing to tell", function()
      assert.equal("Plan for https://a.example (organisation org): nothing to do.", report.plan(plan()))
      assert.equal("Plan for https://a.example: nothing to do.", report.plan(plan { tenant = "https://a.example" }))
      assert.equal("Plan for https://a\\n.example (organisation o\\n#p): nothing to do.",
         report.plan(plan { tenant = "https://a\n.example#o\n#p" }))
      assert.equal("Plan for a\\n: nothing to do.", report.plan(plan { tenant = "a\n" }))
   end)

   it("has its warnings at the end", function()
      assert.equal(lines("Plan for https://a.example (organisation org): nothing to do.", "",
         "warning: a.json:3: icon: is odd", "warning: is odd, too"),
         tostring(plan { warnings = { { file = "a.json", line = 3, path = "icon", message = "is odd" },
            { message = "is odd, too" } } }))
   end)

   it("names what is created and archived, and its file where that says more", function()
      local reference = { path = "auth.x", kind = "env", target = "X" }
      assert.equal(lines("", '  create   "A\\n" (a\\n.json)', "             auth.x is $env X",
         "             auth.y is $file y\\n", '  create   "B"', '  create   "C"'),
         changes { creates = { { name = "A\n", file = "a\n.json", references = { reference,
            { path = "auth.y", kind = "file", target = "y\n" } } }, { name = "B", file = "B" }, { name = "C" } } })
      assert.equal(lines("", '  archive  "A", changed now'),
         changes { archives = { { name = "A", modifiedAt = "now" } } })
      assert.equal(lines("", '  create   "A"', '  update   "A" (a.json)', '  archive  "B"'),
         changes { creates = { { name = "A" } }, updates = { update() }, archives = { { name = "B" } } })
   end)

   it("tells which state an update starts from, as far as that is known", function()
      for said, item in pairs {
         [""] = {}, [", from revision 3"] = { revision = 3 }, [", changed now"] = { modifiedAt = "now" },
         [", by someone"] = { modifiedByRef = "someone" },
         [", from revision 3 changed now\\n by someone"] = { revision = 3, modifiedAt = "now\n",
            modifiedByRef = "someone" },
      } do
         assert.equal(lines("", '  update   "A" (a.json)' .. said), changes { updates = { update(item) } })
      end
   end)

   it("has an update's differences, references, and that secrets are sent", function()
      assert.equal(lines("", '  update   "A" (a.json)', '             name: "B" -> "A"',
         "             request.requestBody:", "                   one", "                 - two",
         "                 + three", "             auth.x is $env X",
         "             its secrets, which cannot be compared, are sent"),
         changes { updates = { update { force_secrets = true, references = { { path = "auth.x", kind = "env",
            target = "X" } }, differences = difference.loaded { { path = "name", old = "B", new = "A" },
            { path = "request.requestBody", old = "one\ntwo", new = "one\nthree" } } } } })
   end)

   it("shortens long texts unless it is to be full", function()
      local long = ("lorem ipsum "):rep(20)
      local updates = { update { differences = difference.loaded { { path = "description", old = long .. "a",
         new = long .. "b" } } } }
      assert.equal(lines("", '  update   "A" (a.json)',
         '             description: ..."sum lorem ipsum a" -> ..."sum lorem ipsum b"'), changes { updates = updates })
      assert.equal(lines("", '  update   "A" (a.json)',
         ('             description: "%sa" -> "%sb"'):format(long, long)),
         changes({ updates = updates }, { full = true }))
   end)

   it("tells of a rename by its names and its variable, and how to allow it where it is not allowed", function()
      local updates = { update { name = "Tier", rename = { from = "Old\t", to = "Tier" }, revision = 2,
         differences = difference.loaded { { path = "name", old = "Old\t", new = "Tier" },
            { path = "icon", old = "a", new = "b" } } } }
      local renamed = lines("", '  rename   "Old\\t" -> "Tier" (a.json), from revision 2',
         '             decision models have the variable "tier" for it, and no more "old"',
         '             icon: "a" -> "b"')
      local note = lines("", "", "Renames are applied only when that is allowed: renames = true, or --rename.")
      assert.equal(renamed .. note, changes { updates = updates })
      assert.equal(renamed .. note, changes({ updates = updates }, { renames = false }))
      assert.equal(renamed, changes({ updates = updates }, { renames = true }))
   end)

   it("names what is left alone and what is not compared, ten of each at most", function()
      local function numbered(count)
         local items, names = {}, {}
         for index = 1, count do
            items[index], names[index] = { name = "C" .. index }, ('"C%d"'):format(index)
         end
         return items, names
      end
      local ten, names = numbered(10)
      assert.equal(lines("", "10 connections are in the tenant and in no file, left alone: "
         .. table.concat(names, ", ")), changes { unmanaged = ten })
      assert.equal(lines("", "12 connections are in the tenant and in no file, left alone: "
         .. table.concat(names, ", ") .. ", and 2 more"), changes { unmanaged = (numbered(12)) })
      assert.equal(lines("", '1 connection is in the tenant and in no file, left alone: "A"', "",
         'Secrets can\'t be compared, so these may differ in them: "B\\n", "C"'),
         changes { unmanaged = { { name = "A" } }, uncompared = { "B\n", "C" } })
   end)

   it("lists the problems", function()
      assert.equal(lines("", "1 problem has to be solved before anything is sent:", "  a.json:2: name: is bad"),
         changes { problems = { { file = "a.json", line = 2, path = "name", message = "is bad" } } })
      assert.equal(lines("", "2 problems have to be solved before anything is sent:", "  one", "  two"),
         changes { problems = { { message = "one" }, { message = "two" } } })
   end)

   it("counts what it would do", function()
      local renamed = update { rename = { from = "B", to = "A" } }
      local members = { creates = { {}, {} }, updates = { renamed, update(), update(), update() },
         archives = { {}, {}, {}, {}, {} } }
      assert.equal("2 to create, 3 to update, 1 to rename, 5 to archive", report.summary(plan(members)))
      members.unchanged = { {} }
      assert.equal("2 to create, 3 to update, 1 to rename, 5 to archive, 1 unchanged", report.summary(plan(members)))
      assert.equal("https://a.example (organisation org): 2 to create, 3 to update, 1 to rename, 5 to archive",
         report.counts(plan(members)))
      assert.equal("1 to rename", report.summary(plan { updates = { renamed } }))
      assert.equal("nothing to do, 2 unchanged", report.summary(plan { unchanged = { {}, {} } }))
   end)

   it("does not say that nothing is to be done where there are problems", function()
      assert.equal("nothing to send", report.summary(plan { problems = { { message = "x" } } }))
      assert.equal("1 unchanged", report.summary(plan { problems = { { message = "x" } }, unchanged = { {} } }))
   end)
end)

describe("the text of a result", function()
   local function result(members)
      local made = { twins = {}, warnings = {} }
      for _, name in ipairs { "created", "updated", "archived", "unchanged", "failed", "not_started" } do
         made[name] = {}
      end
      for name, value in pairs(members or {}) do made[name] = value end
      return report.result(made)
   end

   it("counts what was done", function()
      assert.equal("nothing to do.", result())
      assert.equal("1 created.", result { created = { {} } })
      assert.equal("1 created, 2 updated, 3 archived, 4 unchanged.", result { created = { {} }, updated = { {}, {} },
         archived = { {}, {}, {} }, unchanged = { {}, {}, {}, {} } })
   end)

   it("names what was not, with its reason, twins and warnings", function()
      assert.equal(lines("1 failed, 2 not started.", '  failed   "A" (a.json): refused', '  not started  "B" (b.json)',
         '  not started  "C"',
         '  twins    2 connections are named "D\\n" now, for somebody else created it at the same time: 1, 2',
         "  warning: is odd\\n"),
         result { failed = { { name = "A", file = "a.json", error = "refused" } },
            not_started = { { name = "B", file = "b.json" }, { name = "C", file = "C" } },
            twins = { { name = "D\n", refs = { "1", "2" } } }, warnings = { "is odd\n" } })
   end)

   it("of an export counts files, and tells what they refer to and what was removed", function()
      local exported = { folder = "x\n", written = { "a" }, unchanged = {}, removed = {}, references = {},
         warnings = {} }
      assert.equal("1 file written, 0 unchanged in x\\n.", report.export(exported))
      exported.written, exported.unchanged, exported.removed = { "a", "b" }, { "c" }, { "d\n.json" }
      exported.references = { { file = "a\n", path = "auth.x\n", kind = "env", target = "X\n" } }
      exported.warnings = { { file = "a", path = "icon", message = "is odd" } }
      assert.equal(lines("2 files written, 1 unchanged in x\\n.", "  a\\n: auth.x\\n is $env X\\n",
         "  removed d\\n.json", "  warning: a: icon: is odd"), report.export(exported))
   end)
end)

describe("a finding", function()
   it("has its place, its path and its code as far as they are known", function()
      for line, found in pairs {
         ["a.json: error: is bad"] = { path = "" },
         ["a.json: error: is bad [c\\n]"] = { code = "c\n" },
         ["a.json:3:1: error: name\\n: is bad"] = { line = 3, path = "name\n" },
         ["a.json:3:7: error: name: is bad [c]"] = { line = 3, column = 7, path = "name", code = "c" },
      } do
         found.file, found.message = "a.json", "is bad"
         assert.equal(line, report.finding("error", found))
      end
   end)

   it("is a line of the result of checking files, whose last line counts", function()
      assert.equal("1 file: 0 problems, 0 warnings",
         report.validation { files = { "a" }, problems = {}, warnings = {} })
      assert.equal(lines("a: error: bad", "b: warning: odd", "c: warning: odd", "3 files: 1 problem, 2 warnings"),
         report.validation { files = { "a", "b", "c" }, problems = { { file = "a", message = "bad" } },
            warnings = { { file = "b", message = "odd" }, { file = "c", message = "odd" } } })
   end)
end)
