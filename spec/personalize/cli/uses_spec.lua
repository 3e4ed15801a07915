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
      local flow = { ref = ref, name = "Flow", text = "Weather", other = "Gone" }
      assert(made.emulator:put("/v3/flowDefinitions", { flow }))
      local quiet = made:create { name = "Quiet" }
      local function uses(...) return { command.here(environment, { "uses", ... }) } end
      local said, none, data = uses "Weather", uses "Quiet", uses("Weather", "--json")
      local of_ref, gone = uses(quiet.ref), uses "Gone"
      made:create { name = "Quiet" }
      local twins = uses "Quiet"
      local misspelt, nobody, empty = uses "Wether", uses("Nobody", "--json"), uses ""
      made.emulator:fail { path = "/v3/flowDefinitions", status = 403 }
      local refused = uses "Weather"
      made:stop()
      assert.matches("Flow", said[1])
      assert.same({ "", 0 }, { said[2], said[3] })
      assert.same({ "flow", ref, "Flow" }, { dkjson.decode(data[1])[1].kind, dkjson.decode(data[1])[1].ref,
         dkjson.decode(data[1])[1].name })
      assert.same({ "", 0 }, { none[2], none[3] })
      assert.not_matches("Flow", none[1])
      assert.same({ none, none }, { of_ref, twins })
      -- a name that no connection has any more
      assert.same({ "", 0 }, { gone[2], gone[3] })
      assert.matches("Flow", gone[1])
      assert.same({ "", 'personalize uses: not_found: no connection is named "Wether", nor is it the ref of one '
         .. '(did you mean "Weather"?); nothing mentions it\n', 1 }, misspelt)
      assert.same({ "", 1 }, { nobody[2], nobody[3] })
      assert.equal("not_found", dkjson.decode(nobody[1]).error.kind)
      assert.same({ "", "personalize uses: validation: the name is empty: is a variable of the shell not set?\n", 1 },
         empty)
      assert.same({ "", 1 }, { refused[1], refused[3] })
      assert.matches("^personalize uses: forbidden %(403%)", refused[2])
   end)
end)
