-- What an item raised was its error as it was: `error()` raises nil, so the item counted as done, and `error(false)`
-- left an error that no `if` sees. And on_progress was given what was raised as if it were the item's result.
local personalize = require "personalize"

describe("an item of personalize.map that raises", function()
   -- Lua 5.5 puts a text of its own in the place of a nil that is raised.
   local _, raised_nil = pcall(error)
   local nil_error = raised_nil or "fn raised nil"
   local raised = { [2] = false, [3] = "because", n = 3 } -- 1: nil

   it("has an error, whatever it raises", function()
      local _, errors = personalize.map({ 1, 2, 3, 4 }, function(index)
         if index <= raised.n then error(raised[index], 0) end
         return index
      end)
      assert.same({ nil_error, "fn raised false", "because" }, errors)
   end)

   it("stops the others, whatever it raises", function()
      local results, errors = personalize.map({ 1, 2 }, function() error() end, { stop_on_error = true })
      assert.equal(nil_error, errors[1])
      assert.equal("cancelled", errors[2].kind)
      assert.same({ n = 2 }, results)
   end)

   it("has no result for on_progress", function()
      local told = {}
      personalize.map({ "a", "b" }, function(item)
         if item == "a" then error "no" end
         return item
      end, { concurrency = 1, on_progress = function(...) told[#told + 1] = { ... } end })
      assert.same({ { 1, 2, "a" }, { 2, 2, "b", "b" } }, told)
   end)
end)
