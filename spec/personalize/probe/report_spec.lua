-- A probe's report as text: a table, or lines, and what was made and left.
local json = require "personalize.json"
local report = require "personalize.probe.report"

describe("a probe's report", function()
   local facts, own

   before_each(function()
      facts = { made = {}, left = {}, stopped = true }
      own = report.new(facts)
      local about = { id = "a", question = "Is it?", assumed = "yes" }
      report.add(own, about, { answer = "yes", evidence = "seen", agrees = true })
      report.add(own, { id = "b", question = "How many?", assumed = "2" }, { answer = "3", evidence = "counted",
         agrees = false })
      report.add(own, { id = "c", question = "Why?", assumed = "so" }, { answer = "cannot be told", evidence = "lost" })
      report.add(own, about, { answer = "yes", evidence = "again", agrees = true })
   end)

   local TABLE = table.concat({
      "QUESTION   ASSUMED  ANSWER          AGREES  EVIDENCE",
      "Is it?     yes      yes             yes     seen",
      "How many?  2        3               NO      counted",
      "Why?       so       cannot be told  -       lost",
      "Is it?     yes      yes             yes     again",
      "2 as assumed, 1 otherwise, 1 could not be told" }, "\n")

   local LINES = table.concat({
      "yes  Is it?  yes", "     seen", "NO   How many?  3 (assumed: 2)", "     counted",
      "-    Why?  cannot be told (assumed: so)", "     lost", "yes  Is it?  yes", "     again",
      "2 as assumed, 1 otherwise, 1 could not be told" }, "\n")

   it("is an array of answers with fields of its own", function()
      assert.equal(4, #own)
      assert.same({ id = "b", question = "How many?", assumed = "2", answer = "3", evidence = "counted",
         agrees = false }, own[2])
      assert.is_nil(own[3].agrees)
      assert.is_true(own.made == facts.made and own.left == facts.left and own.stopped)
      assert.is_nil(own[5])
      assert.equal("[]", json.encode(report.new(facts)))
      assert.equal("personalize.probe", getmetatable(own).__name)
   end)

   it("cuts answers at 200 columns, and evidence at 400", function()
      report.add(own, {}, { answer = ("a"):rep(201), evidence = ("e"):rep(401) })
      assert.same({ ("a"):rep(197) .. "...", ("e"):rep(397) .. "..." }, { own[5].answer, own[5].evidence })
      report.add(own, {}, { answer = ("a"):rep(200), evidence = ("e"):rep(400) })
      assert.same({ ("a"):rep(200), ("e"):rep(400) }, { own[6].answer, own[6].evidence })
   end)

   it("is a table, or lines where the table is wider than the terminal", function()
      assert.equal(TABLE, tostring(own))
      assert.equal(TABLE, report.text(own))
      assert.equal(TABLE, report.text(own, 52))
      assert.equal(LINES, report.text(own, 51))
   end)

   it("keeps its columns to their widths, and evidence to 120", function()
      own = report.new(facts)
      local function of(letter, count) return letter:rep(count) end
      report.add(own, { question = of("q", 70), assumed = of("s", 50) }, { answer = of("a", 50),
         evidence = of("e", 130), agrees = true })
      local line = tostring(own):match "\n([^\n]*)\n"
      assert.equal(("%s...  %s...  %s...  yes     %s..."):format(of("q", 59), of("s", 41), of("a", 41), of("e", 117)),
         line)
   end)

   it("says what was made and what is left", function()
      facts.made = { { ref = "r1", name = "A", archived = true }, { ref = "r2", name = "B\n" } }
      facts.left = { { ref = "r3", name = "C", why = "refused" }, { name = "D", why = "lost" } }
      local text = tostring(own):match "told\n(.*)$"
      assert.equal(table.concat({ "made and archived: r1 (A)", "made and NOT ARCHIVED: r2 (B\\n)",
         "LEFT: r3 (C): refused", "LEFT: perhaps one (D): lost" }, "\n"), text)
   end)
end)
