-- Colours: when lines have them. Standard streams are a terminal in a process of their own.
local argparse = require "argparse"
local colour = require "personalize.cli.colour"
local command = require "spec.support.command"

describe("colours", function()
   it("are an option", function()
      local parser = argparse "x"
      colour.add(parser)
      assert.same({ color = "auto" }, parser:parse {})
      assert.same({ color = "never" }, parser:parse { "--color", "never" })
      assert.is_false((parser:pparse { "--color", "red" }))
   end)

   it("are used where they are wanted, and never for streams that are no terminals", function()
      local stream = command.stream()
      for name, code in pairs { red = 31, green = 32, yellow = 33, bold = 1 } do
         assert.equal(("\27[%dmx\27[0m"):format(code), colour.paint(stream, name, "x", "always"))
      end
      assert.equal("x", colour.paint(stream, nil, "x", "always"))
      for _, when in ipairs { "never", "auto" } do assert.equal("x", colour.paint(stream, "red", "x", when)) end
      assert.is_false(colour.is_terminal(stream))
      assert.is_nil(colour.width(stream))
   end)

   -- What a program says in a terminal of 77 columns.
   local function say(environment, redirection)
      local program = [[
         local colour = require "personalize.cli.colour"
         io.write(tostring(colour.is_terminal(io.stdout)), " ", tostring(colour.is_terminal(io.stderr)), " ",
            tostring(colour.width(io.stdout)), " ", colour.paint(io.stdout, "red", "x", "auto"),
            colour.paint(io.stdout, "red", "y", "never"))]]
      local line = ("stty cols %s; env -u NO_COLOR TERM=xterm %s %s -e %s %s"):format(environment.columns or 77,
         environment.more or "", command.interpreter, command.quote(program), redirection or "")
      return (command.shell(("script -qec %s /dev/null </dev/null"):format(command.quote(line))))
   end

   it("are used on a terminal, unless NO_COLOR or its kind say no", function()
      assert.equal("true true 77 \27[31mx\27[0my", say {})
      assert.equal("true true 77 \27[31mx\27[0my", say { more = "NO_COLOR=" })
      assert.equal("true true 77 xy", say { more = "NO_COLOR=1" })
      assert.equal("true true 77 xy", say { more = "TERM=dumb" })
      assert.equal("false true nil xy", say({}, "| cat"))
      assert.equal("true false 77 \27[31mx\27[0my", say({}, "2>/dev/null"))
      -- a terminal that does not tell its width has none
      assert.equal("true true nil \27[31mx\27[0my", say { columns = 0 })
      assert.equal("true true 1 \27[31mx\27[0my", say { columns = 1 })
   end)
end)
