-- What is not JSON is refused, whatever is wrong with it, and where it goes wrong.
local invalid = require "spec.src.json.invalid"
local json = require "personalize.core".json

describe("json.decode refuses", function()
   local total = 0

   for category, texts in pairs(invalid) do
      total = total + #texts
      it(category, function()
         for _, case in ipairs(texts) do
            local text, expected = case[1], case[2]
            local value, message, offset, line, column, too_deep = json.decode(text)
            local shown = ("%q"):format(text)
            assert.is_nil(value, shown)
            assert.is_true(type(message) == "string" and #message > 0, shown)
            assert.is_false(too_deep, shown)
            assert.equal(expected or offset, offset, shown)
            assert.is_true(offset <= #text, shown)
            local before = text:sub(1, offset)
            assert.equal(select(2, before:gsub("\n", "")) + 1, line, shown)
            assert.equal(#before:match "[^\n]*$" + 1, column, shown)
         end
      end)
   end

   it("enough of them", function()
      assert.is_true(total >= 190, "only " .. total)
   end)

   it("the same within an array, but for nothing at all", function()
      for _, texts in pairs(invalid) do
         for _, case in ipairs(texts) do
            if case[1]:find "%S" then
               assert.is_nil((json.decode("[" .. case[1] .. "]")), case[1])
            end
         end
      end
   end)
end)
