-- The patterns by which names are selected.
local glob = require "personalize.sync.glob"

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
