-- What counts as a mention of a connection, which place it has, and which part of its line is shown.
local json = require "personalize.json"
local mentions = require "personalize.connections.mentions"

local REF = "0000aaaa-0000-4000-8000-000000000001"

describe("mentions", function()
   -- "path | line" of each mention.
   local function find(item, name, refs)
      local found = {}
      mentions.find(item, mentions.needles(name or "Tier One", refs or { REF }), function(path, line)
         found[#found + 1] = path .. " | " .. line
      end)
      return found
   end

   local function counts(text, name) return #find({ t = text }, name) == 1 end

   it("search for the spellings of a name, its variable and its refs, each once", function()
      local function texts(...)
         local list = {}
         for index, needle in ipairs(mentions.needles(...)) do list[index] = needle[1] end
         return list
      end
      assert.same({ "Tier One", "tierOne", REF, "other" }, texts("Tier One", { REF, "other" }))
      assert.same({ "a & 'b' \"<", "a &amp; &apos;b&apos; &quot;&lt;", "a &amp; 'b' \"&lt;", "a & 'b' \\\"<",
         "a&'b'\"<" }, texts("a & 'b' \"<", {}))
      assert.same({}, texts("", {}))
      assert.same({ "\255" }, { (texts("\255", {}))[1] })
   end)

   it("of a name are those between quotes or tags, whole", function()
      for _, text in ipairs { '"Tier One"', "'Tier One'", "`Tier One`", "<a>Tier One</a>", "Tier One", '"Tier One\\"',
         "&quot;Tier One&quot;", "&apos;Tier One&apos;", "&#34;Tier One&#34;", "&#39;Tier One&#39;",
         "&gt;Tier One&lt;", 'x Tier One "Tier One"' } do
         assert.is_true(counts(text), text)
      end
      for _, text in ipairs { 'x Tier One"', '"Tier One x', '"Tier Ones"', ";Tier One;", "x;Tier One", "&amp;Tier One",
         '"Tier One&', '"Tier One& "', "", "Tier", " Tier One" } do
         assert.is_false(counts(text), text)
      end
   end)

   it("of a variable are whole words, and of a ref are anywhere", function()
      for _, text in ipairs { "tierOne", "x.tierOne.y", " tierOne ", "(tierOne)", "1-tierOne+1", "tierOnes tierOne",
         "x" .. REF .. "y" } do
         assert.is_true(counts(text), text)
      end
      for _, text in ipairs { "tierOnes", "mytierOne", "tierOne1", "_tierOne", "tierOne$", "$tierOne",
         "\195\164tierOne", "tierOne\195\164", "TierOne" } do
         assert.is_false(counts(text), text)
      end
   end)

   it("have a path, and in a text of several lines a line; a line counts once", function()
      assert.same({ "list[2] | tierOne", "object.inner.t | tierOne", "t | tierOne tierOne" }, find {
         t = "tierOne tierOne", list = json.array { "x", "tierOne" }, object = { inner = { t = "tierOne" }, n = 5 } })
      assert.same({ "t, line 2 | tierOne", 't, line 4 | "Tier One" tierOne', "t, line 5 | " .. REF },
         find { t = "x\ntierOne\n\n\"Tier One\" tierOne\n" .. REF })
      assert.same({ "t, line 1 | tierOne" }, find { t = "tierOne\n" })
      assert.same({ "t, line 2 | tierOne" }, find { t = "\ntierOne" })
      assert.same({ "a | tierOne" }, find { [""] = { a = "tierOne" } })
      assert.same({ "t, line 1 | tierOne", "t, line 2 | tierOne" }, find { t = "tierOne\ntierOne" })
   end)

   it("are not looked for in what an item says of itself, in numbers, nor below 32 objects", function()
      assert.same({}, find { name = "tierOne", friendlyId = "tierOne", href = REF, description = "tierOne",
         tags = json.array { "tierOne" }, clientKey = "tierOne", null = json.null, yes = true,
         exact = json.decode "12345678901234567890123" })
      assert.same({}, find({ exact = json.decode "12345678901234567890123" }, "12345678901234567890123"))
      assert.same({ "other.name | tierOne" }, find { other = { name = "tierOne" } })
      local function nested(depth)
         local value = "tierOne"
         for _ = 1, depth do value = { a = value } end
         return { a = value }
      end
      assert.equal(1, #find(nested(32)))
      assert.equal(0, #find(nested(33)))
   end)

   it("are 50 of a spelling in a text at most", function()
      local found = find { t = ("tierOne\n"):rep(60) }
      assert.equal(50, #found)
      assert.equal("t, line 50 | tierOne", found[50])
   end)

   it("are shown with secrets masked", function()
      assert.same({ "t | call(tierOne, password=***" }, find { t = "call(tierOne, password=hush-hush-hush" })
   end)

   it("of a long line show the part around the first, without half characters", function()
      local blanks = (" x"):rep(200)
      local line = find { t = blanks .. " tierOne" .. blanks .. " " .. REF }[1]:match "| (.*)$"
      assert.equal("..." .. (" x"):rep(40):sub(2) .. " tierOne" .. (" x"):rep(34):sub(1, -2) .. "...",
         line)
      line = find { t = (" x"):rep(40) .. "tierOnes tierOne" }[1]:match "| (.*)$"
      assert.equal("...", line:sub(1, 3))
      line = find { t = ("\195\164"):rep(100) .. " tierOne  " }[1]:match "| (.*)$"
      assert.equal("..." .. ("\195\164"):rep(39) .. " tierOne", line)
      line = find { t = "tierOne " .. ("\195\164"):rep(200) }[1]:match "| (.*)$"
      assert.equal("tierOne " .. ("\195\164"):rep(149) .. "...", line)
      assert.same({ "t | tierOne" }, find { t = "   tierOne   " })
      line = find { t = ("y"):rep(78) .. " tierOne" }[1]:match "| (.*)$"
      assert.equal(("y"):rep(78) .. " tierOne", line)
      line = find { t = ("y"):rep(80) .. " tierOne" }[1]:match "| (.*)$"
      assert.equal("..." .. ("y"):rep(79) .. " tierOne", line)
   end)
end)
