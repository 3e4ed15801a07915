-- `personalize plan`. `plan_commands_spec.lua` has how a plan is shown and saved.
local command = require "spec.support.command"
local dkjson = require "dkjson"
local folder = require "spec.support.folder"
local tenant = require "spec.support.tenant"

describe("personalize plan", function()
   local made, path, environment

   before_each(function()
      made, path = tenant.start(), folder.new()
      environment = command.environment(made.emulator)
      made:create { name = "Gone" }
      folder.write(path, "W.json", dkjson.encode(tenant.definition { name = "W-1" }))
   end)

   after_each(function()
      made:stop()
      folder.remove(path)
   end)

   local function run(...) return command.here(environment, { "plan", ... }) end

   it("compares a folder with a tenant", function()
      local out, err, code = run(path, "--json")
      local plan = dkjson.decode(out)
      assert.same({ "W-1", "Gone", 0, 2 }, { plan.creates[1].name, plan.unmanaged[1].name, #plan.archives, code })
      assert.equal("warning: W.json:1: name: holds a hyphen, which breaks references from programmable decisions; "
         .. "write a space\n", err)
      plan = dkjson.decode((run(path, "--archive-missing", "--json")))
      assert.equal("Gone", plan.archives[1].name)
      assert.equal(0, made.emulator:counts().updates)
   end)

   it("takes renames for such only where they are asked for", function()
      assert.equal(64, select(3, run()))
      assert.equal(2, select(3, run(path, "--rename")))
   end)

   it("says why there is no plan", function()
      assert.same({ "", ("personalize plan: config: %s/none: No such file or directory (expected a folder, such as an "
         .. "export makes)\n"):format(path), 1 }, { run(path .. "/none") })
      local out, err, code = run(path, "--json", "--save", path .. "/none/plan")
      assert.same({ "config", 1 }, { dkjson.decode(out).error.kind, code }, err)
   end)
end)
