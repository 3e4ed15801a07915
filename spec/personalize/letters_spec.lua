-- Upper and lower case of ASCII, and which characters beyond it are letters.
local letters = require "personalize.letters"

describe("letters", function()
   it("change the case of ASCII letters, and of nothing else", function()
      assert.equal("abcdefghijklmnopqrstuvwxyz0@[`{\195\132", letters.lower "ABCDEFGHIJKLMNOPQRSTUVWXYZ0@[`{\195\132")
      assert.equal("ABCDEFGHIJKLMNOPQRSTUVWXYZ0@[`{\195\164", letters.upper "abcdefghijklmnopqrstuvwxyz0@[`{\195\164")
      assert.same({ "a" }, { letters.lower "A" })
      assert.same({ "A" }, { letters.upper "a" })
   end)

   it("beyond ASCII are all but signs, punctuation, blanks and private characters", function()
      for _, code in ipairs { 0xAA, 0xB5, 0xBA, 0xC0, 0xD6, 0xD8, 0xF6, 0xF8, 0x5FF, 0x610, 0x61A, 0x620, 0x167F,
         0x1681, 0x1FFF, 0x2C00, 0x3005, 0x3007, 0x3041, 0x5929, 0xFE70, 0xFF10, 0xFF21, 0xFF41, 0x1D400, 0xDFFFF } do
         assert.is_true(letters.is_letter(code), ("%X"):format(code))
      end
      for _, code in ipairs { 0x80, 0xA0, 0xA9, 0xAB, 0xB4, 0xB6, 0xB9, 0xBB, 0xBF, 0xD7, 0xF7, 0x600, 0x60F, 0x1680,
         0x180E, 0x2000, 0x2014, 0x200B, 0x2BFF, 0x3000, 0x3004, 0x3030, 0xE000, 0xF8FF, 0xFEFF, 0xFF0F, 0xFFFD,
         0x1F600, 0xE0000, 0x10FFFF } do
         assert.is_false(letters.is_letter(code), ("%X"):format(code))
      end
   end)
end)
