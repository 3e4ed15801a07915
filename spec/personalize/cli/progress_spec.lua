-- The lines that tell how far a command is.
local progress = require "personalize.cli.progress"
local text = require "personalize.text"

describe("progress", function()
   it("tells count, rate, failures, and the time that is left", function()
      assert.matches("^%[%.+%] 0/4 *$", progress.line(0, 4, 0, 0, "", 100))
      assert.equal("[############............] 20/40  3 failed  4.0/s  5 s left  Weather",
         progress.line(20, 40, 3, 5, "Weather", 100))
      assert.equal("[########################] 40/40  80/s  C40", progress.line(40, 40, 0, 0.5, "C40", 100))
      assert.matches("  3 min left  x$", progress.line(10, 100, 0, 20, "x", 100))
      assert.matches("  2 h 30 min left  x$", progress.line(10, 100, 0, 1000, "x", 100))
      -- the first ones tell too little
      assert.not_matches("left", progress.line(1, 1000, 0, 1, "x", 100))
   end)

   it("fits any terminal", function()
      for columns = 10, 120 do
         local line = progress.line(20, 40, 3, 5, "天気予報 of a name that is rather long", columns)
         assert.is_true(text.width(line) < columns, line)
         assert.is_true(text.width(progress.list_line("connections", 500, 20000, 5, columns)) < columns)
      end
      assert.matches("^%[#####%.%.%.%.%.%] 20/40", progress.line(20, 40, 0, 5, "x", 50))
      assert.not_matches("\27", progress.line(1, 2, 0, 1, "a\27[2J", 80))
   end)

   it("tells of lists, whose end may not be known", function()
      assert.equal("500 connections  100/s", progress.list_line("connections", 500, nil, 5, 80))
      assert.equal("500 of 2000 connections  100/s  15 s left", progress.list_line("connections", 500, 2000, 5, 80))
      assert.equal("500 connections  100/s", progress.list_line("connections", 500, 3, 5, 80))
   end)
end)
