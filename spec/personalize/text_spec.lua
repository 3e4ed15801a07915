-- Text for terminals: widths, cuts, what a terminal would obey.
local text = require "personalize.text"

describe("text", function()
   it("counts columns, not bytes", function()
      assert.equal(3, text.width "abc")
      assert.equal(6, text.width "Zürich")
      assert.equal(4, text.width "東京")
      assert.equal(2, text.width "🚀")
      assert.equal(1, text.width "e\204\129") -- a combining accent
   end)

   it("names some of many words", function()
      assert.equal("", text.some {})
      assert.equal("a, b, c, d, e", text.some { "a", "b", "c", "d", "e" })
      assert.equal("1, 2, 3, 4, 5 and 2 more", text.some { 1, 2, 3, 4, 5, 6, 7 })
   end)

   it("cuts at characters", function()
      assert.equal("abc", text.cut("abc", 3))
      assert.equal("ab...", text.cut("abcdefgh", 5))
      assert.equal("東...", text.cut("東京都庁", 5))
   end)

   it("makes short lines of long texts", function()
      assert.equal("abc", text.short("abc", 5))
      assert.equal("a\\n...", text.short("a\nbcdefg", 6))
      assert.equal("xx...", text.short(("x"):rep(1e6), 5))
      assert.equal("東...", text.short(("東"):rep(1e5), 5))
      assert.is_true(text.width(text.short(("e\204\129"):rep(1e5), 10)) <= 10)
      assert.equal("<table>", text.short({}, 10))
   end)

   it("takes UTF-8 alone for text", function()
      for _, bytes in ipairs { "\192\175", "\224\128\175", "\237\160\128", "\244\144\128\128", "\195",
         "\240\159\154" } do
         assert.equal(("?"):rep(#bytes), text.line(bytes))
         assert.equal("a" .. ("?"):rep(#bytes) .. "b", text.line("a" .. bytes .. "b"))
      end
      assert.equal("é東🚀\244\143\191\191", text.line "é東🚀\244\143\191\191")
      for _, obeyed in ipairs { "\226\128\168", "\226\128\143", "\216\156", "\226\129\166" } do
         assert.equal("?", text.line(obeyed))
      end
   end)

   it("runs no metamethod of what it shows", function()
      assert.equal("<table>", text.line(setmetatable({}, { __tostring = error })))
      assert.equal("<function>", text.line(print))
      assert.equal("nil", text.line(nil))
   end)

   it("narrows one column to let lines fit", function()
      local heads = { { "A", 20 }, { "URL", 40, elastic = 10 }, { "B", 5 } }
      local rows = { { ("x"):rep(30), ("y"):rep(50), "z" } }
      for total, expected in pairs { [100] = 65, [50] = 50, [20] = 35 } do
         local lines = text.aligned(heads, rows, total)
         assert.equal(expected, text.width(lines:match "[^\n]+$"))
      end
   end)

   it("lets nothing through that a terminal would obey", function()
      assert.equal("a\\nb\\027[31m", text.line "a\nb\27[31m")
      assert.equal("a?b", text.line "a\194\155b")
      assert.equal("a?b", text.line "a\226\128\174b")
      assert.equal("a?b", text.line "a\255b")
   end)

   it("leaves blanks at the end of a line out, in time in proportion to it", function()
      local started, blanks = os.clock(), (" "):rep(200000)
      assert.equal("A\nx" .. blanks .. "y\n", text.aligned({ { "A", 300000 } }, { { "x" .. blanks .. "y" }, { " " } }))
      assert.is_true(os.clock() - started < 2)
   end)

   it("aligns columns", function()
      assert.equal("A    B\nx    1\nyyy  2", text.aligned({ { "A", 10 }, { "B", 10 } }, { { "x", 1 }, { "yyy", 2 } }))
      assert.equal("NAME    N\n東京    1\nZürich  2",
         text.aligned({ { "NAME", 10 }, { "N", 3 } }, { { "東京", 1 }, { "Zürich", 2 } }))
   end)

   it("loses its percent encoding, where it is one", function()
      assert.equal("a b+c", text.decode_percent "a%20b+c")
      assert.equal("é%", text.decode_percent "%c3%A9%25")
      assert.equal("%%2g%", text.decode_percent "%%2g%")
   end)
end)
