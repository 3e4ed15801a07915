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

   it("each for what is wrong with it", function()
      for message, texts in pairs {
         ["the text ends too early"] = { "", "[", '{"a"', '{"a":', "[1", '{"a":1', "[1,", '{"a":1,', " " },
         ["the text ends within a string"] = { '"', '"abc', '"\\', '{"a', '"12345678' },
         ["unknown escape in a string"] = { '"\\a"', '"\\U0041"' },
         ["\\u without four hexadecimal digits"] = { '"\\u004"', '"\\u004g"', '"\\u' },
         ["half a surrogate pair"] = { '"\\udc00"', '"\\ud800"', '"\\ud800\\u0041"', '"\\ud800\\ud800"',
            '"\\ud800\\udc0' },
         ["control character in a string"] = { '"a\nb"', '"\31"' },
         ["invalid UTF-8"] = { '"\128"', '"12345678\255"', '"\237\160\128"' },
         ["a digit is missing in a number"] = { "-", "-a", "[-]" },
         ["a number starts with a needless zero"] = { "01", "-00" },
         ["a digit is missing after a decimal point"] = { "1.", "1.e5", "[0.,1]" },
         ["a digit is missing in an exponent"] = { "1e", "1e+", "1E-x" },
         ["the name of a member, in double quotes, is missing"] = { "{1:1}", '{"a":1,}', "{'a':1}" },
         ["a colon is missing behind a member's name"] = { '{"a" 1}', '{"a"}' },
         ["a comma or ] is missing"] = { "[1 2]", "[1}" },
         ["a comma or } is missing"] = { '{"a":1 "b":2}', '{"a":1]' },
         ["unknown word (true, false and null are known)"] = { "tru", "fals", "nul", "[nulx]" },
         ["a value is missing"] = { "[,1]", "[1,]", '{"a":}', "]" },
         ["something follows the value"] = { "1 2", "truee", "[1]]", "{}\0" },
      } do
         for _, text in ipairs(texts) do
            assert.equal(message, (select(2, json.decode(text))), ("%q"):format(text))
         end
      end
   end)
end)
