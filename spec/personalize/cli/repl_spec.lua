-- `personalize repl`: who reads the lines. `terminal_spec.lua` and `prompt_spec.lua` have what they do.
local command = require "spec.support.command"
local folder = require "spec.support.folder"
local tenant = require "spec.support.tenant"
local terminal = require "spec.support.terminal"

describe("personalize repl", function()
   local made, environment, shown

   before_each(function()
      made = tenant.start()
      environment = command.environment(made.emulator)
   end)

   after_each(function()
      made:stop()
      if shown then shown:stop() end
      shown = nil
   end)

   -- What it prints for lines that come by a pipe.
   local function say(lines, arguments)
      return command.shell(("printf %%s %s | %s"):format(command.quote(lines), command.line(environment, arguments)))
   end

   it("needs the streams of the process", function()
      assert.same({ "", "personalize repl: config: the REPL needs the process's own streams\n", 1 },
         { command.here(environment, { "repl" }) })
   end)

   it("is the stock interpreter where there is no terminal, with a client ready", function()
      for _, arguments in ipairs { {}, { "repl" } } do
         local out, _, code = say("print('<' .. #connections.list() .. '>')\nos.exit(7, true)\n", arguments)
         assert.matches("personalize client of " .. made.emulator.url:gsub("%p", "%%%0"), out)
         assert.matches("<0>", out)
         assert.equal(7, code)
      end
   end)

   it("takes a prefix or a profile, and paths of modules whatever is in them", function()
      local out = say("print('<' .. tostring(client) .. '>')\n", { "repl", "--prefix", "NOBODY" })
      assert.matches("No client: config: NOBODY_REGION or NOBODY_BASE_URL is needed", out)
      assert.matches("<nil>", out)
      out = say("", { "repl", "--profile", "nobody" })
      assert.matches("No client: config: profile nobody: ", out)
      local program = [[
         package.path, package.cpath = package.path .. ";/a\n'\"b/?.lua", package.cpath .. ";/c/?.so"
         require "personalize.cli.main".run { "repl", "--prefix", "NOBODY" }]]
      out = command.shell(("echo 'print(package.path, package.cpath)' | %s -e %s"):format(command.interpreter,
         command.quote(program)))
      assert.matches(";/a\n'\"b/?.lua\t", out, 1, true)
      assert.matches(";/c/?.so\n", out, 1, true)
   end)

   it("says when the interpreter cannot be run", function()
      for program, expected in pairs { ["arg = { [-2] = '/nowhere/lua', [-1] = '-x', [0] = 'y' }"] = "/nowhere/lua",
         ["arg = nil"] = command.interpreter } do
         local path = folder.new()
         local code = ("%s; os.exit(require 'personalize.cli.main'.run { 'repl' })"):format(program)
         local _, err, status = command.shell(("env PATH=%s %s -e %s </dev/null"):format(path,
            command.shell("command -v " .. command.interpreter):match "%S+", command.quote(code)))
         folder.remove(path)
         assert.same({ ("personalize repl: config: %s: No such file or directory\n"):format(expected), 1 },
            { err, status })
      end
   end)

   if pcall(require, "readline") then
      it("has a prompt of its own where both ends are a terminal", function()
         local stock = "Copyright"
         shown = terminal.start(command.line(environment, { "repl" }))
         shown:wait_for "\n127%.0%.0%.1:%d+>$"
         shown:type "quit"
         assert.not_matches(stock, (shown:wait_for "ended 0"))
         shown:stop()
         shown = terminal.start(command.line(environment, { "repl" }) .. " | cat")
         shown:wait_for "personalize client of "
         shown:type "os.exit(0)"
         assert.matches(stock, (shown:wait_for "ended 0"))
         shown:stop()
         -- where there is no such module, it is the stock interpreter too
         environment.LUA_INIT = "package.preload.readline = function() error 'none' end"
         shown = terminal.start(command.line(environment, { "repl" }))
         shown:wait_for "personalize client of "
         shown:type "os.exit(7)"
         assert.matches(stock, (shown:wait_for "ended 7"))
      end)
   end
end)
