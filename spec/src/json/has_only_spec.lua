-- Objects that have only the members that are named.
local has_only = require("personalize.core").json.has_only

describe("json.has_only", function()
   local names = { a = true, b = { c = true, d = { e = true } } }

   it("knows the members that are named, and no other", function()
      assert.is_true(has_only({}, names))
      assert.is_true(has_only({ a = 1 }, names))
      assert.is_false(has_only({ a = 1, x = 1 }, names))
      assert.is_false(has_only({ c = 1 }, names)) -- of another object
      assert.is_false(has_only({ a = 1 }, {}))
   end)

   it("looks into objects and arrays of objects as far as names go", function()
      assert.is_true(has_only({ b = { c = 1, d = { e = 1 } } }, names))
      assert.is_false(has_only({ b = { c = 1, d = { x = 1 } } }, names))
      assert.is_true(has_only({ b = { { c = 1 }, { d = { { e = 1 } } } } }, names))
      assert.is_false(has_only({ b = { { c = 1 }, { x = 1 } } }, names))
      assert.is_true(has_only({ a = { x = 1 }, b = 5 }, names))
      assert.is_true(has_only({ { { a = 1 } } }, names))
      assert.is_false(has_only({ { { x = 1 } } }, names))
   end)

   it("looks 32 deep", function()
      local function nested(depth)
         local names_inside, value = {}, {}
         for _ = 1, depth do names_inside, value = { a = names_inside }, { a = value } end
         return has_only(value, names_inside)
      end
      assert.is_true(nested(31))
      assert.is_false(nested(32))
   end)

   it("takes tables alone, and runs no metamethod of theirs", function()
      assert.error_matches(function() has_only("x", {}) end, "bad argument #1 to .* %(table expected")
      assert.error_matches(function() has_only({}, "x") end, "bad argument #2 to .* %(table expected")
      local function fail() error "was asked" end
      assert.is_true(has_only(setmetatable({ a = 1 }, { __index = fail, __pairs = fail }),
         setmetatable({ a = true }, { __index = fail })))
      assert.is_false(has_only({ x = 1 }, setmetatable({}, { __index = function() return true end })))
   end)
end)
