-- `personalize patch`.
local command = require "spec.support.command"
local tenant = require "spec.support.tenant"

describe("personalize patch", function()
   it("changes members, and says when there is nothing to change", function()
      local made = tenant.start()
      local environment = command.environment(made.emulator)
      made:create { description = "old" }
      local function patch(changes) return command.here(environment, { "patch", "Weather", changes }) end
      for _, note in ipairs { "", "nothing to change\n" } do
         local out, err, code = patch '{"description": "new"}'
         assert.matches("\n  description +new\n", out)
         assert.same({ note, 0 }, { err, code })
      end
      assert.equal("GET", assert(made.connections.find "Weather").request.requestType)
      local out, err, code = patch '{"descripton": "x"}'
      made:stop()
      assert.same({ "", "personalize patch: validation: descripton: probably description is meant\n", 1 },
         { out, err, code })
   end)
end)
