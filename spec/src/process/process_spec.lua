-- core.process: signals and the environment, in processes of their own.
local command = require "spec.support.command"
local read = require "spec.support.read"
local terminal = require "spec.support.terminal"

-- Runs Lua with `process`, and `signal(name)`, which sends its process a signal (`os.execute` would have SIGINT ignored
-- meanwhile); what it printed, and its exit code as a shell has it: 128 and the number of the signal that ended it.
local function run(code)
   local program = [[local process = require "personalize.core".process
      local function signal(name) io.popen("kill -" .. name .. " $PPID"):close() end
      io.stdout:setvbuf "no" ]] .. code
   local out, err, status = command.shell(("%s -e %s"):format(command.interpreter, command.quote(program)))
   assert.equal("", (err:gsub("[^\n]*Broken pipe[^\n]*\n", ""):gsub("^Terminated\n$", "")))
   return out, status
end

describe("an interruption that is caught", function()
   it("is noted, once by either signal", function()
      for _, name in ipairs { "INT", "TERM" } do
         assert.same({ "false true", 0 }, { run(([[
            process.catch_interrupt()
            io.write(tostring(process.is_interrupted()), " ")
            signal "%s"
            io.write(tostring(process.is_interrupted()))]]):format(name)) })
      end
   end)

   it("ends the process when it comes again", function()
      for name, number in pairs { INT = 2, TERM = 15 } do
         assert.same({ "noted", 128 + number }, { run(([[
            process.catch_interrupt()
            signal "%s"
            io.write(process.is_interrupted() and "noted" or "lost")
            signal "%s"
            io.write "went on"]]):format(name, name)) })
      end
   end)

   it("is forgotten when it is caught anew", function()
      assert.same({ "false true", 0 }, { run [[
         process.catch_interrupt()
         signal "INT"
         process.catch_interrupt()
         io.write(tostring(process.is_interrupted()), " ")
         signal "INT"
         io.write(tostring(process.is_interrupted()))]] })
   end)

   it("ends the process at its end as if it had not been caught", function()
      assert.same({ "", 128 + 15 }, { run [[
         process.catch_interrupt()
         signal "TERM"
         process.end_interrupted()
         io.write "went on"]] })
      assert.same({ "", 128 + 2 }, { run [[process.end_interrupted() io.write "went on"]] })
   end)

   it("leaves a reader that went away to whoever writes", function()
      assert.same({ "went on", 0 }, { run [[process.catch_interrupt() signal "PIPE" io.write "went on"]] })
   end)

   it("is caught no longer once the default is back, whichever signal it is", function()
      for name, number in pairs { INT = 2, TERM = 15 } do
         assert.same({ "", 128 + number }, { run(([[
            process.catch_interrupt()
            process.catch_interrupt()
            process.default_interrupt()
            signal "%s"
            io.write "went on"]]):format(name)) })
      end
   end)
end)

describe("an interruption that is not caught", function()
   it("ends the process at once, also where whoever started it has it ignored", function()
      local program = "require 'personalize.core'.process.default_interrupt() "
         .. "io.popen('kill -INT $PPID'):close() print 'went on'"
      local out, _, status = command.shell(("trap '' INT; %s -e %s"):format(command.interpreter,
         command.quote(program)))
      assert.same({ "", 128 + 2 }, { out, status })
   end)
end)

describe("the process", function()
   it("knows the names of its variables", function()
      local names = {}
      for _, name in ipairs(require "personalize.core".process.variables()) do names[name] = true end
      assert.is_true(names.PATH)
      assert.is_nil(names["PATH=" .. os.getenv "PATH"])
   end)

   it("becomes another program, or says why not", function()
      assert.same({ "a b", 0 }, { run [[process.become("printf", "%s", "a b")]] })
      assert.same({ "nil No such file or directory", 0 }, { run [[
         local done, reason = process.become "/nowhere/program"
         io.write(tostring(done), " ", reason)]] })
   end)

   it("is no terminal behind a pipe", function()
      assert.same({ "false 0 0", 0 }, { run [[io.write(tostring(process.is_terminal(1)), " ",
         process.terminal_width(1), " ", process.terminal_height(1))]] })
   end)

   it("knows the size of a terminal", function()
      local answer = os.tmpname()
      local shown = terminal.start(("%s -e %s"):format(command.interpreter, command.quote(([[
         local process = require "personalize.core".process
         local file = io.open(%q, "w")
         file:write(tostring(process.is_terminal(1)), " ", process.terminal_width(1), " ", process.terminal_height(1))
         file:close()]]):format(answer))), 77)
      finally(function()
         shown:stop()
         os.remove(answer)
      end)
      shown:wait_for "ended 0"
      assert.matches("^true 77 [45]%d$", read(answer)) -- the terminal may keep a line for itself
   end)

   it("asks of the standard streams alone, and becomes what has a name", function()
      local process = require "personalize.core".process
      for _, name in ipairs { "is_terminal", "terminal_width", "terminal_height" } do
         for _, wrong in ipairs { -1, 3 } do
            assert.error_matches(function() process[name](wrong) end, "bad argument #1 to .* %(0, 1 or 2 expected%)")
         end
      end
      assert.error_matches(function() process.become() end, "too many or no arguments")
      local most = {}
      for index = 1, 65 do most[index] = "x" end
      assert.error_matches(function() process.become((table.unpack or unpack)(most)) end, "too many or no arguments")
      most[1], most[65] = "/nowhere/x", nil
      assert.same({ nil, "No such file or directory" }, { process.become((table.unpack or unpack)(most)) })
   end)
end)
