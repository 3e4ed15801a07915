-- What was copied along with a value, into a variable or a file.
local copied = require "personalize.environment.copied"

describe("a copied value", function()
   it("is told what is wrong with it", function()
      local before, after = "begins with a blank or a line break", "ends with a blank or a line break"
      local other = "is no text of UTF-8: save it as UTF-8"
      for value, fault in pairs {
         ["\239\187\191x"] = "begins with a byte order mark: save it as UTF-8 without one",
         ["x\0"] = other, ["\255\254x\0"] = other, ["\254\255x"] = other,
         [" x"] = before, ["\nx"] = before, ["\tx "] = before, ["\194\160x"] = before,
         ["x "] = after, ["x\r\n"] = after, ["x\194\160"] = after,
      } do
         assert.equal(fault, copied.fault(value))
      end
      for _, value in ipairs { "x", "a b", "a\194\160b", "a\239\187\191", "\194\161", "a\255\254" } do
         assert.is_nil(copied.fault(value))
      end
   end)

   it("is a file's content without the line breaks at its end", function()
      for content, value in pairs { ["x\n"] = "x", ["x\r\n\r\n"] = "x", ["a\nb\n"] = "a\nb", ["x "] = "x ",
         ["\n"] = "", [""] = "" } do
         assert.same({ value }, { copied.of_file(content) })
      end
   end)
end)
