-- Folders and files that the user of the command may not read or write, each named with the system's reason.
local command = require "spec.support.command"
local folder = require "spec.support.folder"
local tenant = require "spec.support.tenant"
local unprivileged = require "spec.support.unprivileged"

describe("the command personalize, where permissions are missing,", function()
   local made, path, environment

   setup(unprivileged.setup)
   teardown(unprivileged.teardown)

   before_each(function()
      made, path = tenant.start(), folder.new()
      made:create()
      environment = command.environment(made.emulator)
      folder.write(path, "Weather.json", "{}")
      folder.write(path, "no.db", "")
      os.execute(("cd %s && mkdir kept closed && chmod 755 . && chmod 000 Weather.json"):format(path))
      unprivileged.own(path)
      os.execute(("cd %s && chmod 555 kept && chmod 000 closed && chmod 444 no.db"):format(path))
   end)

   after_each(function()
      made:stop()
      folder.remove(path)
   end)

   -- It fails, and says so; %s stands for the spec's folder. What it prints.
   local function fails(message, ...)
      local arguments = { ... }
      for index, argument in ipairs(arguments) do arguments[index] = argument:gsub("^%./", path .. "/") end
      local out, err, code = unprivileged.run(environment, arguments)
      assert.same({ ("personalize %s: %s\n"):format(arguments[1], message:gsub("%./", path .. "/")), 1 }, { err, code })
      return out
   end

   it("export writes nothing", function()
      fails("config: ./kept/Weather.json: Permission denied (0 files were written before)", "export", "./kept")
      fails("config: ./kept/new: Permission denied", "export", "./kept/new")
      fails("config: ./closed: Permission denied", "export", "./closed")
      fails("config: ./closed/new: Permission denied", "export", "./closed/new")
      fails("validation: the folder is broken, nothing was written: Weather.json: Permission denied", "export", path)
      assert.same({}, folder.contents(path .. "/kept"))
   end)

   it("plan tells a folder from a file, and saves nothing", function()
      fails("config: ./closed: Permission denied", "plan", "./closed")
      local out, err, code = unprivileged.run(environment, { "plan", path })
      assert.same({ "", 1 }, { err, code })
      assert.matches("1 problem has to be solved before anything is sent:\n  Weather.json: Permission denied\n$", out)
      assert.matches("nothing to do", fails("config: ./kept/plan.json: Permission denied", "plan", "./kept", "--save",
         "./kept/plan.json"))
      fails("config: ./Weather.json: Permission denied", "apply", "--plan", "./Weather.json", "--yes")
   end)

   it("create sends nothing", function()
      fails("config: ./Weather.json: Permission denied (expected a JSON file, - for the standard input, or JSON that "
         .. "begins with {)", "create", "./Weather.json")
      assert.equal(1, made.emulator:counts().creates)
   end)

   it("the emulator needs a database that it may write", function()
      for _, name in ipairs { "./kept/new.db", "./closed/new.db", "./Weather.json" } do
         fails(("config: cannot use %s: Permission denied"):format(name), "emulator", "--database", name)
      end
      fails("config: cannot use ./no.db: it is not writable", "emulator", "--database", "./no.db")
      assert.equal("", folder.read(path, "no.db"))
      assert.same({}, folder.contents(path .. "/kept"))
   end)
end)
