-- `--select` and `--concurrency`.
local argparse = require "argparse"
local selection = require "personalize.cli.selection"

describe("selection", function()
   local parser = argparse "x"
   selection.add(parser)
   selection.add_concurrency(parser)

   it("has patterns, or none", function()
      assert.is_nil(selection.names(parser:parse {}))
      assert.same({ "A*", "b" }, selection.names(parser:parse { "--select", "A*", "--select", "b" }))
   end)

   it("has a number of items at a time", function()
      assert.equal(4, parser:parse {}.concurrency)
      for _, number in ipairs { 1, 7, 1000 } do
         assert.equal(number, parser:parse { "--concurrency", tostring(number) }.concurrency)
      end
      for _, wrong in ipairs { "0", "1001", "1.5", "x", "-1" } do
         local fine, message = parser:pparse { "--concurrency=" .. wrong }
         assert.same({ false, "--concurrency: expected an integer from 1 to 1000" }, { fine, message })
      end
   end)
end)
