-- `personalize ensure`, and the other small commands that write: `update` and `patch`.
local command = require "spec.support.command"
local dkjson = require "dkjson"
local tenant = require "spec.support.tenant"

describe("personalize ensure", function()
   local made, environment

   before_each(function()
      made = tenant.start()
      environment = command.environment(made.emulator)
   end)

   after_each(function() made:stop() end)

   local function run(...) return command.here(environment, { "ensure", ... }) end

   it("creates, updates, or leaves as it is, and says which", function()
      for _, case in ipairs { { nil, "created\n" }, { nil, "unchanged\n" }, { "x", "updated\n" } } do
         local out, err, code = run(dkjson.encode(tenant.definition { description = case[1] }))
         assert.matches('^connection "Weather"\n', out)
         assert.same({ case[2], 0 }, { err, code })
      end
      assert.same({ "nothing would change\n", "a dry run: nothing was sent\n", 0 },
         { run(dkjson.encode(tenant.definition { description = "x" }), "--dry-run") })
   end)

   it("sends secrets once more when told to", function()
      local text = dkjson.encode(tenant.oauth())
      assert.equal("created\n", select(2, run(text)))
      assert.equal("unchanged\n", select(2, run(text)))
      assert.equal("updated\n", select(2, run(text, "--force-secrets")))
   end)

   it("fails for twins", function()
      made:create()
      made:create()
      local out, err, code = run(dkjson.encode(tenant.definition()))
      assert.same({ "", 1 }, { out, code })
      assert.matches('^personalize ensure: conflict: 2 connections are named "Weather"', err)
   end)
end)
