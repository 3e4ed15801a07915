-- Members that look like published ones, in files and at the prompt: no way lets them through.
local command = require "spec.support.command"
local folder = require "spec.support.folder"
local mistakes = require "spec.support.mistakes"
local personalize = require "personalize"
local sync = require "personalize.sync"
local tenant = require "spec.support.tenant"

describe("a member that looks like another one", function()
   local made, to, path

   before_each(function() made, to, path = tenant.start(), tenant.start(), folder.new() end)

   after_each(function()
      made:stop()
      to:stop()
      folder.remove(path)
   end)

   local function writes()
      return made.emulator:counts().creates + made.emulator:counts().updates
   end

   local function write(mistake, members)
      folder.write(path, "w.json", personalize.json.encode(mistakes.definition(mistake, members),
         { pretty = true, canonical = true }))
   end

   for name, is_there in pairs { ["that creates"] = false, ["that updates"] = true } do
      it("is a problem of a plan " .. name .. ", which is not applied, unless it is to be sent", function()
         if is_there then made:create { description = "old" } end
         local before = writes()
         for _, mistake in ipairs(mistakes) do
            write(mistake[1])
            local plan = assert(sync.plan(made.client, path))
            assert.same({ 1, 0, 0 }, { #plan.problems, #plan.creates, #plan.updates })
            local problem = plan.problems[1]
            assert.equal(mistake[2], problem.path .. ": " .. problem.message)
            assert.same({ "w.json", "number" }, { problem.file, type(problem.line) })
            local none, err = plan:apply()
            assert.is_nil(none)
            assert.equal("validation", err.kind)
            assert.matches(mistake[2], err.message, 1, true)
            local environment = command.environment(made.emulator)
            for _, arguments in ipairs { { "plan", path }, { "apply", path, "--yes" } } do
               local out, said, code = command.run(environment, arguments)
               assert.matches(mistake[2], out .. said, 1, true)
               assert.equal(1, code)
            end
            assert.equal(before, writes())
         end
         write(mistakes[1][1])
         local plan = assert(sync.plan(made.client, path, { unknown_members = "send" }))
         assert.equal("look_alike", plan.warnings[1].code)
         assert(plan:apply())
         assert.equal("x", assert(made.connections.find "Weather").descripton)
         -- now it is what the service sent
         write({ descripton = "y" })
         assert(assert(sync.plan(made.client, path)):apply())
         assert.equal("y", assert(made.connections.find "Weather").descripton)
      end)
   end

   it("is promoted where the first tenant's service has it", function()
      assert(made.connections.create(mistakes.definition(mistakes[1][1]), { unknown_members = "send" }))
      assert(assert(sync.promote(made.client, to.client)):apply())
      assert.equal("x", assert(to.connections.find "Weather").descripton)
   end)

   it("is refused at the prompt", function()
      local there = made:create { name = "There" }
      local before = writes()
      local lines = {}
      for _, mistake in ipairs(mistakes) do
         local definition = ("personalize.json.decode(%q)"):format(
            personalize.json.encode(mistakes.definition(mistake[1])))
         local change = ("personalize.json.decode(%q)"):format(personalize.json.encode(mistake[1]))
         lines[#lines + 1] = ("print(connections.create(%s))"):format(definition)
         lines[#lines + 1] = ("print(connections.ensure(%s))"):format(definition)
         lines[#lines + 1] = ("print(connections.patch(%q, %s))"):format(there.ref, change)
      end
      folder.write(path, "typed", table.concat(lines, "\n") .. "\n")
      local out = command.run(command.environment(made.emulator), { "repl" }, path .. "/typed")
      for _, mistake in ipairs(mistakes) do
         local _, count = out:gsub("validation: " .. mistake[2]:gsub("%p", "%%%0"), "")
         assert.equal(3, count, mistake[2])
      end
      assert.equal(before, writes())
   end)
end)
