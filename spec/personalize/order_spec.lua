-- The canonical order of members.
local order = require "personalize.order"

describe("order.names", function()
   local rank = { name = 1, ref = 2, archived = 3 }

   it("goes by rank, then by the alphabet; numbers come first", function()
      assert.same({ 1, 2, 3, "name", "ref", "archived", "a", "b", "zone" }, order.names({ zone = 1, archived = 1, b = 1,
         ref = 1, a = 1, name = 1, "x", "y", "z" }, nil, rank))
      assert.same({ "a", "archived", "name" }, order.names { name = 1, archived = 1, a = 1 })
   end)

   it("puts names of other types last", function()
      local odd = {}
      assert.same({ 1, "name", "b", odd }, order.names({ [odd] = 1, b = 1, name = 1, "x" }, nil, rank))
      local names = order.names({ [odd] = 1, [true] = 1, [print] = 1, b = 1, a = 1 }, nil, rank)
      assert.same({ 5, "a", "b" }, { #names, names[1], names[2] })
   end)

   it("joins those of two tables, each once, without their metamethods", function()
      local object = setmetatable({ b = false, a = 1 }, { __index = { c = 1 } })
      assert.same({ "a", "b", "c", "d" }, order.names(object, { a = 2, b = 2, c = 2, d = 2 }))
   end)
end)
