-- What an engine takes of Lua's numbers.
local http = require "spec.support.http"

describe("an engine's numbers", function()
   local engine

   before_each(function() engine = http.core.http.engine() end)
   after_each(function() engine:close() end)

   it("are whole ones for connections, from 1 to 65536", function()
      local new = http.core.http.engine
      new({ max_connections = 1 }):close()
      new({ max_connections = 65536 }):close()
      for _, wrong in ipairs { 0, 65537, 1.5, 0 / 0, true } do
         assert.error_matches(function() new { max_connections = wrong } end,
            "field 'max_connections': a whole number from 1 to 65536 expected")
      end
      assert.error_matches(function() new { [true] = 1 } end, "unknown field '?'", 1, true)
   end)

   it("are milliseconds until it wakes, at once if none are given", function()
      engine:wake()
      assert.is_nil(engine:timeout())
      engine:wake(250)
      assert.is_true(engine:timeout() <= 250)
      engine:wake(0.2) -- rounded up
      assert.is_true(engine:timeout() <= 1)
      engine:wake(2 ^ 60)
      assert.is_true(engine:timeout() > 2 ^ 31 - 60000 and engine:timeout() < 2 ^ 31)
      for _, wrong in ipairs { -1, 0 / 0 } do
         assert.error_matches(function() engine:wake(wrong) end, "milliseconds expected, zero or more")
         assert.error_matches(function() engine:wait(wrong) end, "milliseconds expected, zero or more")
      end
   end)

   it("are milliseconds to wait, none too", function()
      assert.equal(0, engine:wait(0))
      assert.is_false(engine:run_due())
   end)
end)
