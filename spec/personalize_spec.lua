-- The module itself: what its own functions return.
local personalize = require "personalize"

describe("personalize", function()
   it("configure takes a client, or options that make one, and returns it", function()
      local mine = assert(personalize.new { region = "eu", access_token = "t" })
      assert.is_true(rawequal(mine, (personalize.configure(mine))))
      local made = assert(personalize.configure { region = "us", access_token = "t" })
      assert.matches("^personalize client of https://api%-engage%-us%.", tostring(made))
      local refused, err = personalize.configure { region = "nowhere", access_token = "t" }
      assert.same({ nil, "config" }, { refused, err.kind })
   end)
end)
