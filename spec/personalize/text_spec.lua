local text = require "personalize.text"

describe("text", function()
   it("counts columns, not bytes", function()
      assert.equal(3, text.width "abc")
      assert.equal(6, text.width "Zürich")
      assert.equal(4, text.width "東京")
      assert.equal(2, text.width "🚀")
      assert.equal(1, text.width "e\204\129") -- a combining accent
   end)

   it("cuts at characters", function()
      assert.equal("abc", text.cut("abc", 3))
      assert.equal("ab...", text.cut("abcdefgh", 5))
      assert.equal("東...", text.cut("東京都庁", 5))
   end)

   it("lets nothing through that a terminal would obey", function()
      assert.equal("a\\nb\\027[31m", text.line "a\nb\27[31m")
      assert.equal("a?b", text.line "a\194\155b")
      assert.equal("a?b", text.line "a\226\128\174b")
      assert.equal("a?b", text.line "a\255b")
   end)

   it("aligns columns", function()
      assert.equal("A    B\nx    1\nyyy  2", text.aligned({ { "A", 10 }, { "B", 10 } }, { { "x", 1 }, { "yyy", 2 } }))
      assert.equal("NAME    N\n東京    1\nZürich  2",
         text.aligned({ { "NAME", 10 }, { "N", 3 } }, { { "東京", 1 }, { "Zürich", 2 } }))
   end)
end)
