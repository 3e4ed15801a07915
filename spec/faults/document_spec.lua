-- doc/faults.md is generated: here it is held against the matrix.
local document = require "spec.faults.document"

describe("doc/faults.md", function()
   it("is what the fault matrix says", function()
      local file = assert(io.open("doc/faults.md"))
      local text = file:read "*a"
      file:close()
      assert.is_true(text == document.text(), "write it anew: lua5.4 spec/faults/document.lua > doc/faults.md")
   end)
end)
