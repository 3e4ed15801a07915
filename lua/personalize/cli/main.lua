--- The command `personalize`: finds the subcommand and runs it. Each is a module of its own, personalize.cli.NAME, with
-- `add(parser)`, which describes it to argparse, and `run(arguments, streams)`, which gives the exit code.
-- @module personalize.cli.main

local argparse = require "argparse"

local main = {}

--- Exit codes: done; failed; wrong usage. `plan` has one more for itself.
main.DONE, main.FAILED, main.USAGE = 0, 1, 64

local names = { "emulator" }

local function parser_of(commands)
   local parser = argparse("personalize", "Automates the connections of Sitecore Personalize.")
   parser:command_target "command"
   for _, name in ipairs(names) do
      commands[name] = require("personalize.cli." .. name)
      commands[name].add(parser)
   end
   return parser
end

--- Runs the command line `arguments` (an array); `streams` has `out` and `err`, by default the process's.
-- @treturn number the exit code
function main.run(arguments, streams)
   streams = streams or { out = io.stdout, err = io.stderr }
   local commands = {}
   local parser = parser_of(commands)
   local ok, parsed = parser:pparse(arguments)
   if not ok then
      streams.err:write("personalize: ", tostring(parsed), "\n", parser:get_usage(), "\n")
      return main.USAGE
   end
   return commands[parsed.command].run(parsed, streams)
end

return main
