-- How many columns characters take: against the system's wcwidth, and by example.
local command = require "spec.support.command"
local widths = require "personalize.text.widths"

-- Prints the width of every code point that is assigned, as the system has it.
local program = [[
#define _XOPEN_SOURCE 700
#include <locale.h>
#include <stdio.h>
#include <wchar.h>
int main(void)
{
    if (setlocale(LC_ALL, "C.UTF-8") == NULL)
        return 1;
    for (unsigned long code = 0xA0; code < 0x110000; code++)
        if (wcwidth((wchar_t)code) >= 0)
            printf("%lx %d\n", code, wcwidth((wchar_t)code));
}
]]

describe("the columns of characters", function()
   it("are those of common scripts and signs", function()
      for code, width in pairs { [0x41] = 1, [0xE9] = 1, [0x301] = 0, [0x5D0] = 1, [0x5B4] = 0, [0x939] = 1,
         [0x94D] = 0, [0xE01] = 1, [0xE31] = 0, [0x1100] = 2, [0x1160] = 0, [0x200B] = 0, [0x200D] = 0, [0x20AC] = 1,
         [0x2603] = 1, [0x26A1] = 2, [0x2728] = 2, [0x3042] = 2, [0x303F] = 1, [0x4E00] = 2, [0xAC00] = 2,
         [0xD7A3] = 2, [0xFE0F] = 0, [0xFF21] = 2, [0xFF71] = 1, [0x1F600] = 2, [0x1F680] = 2, [0x20000] = 2,
         [0xE0100] = 0, [0x10FFFF] = 1 } do
         assert.equal(width, widths(code), ("%X"):format(code))
      end
   end)

   it("are nearly those that the system has", function()
      local path = os.tmpname()
      local file = assert(io.open(path .. ".c", "w"))
      file:write(program)
      file:close()
      local out, err = command.shell(("cc -o %s %s.c && %s"):format(path, path, path))
      os.remove(path)
      os.remove(path .. ".c")
      assert.equal("", err)
      local all, different = 0, 0
      for code, width in out:gmatch "(%x+) (%d)\n" do
         all = all + 1
         if widths(tonumber(code, 16)) ~= tonumber(width) then different = different + 1 end
      end
      -- another version of Unicode, or another C library, differs in a few
      assert.is_true(all > 200000)
      assert.is_true(different < all / 500, different)
   end)
end)
