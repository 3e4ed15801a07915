-- Numbers kept as text: what they are made from, how they compare and read.
local json = require "personalize.core".json

local number = json.number

describe("json.number", function()
   it("keeps the text", function()
      for _, text in ipairs { "0", "-0", "1.50", "1e400", "123456789012345678901234567890", "1E+5" } do
         assert.equal(text, tostring(number(text)))
         assert.equal(text, json.encode(number(text)))
         assert.equal('{"n":' .. text .. "}", json.encode { n = number(text) })
      end
   end)

   it("names its argument when that is no number", function()
      for _, value in ipairs { {}, true, print } do
         assert.error_matches(function() number(value) end, "^bad argument #1 to .*a number or its text expected")
      end
   end)

   it("takes Lua numbers and itself", function()
      assert.equal("12", tostring(number(12)))
      assert.equal("0.1", tostring(number(0.1)))
      local value = number "5"
      assert.is_true(rawequal(value, number(value)))
   end)

   it("refuses everything else", function()
      for _, wrong in ipairs {
         "", "x", "01", "1.", " 1", "1 ", "+1", "0x10", "1e", "nan", "1\0", true, {}, 0 / 0, 1 / 0,
      } do
         assert.has_error(function() number(wrong) end)
      end
      assert.has_error(function() number() end)
      assert.has_error(function() number(io.stdout) end)
   end)

   it("is told by is_number", function()
      assert.is_true(json.is_number(number "1"))
      assert.is_false(json.is_number(1))
      assert.is_false(json.is_number "1")
      assert.is_false(json.is_number(io.stdout))
      assert.is_false(json.is_number(nil))
   end)

   it("is equal by decimal value", function()
      for _, pair in ipairs {
         { "1e2", "100" }, { "1.50", "1.5" }, { "0", "-0" }, { "0.0", "0e99" }, { "-10", "-1e1" }, { "0.001", "1e-3" },
         { "123456789012345678901234567890", "12345678901234567890123456789e1" }, { "1e1000000000", "10e999999999" },
         { "0.00000000000000000000000000000000000000012345", "1.2345e-40" }, { "1.000000000000000000000000000", "1" },
      } do
         assert.is_true(number(pair[1]) == number(pair[2]), pair[1] .. " and " .. pair[2])
         assert.is_true(number(pair[1]) <= number(pair[2]))
         assert.is_false(number(pair[1]) < number(pair[2]))
      end
      for _, pair in ipairs {
         { "1", "2" }, { "9007199254740992", "9007199254740993" }, { "1", "-1" }, { "1e400", "1e401" },
         { "1.0000000000000000000000000001", "1" }, { "0", "1e-999999" },
      } do
         assert.is_false(number(pair[1]) == number(pair[2]), pair[1] .. " and " .. pair[2])
      end
   end)

   it("is ordered by decimal value", function()
      local ascending = {
         "-1e999999999999", "-1e400", "-100", "-99.9999999999999999999", "-1", "-1e-400", "0", "1e-999999999", "1e-400",
         "0.1", "0.10000000000000000000001", "1", "9.99", "10", "9007199254740992", "9007199254740993", "1e400",
         "1.00000000000000000000000000001e400", "1e999999999999",
      }
      for i = 1, #ascending do
         for k = 1, #ascending do
            local a, b = number(ascending[i]), number(ascending[k])
            assert.equal(i < k, a < b, ascending[i] .. " < " .. ascending[k])
            assert.equal(i <= k, a <= b)
            assert.equal(i == k, a == b)
         end
      end
   end)

   it("reads as a string", function()
      assert.equal("1e400x", number "1e400" .. "x")
      assert.equal("x1e400", "x" .. number "1e400")
      assert.equal("1e4002", number "1e400" .. 2)
      assert.equal("1e4001e2", number "1e400" .. number "1e2")
      assert.has_error(function() return number "1" .. {} end)
   end)

   it("can't be taken apart", function()
      assert.equal("personalize.number", getmetatable(number "1"))
      assert.has_error(function() setmetatable(number "1", {}) end)
      assert.has_error(function() return number "1" < {} end)
   end)
end)
