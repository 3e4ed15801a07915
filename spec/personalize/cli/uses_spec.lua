-- `personalize uses`.
local command = require "spec.support.command"
local dkjson = require "dkjson"
local tenant = require "spec.support.tenant"

describe("personalize uses", function()
   it("lists what mentions a connection", function()
      local made = tenant.start()
      local environment = command.environment(made.emulator)
      made:create()
      local ref = "00000000-0000-4000-8000-000000000001"
      assert(made.emulator:put("/v3/flowDefinitions", { { ref = ref, name = "Flow", text = "Weather" } }))
      local function uses(...) return { command.here(environment, { "uses", ... }) } end
      local said, none, data = uses "Weather", uses "Nobody", uses("Weather", "--json")
      made.emulator:fail { path = "/v3/flowDefinitions", status = 403 }
      local refused = uses "Weather"
      made:stop()
      assert.matches("Flow", said[1])
      assert.same({ "", 0 }, { said[2], said[3] })
      assert.same({ "flow", ref, "Flow" }, { dkjson.decode(data[1])[1].kind, dkjson.decode(data[1])[1].ref,
         dkjson.decode(data[1])[1].name })
      assert.same({ "", 0 }, { none[2], none[3] })
      assert.not_matches("Flow", none[1])
      assert.same({ "", 1 }, { refused[1], refused[3] })
      assert.matches("^personalize uses: forbidden %(403%)", refused[2])
   end)
end)
