-- The patterns by which names are selected.
local glob = require "personalize.sync.glob"
local options = require "personalize.options"

describe("a pattern for names", function()
   local function matches(pattern, name) return glob.matcher(pattern)(name) end

   it("has * and ? alone", function()
      assert.is_true(matches("Weather*", "Weather"))
      assert.is_true(matches("Weather*", "Weather 2\nx"))
      assert.is_false(matches("Weather*", "My Weather"))
      assert.is_true(matches("*ther", "Weather"))
      assert.is_true(matches("a?c", "abc"))
      assert.is_true(matches("a?c", "aéc"))
      assert.is_false(matches("a?c", "ac"))
      assert.is_false(matches("weather", "Weather"))
      assert.is_false(matches("", "x"))
   end)

   it("may have asterisks anywhere, and one after the other", function()
      for pattern, fits in pairs {
         ["*a*b*c*"] = true, ["a*b*c"] = true, ["**a**c**"] = true, ["*"] = true, ["***"] = true, ["*?*?*?*"] = true,
         ["abc*"] = true, ["*abc"] = true, ["a*?c"] = true, ["*?c"] = true, ["?*?"] = true,
         ["a*c*b"] = false, ["*?*?*?*?*"] = false, ["abc?*"] = false, ["*d"] = false, ["ab"] = false, ["abcd*"] = false,
      } do assert.equal(fits, matches(pattern, "abc"), pattern) end
      assert.is_true(matches("*aab", "aaaab"))
      assert.is_true(matches("*", ""))
      assert.is_false(matches("?", ""))
      assert.is_true(matches("*é?*", "xéü"))
      assert.is_false(matches("*??", "é"))
   end)

   it("takes time in proportion to the name, and to the pattern, whatever they are #timed", function()
      local begun = os.clock()
      assert.is_false(matches("*a*a*a*a*a*b", ("a"):rep(200000)))
      assert.is_false(matches(("*a"):rep(50000) .. "*b", ("a"):rep(160)))
      assert.is_false(matches(("*?"):rep(20) .. "b", ("é"):rep(100000)))
      assert.is_true(matches(("*"):rep(200000), ("a"):rep(200000)))
      assert.is_true(os.clock() - begun < 2)
   end)

   it("takes time in proportion to the names, where those that are meant are as many #timed", function()
      local names, begun = {}, os.clock()
      for index = 1, 20000 do names[index] = ("a name that many begin with, %d"):format(index) end
      local is_meant = glob.matcher(names)
      for _, name in ipairs(names) do assert.is_true(is_meant(name)) end
      assert.is_false(is_meant "another")
      assert.is_true(os.clock() - begun < 2)
   end)

   it("takes all else for itself", function()
      for _, text in ipairs { "a.b", "a-b", "%a", "[a]", "(a)", "^a$", "a+b" } do
         assert.is_true(matches(text, text))
         assert.is_false(matches(text, "xxx"))
      end
      assert.is_false(matches("a.b", "axb"))
   end)

   it("may be one of several, or none for all", function()
      assert.is_true(matches({ "x", "y*" }, "yes"))
      assert.is_false(matches({ "x", "y*" }, "no"))
      assert.is_true(matches(nil, "anything"))
   end)
end)

describe("an option with patterns", function()
   local function is_fine(value) return (pcall(options.check, { names = value }, { names = "names" }, "f")) end

   it("is a text, or an array of texts that is not empty", function()
      for _, fine in ipairs { "a*", "", { "a" }, { "a", "b*" } } do assert.is_true(is_fine(fine)) end
      for _, wrong in ipairs { 5, true, {}, { 5 }, { "a", 5 }, { a = "b" } } do assert.is_false(is_fine(wrong)) end
   end)
end)
