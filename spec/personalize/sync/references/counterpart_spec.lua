-- The same item in two versions of an array.
local counterpart = require "personalize.sync.references.counterpart"
local json = require "personalize.json"

local function headers(...)
   local list = json.array {}
   for index, name in ipairs { ... } do list[index] = { name = name, value = name .. index } end
   return list
end

local function values(list, other)
   local of, found = counterpart.finder(list, other), {}
   for index = 1, #list do found[index] = (of(index) or { value = "none" }).value end
   return found
end

describe("the counterpart of an item", function()
   it("is that of its name, wherever it stands, the n-th of several", function()
      assert.same({ "none", "K1" }, values(headers("A", "K"), headers "K"))
      assert.same({ "K2", "A1" }, values(headers("K", "A"), headers("A", "K")))
      assert.same({ "K1", "K3", "none" }, values(headers("K", "K", "K"), headers("K", "A", "K")))
   end)

   it("is that of its index where neither has a name", function()
      local other = json.array { { value = "1" }, { value = "2" } }
      assert.same({ "1", "2", "none" }, values(json.array { {}, {}, {} }, other))
      assert.same({ "none" }, values(headers "A", json.array { { value = "1" } }))
   end)

   it("is that of its index where a name is a reference, if both are as long", function()
      local open = json.array { { name = { ["$env"] = "N" } } }
      assert.same({ "A1" }, values(open, headers "A"))
      assert.same({ "none" }, values(open, headers("A", "B")))
   end)

   it("of an object is the member of the name", function()
      assert.equal(2, counterpart.finder({ a = 1 }, { a = 2 })("a"))
   end)
end)

describe("the places of an item", function()
   it("are its counterpart and its namesakes, or all that have no counterpart", function()
      assert.same({ false, true, true }, counterpart.places(headers "K", 1, headers("A", "K", "K")))
      assert.same({ false, true }, counterpart.places(headers("A", "K"), 2, headers("A", "B")))
   end)
end)
