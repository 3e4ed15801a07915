-- `personalize apply`: of a folder or of a saved plan. `plan_commands_spec.lua` has what is asked and said.
local command = require "spec.support.command"
local dkjson = require "dkjson"
local folder = require "spec.support.folder"
local tenant = require "spec.support.tenant"

describe("personalize apply", function()
   local made, path, environment

   before_each(function()
      made, path = tenant.start(), folder.new()
      environment = command.environment(made.emulator)
      os.execute("mkdir " .. path .. "/connections")
      folder.write(path .. "/connections", "W.json", dkjson.encode(tenant.definition { name = "W-1" }))
   end)

   after_each(function()
      made:stop()
      folder.remove(path)
   end)

   local function run(...) return command.run(environment, { "apply", ... }) end

   it("applies a folder", function()
      made:create { name = "Gone" }
      local out, err, code = run(path .. "/connections", "--yes", "--archive-missing", "--rename", "--json")
      -- the plan itself has the warnings of the files: once
      assert.same({ "warning: W.json:1: name: holds a hyphen, which breaks references from programmable decisions; "
         .. "write a space\n", 0 }, { err, code })
      local result = dkjson.decode(out).result
      assert.same({ "W-1", "Gone" }, { result.created[1].name, result.archived[1].name })
   end)

   it("applies a saved plan", function()
      local plan = path .. "/plan.json"
      assert.equal(2, select(3, command.here(environment, { "plan", path .. "/connections", "--save", plan })))
      local out, _, code = run("--plan", plan, "--yes")
      assert.matches("\n1 created%.\n$", out)
      assert.equal(0, code)
      out, _, code = run("--plan", path .. "/none.json", "--yes")
      assert.same({ "", 1 }, { out, code })
   end)

   it("says how it is used", function()
      local usage = "personalize apply: give either a folder or --plan\n"
      assert.same({ "", usage, 64 }, { command.here(environment, { "apply" }) })
      assert.same({ "", usage, 64 }, { command.here(environment, { "apply", path, "--plan", "x" }) })
      for option, value in pairs { values = "v.json", references = "usual", ["secrets-folder"] = "s", select = "W*",
         ["archive-missing"] = false, ["force-secrets"] = false, ["check-uses"] = false, ["missing-secrets"] = "send",
         ["unknown-members"] = "send" } do
         local _, err, code = command.here(environment, { "apply", "--plan", "x", "--" .. option, value or nil })
         assert.same({ ("personalize apply: --%s is for a folder: a saved plan has it in it\n"):format(option), 64 },
            { err, code })
      end
      local _, err, code = command.here(environment, { "apply", path .. "/none" })
      assert.same({ ("personalize apply: config: %s/none: No such file or directory (expected a folder, such as an "
         .. "export makes)\n"):format(path), 1 }, { err, code })
   end)
end)
