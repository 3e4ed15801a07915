-- Two texts line by line: which lines count as different, and which of them are shown.
local line_diff = require "personalize.connections.line_diff"

describe("line_diff", function()
   -- Each line with its mark before it.
   local function lines(old, new, full)
      local list = {}
      for index, change in ipairs(line_diff.of(old, new, full)) do list[index] = change[1] .. change[2] end
      return list
   end

   local function text(list) return table.concat(list, "\n") end

   local function range(first, last)
      local list = {}
      for number = first, last do list[#list + 1] = "l" .. number end
      return list
   end

   it("keeps as many lines as both have in the same order, and drops old ones first", function()
      for _, case in ipairs {
         { "a b c", "a b c", " a  b  c" }, { "a", "b", "-a +b" }, { "a b", "b a", "-a  b +a" },
         { "a b c d", "a x c d", " a -b +x  c  d" }, { "a c", "a b c", " a +b  c" }, { "a b c", "a c", " a -b  c" },
         { "a", "a b", " a +b" }, { "b", "a b", "+a  b" }, { "a b", "a", " a -b" }, { "a b", "b", "-a  b" },
         { "x a b c y", "z a b c w", "-x +z  a  b  c -y +w" },
         { "a b c a b b a", "c b a b a c", "-a -b  c -a  b +a  b  a +c" },
         { "a a", "a a a", " a  a +a" }, { "a a a", "a a", " a  a -a" },
         { "x c d e y", "z e c d w", "-x +z +e  c  d -e -y +w" },
         { "x b y b", "b", "-x -b -y  b" }, { "b", "x b y b", "+x +b +y  b" },
      } do
         local found = lines(case[1]:gsub(" ", "\n"), case[2]:gsub(" ", "\n"), true)
         assert.equal(case[3], table.concat(found, " "), case[1] .. " / " .. case[2])
      end
   end)

   it("counts empty lines, and a text that is empty is one", function()
      assert.same({ " " }, lines("", "", true))
      assert.same({ " a", "+" }, lines("a", "a\n", true))
      assert.same({ "+a", " ", "+b" }, lines("", "a\n\nb", true))
   end)

   it("shows one line around a change, and marks what it leaves out", function()
      local new = range(1, 20)
      new[5] = "five"
      table.insert(new, 13, "more")
      assert.same({ " ...", " l4", "-l5", "+five", " l6", " ...", " l12", "+more", " l13", " ..." },
         lines(text(range(1, 20)), text(new)))
      assert.equal(22, #lines(text(range(1, 20)), text(new), true))
      assert.same({ "-l1", "+one", " l2", " ..." }, lines(text(range(1, 4)), text { "one", "l2", "l3", "l4" }))
      assert.same({ " ...", " l3", "-l4", "+four" }, lines(text(range(1, 4)), text { "l1", "l2", "l3", "four" }))
      assert.same({ " l1", "-l2", "+two", " l3" }, lines(text(range(1, 3)), text { "l1", "two", "l3" }))
      assert.same({ " ..." }, lines("a", "a"))
   end)

   it("shows 40 lines at most, and says how many more there are", function()
      local added = { "l1" }
      for index = 1, 39 do added[index + 1] = "n" .. index end
      assert.equal(40, #lines("l1", text(added)))
      added[41] = "n40"
      local found = lines("l1", text(added))
      assert.same({ 41, "+n39", " ... 1 more lines" }, { #found, found[40], found[41] })
      for index = 41, 50 do added[index + 1] = "n" .. index end
      found = lines("l1", text(added))
      assert.equal(" ... 11 more lines", found[#found])
      -- a gap before the 40 counts no more
      table.insert(added, 1, "l0")
      table.insert(added, 1, "l-1")
      found = lines("l-1\nl0\nl1", text(added))
      assert.same({ " ...", " l1", "+n1", 41, " ... 12 more lines" },
         { found[1], found[2], found[3], #found, found[41] })
   end)

   it("compares no middle parts that would cost more than 400,000 steps", function()
      local function side(name, count)
         local list = { name .. " first" }
         for index = 2, count - 1 do list[index] = "same" end
         list[count] = name .. " last"
         return text(list)
      end
      assert.equal(642, #lines(side("old", 625), side("new", 640), true)) -- 400,000
      local found = lines(side("old", 633), side("new", 633), true)
      assert.same({ 1266, "-old first", "-same", "-old last", "+new first", "+same", "+new last" },
         { #found, found[1], found[2], found[633], found[634], found[635], found[1266] })
   end)
end)
