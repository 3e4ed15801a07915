-- The table in doc/emulator.md is generated: here it is held against the emulator's own.
local document = require "spec.src.emulator.document"

describe("doc/emulator.md", function()
   it("is what the emulator's tables say", function()
      local file = assert(io.open("doc/emulator.md", "rb"))
      local text = file:read "*a"
      file:close()
      assert.is_true(text == document.text(), "out of date: see spec/src/emulator/document.lua")
   end)
end)
