-- examples/script.lua: what goes wrong in a script says where.
local command = require "spec.support.command"
local recipe = require "spec.support.recipe"
local tenant = require "spec.support.tenant"

describe("examples/script.lua", function()
   local t, place

   before_each(function()
      t = tenant.start { seed = true }
      place = recipe.new()
      place:reach(t.emulator)
   end)

   after_each(function()
      place:remove()
      t:stop()
   end)

   local function run(argument)
      local line = ("%s %s/examples/script.lua %s"):format(command.interpreter, os.getenv "PWD", argument)
      return place:run(line, { environment = place.library })
   end

   it("does what it is for", function()
      local output, errors, code = run "'Weather Data System'"
      assert.matches("^Weather Data System\thttps://", output)
      assert.same({ "", 0 }, { errors, code })
   end)

   it("says what went wrong in the library, and at which line of the script", function()
      local output, errors, code = run "Wether"
      assert.same({ "", 1 }, { output, code })
      assert.matches('^not_found: no connection is named "Wether"', errors)
      assert.matches("script%.lua:8: in", errors)
   end)

   it("says what is missing in the environment", function()
      place.environment.PERSONALIZE_CLIENT_SECRET = nil
      local _, errors, code = run "Wether"
      assert.equal(1, code)
      assert.matches("^config: [^\n]*PERSONALIZE_CLIENT_SECRET", errors)
      assert.matches("script%.lua:7: in", errors)
   end)

   it("says where a mistake of the script's own is", function()
      local _, errors, code = run ""
      assert.equal(1, code)
      assert.matches("script%.lua:8: bad argument #1", errors)
   end)
end)
