-- The parameters of client:request were put behind a second question mark when its path had parameters already, and one
-- whose value was a table with names was left out without a word.
local emulator = require "personalize.emulator"
local personalize = require "personalize"

describe("the query of client:request", function()
   local e, client

   setup(function()
      e = assert(emulator.start { seed = true })
      client = assert(personalize.new(e:options()))
   end)

   teardown(function() e:stop() end)

   it("follows the parameters that the path has", function()
      local answer = assert(client:request { path = "/v2/connections?limit=1", query = { offset = 1 } })
      local requests = e:requests()
      assert.equal("limit=1&offset=1", requests[#requests].query)
      assert.equal(1, #answer.items)
      assert(client:request { path = "/v2/connections?limit=1", query = {} })
      requests = e:requests()
      assert.equal("limit=1", requests[#requests].query)
   end)

   it("refuses a table with names for a value", function()
      local answer, err = client:request { path = "/v2/connections", query = { filter = { name = "Weather" } } }
      assert.is_nil(answer)
      assert.equal("validation", err.kind)
      assert.matches("query.filter", err.message, 1, true)
   end)
end)
