-- `personalize update`.
local command = require "spec.support.command"
local dkjson = require "dkjson"
local tenant = require "spec.support.tenant"

describe("personalize update", function()
   it("replaces a connection: what the definition lacks is gone", function()
      local made = tenant.start()
      local environment = command.environment(made.emulator)
      local created = made:create { description = "old" }
      local out, err, code = command.here(environment, { "update", "Weather", dkjson.encode(tenant.definition {
         name = "Rain" }) })
      local left = assert(made.connections.get(created.ref))
      local last = command.here(environment, { "update", created.ref, '{"name": 7}', "--json" })
      made:stop()
      assert.matches('^connection "Rain"\n', out)
      assert.same({ "warning: name: \"Weather\" becomes \"Rain\"", 0 }, { err:match "^.-\"Rain\"", code })
      assert.same({ "Rain", nil }, { left.name, left.description })
      assert.equal("validation", dkjson.decode(last).error.kind)
   end)
end)
