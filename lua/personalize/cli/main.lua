--- The command `personalize`: finds the subcommand and runs it. Each is a module of its own, personalize.cli.NAME, with
-- `add(parser)`, which describes it to argparse, and `run(arguments, streams)`, which gives the exit code.
-- @module personalize.cli.main

local exit = require "personalize.cli.exit"
local native = require "personalize.native"

local main = {}

local names = { "repl", "list", "get", "create", "ensure", "update", "patch", "test", "diff", "uses", "export", "plan",
   "apply", "promote", "doctor", "probe", "emulator" }

local function parser_of(argparse, commands)
   local parser = argparse("personalize", "Automates the connections of Sitecore Personalize.",
      "The tenant comes from PERSONALIZE_REGION (or _BASE_URL), PERSONALIZE_CLIENT_ID and PERSONALIZE_CLIENT_SECRET; "
      .. "see doc/command.md.")
   parser:command_target "command":require_command(false):help_max_width(80):usage_max_width(80)
   parser:flag("-v --version", "Show the version."):action(function()
      print("personalize " .. native.version)
      os.exit(exit.DONE, true)
   end)
   parser:add_complete_command { summary = "Print completions for a shell." }
   for _, name in ipairs(names) do
      commands[name] = require("personalize.cli." .. name)
      commands[name].add(parser)
   end
   return parser
end

-- What cannot be written (a full disk) is a failure; a reader that went away needs no words.
local function flush(streams, code)
   local done, reason = streams.out:flush()
   reason = streams.refused or not done and reason
   if not reason then return code end
   if reason:find "Broken pipe" then return exit.FAILED end
   streams.err:write("personalize: cannot write: ", tostring(reason), "\n")
   return exit.FAILED
end

-- What was parsed; or nil, what is wrong, and the parser (of the command or of one of its commands) that says so.
-- argparse ends the process itself after --help: the state is closed then as at any other end.
local function parse(parser, arguments)
   local end_process, wrong = os.exit, nil
   os.exit = function(code) end_process(code, true) end -- luacheck: ignore
   parser.error = function(current, message)
      wrong = { message = message, parser = current }
      error(wrong, 0)
   end
   local ok, parsed = pcall(parser.parse, parser, arguments)
   os.exit = end_process -- luacheck: ignore
   if ok then return parsed end
   if not wrong then error(parsed, 0) end
   return nil, wrong.message, wrong.parser
end

--- Runs the command line `arguments` (an array); `streams` has `out` and `err`, by default the process's.
-- @treturn number the exit code
function main.run(arguments, streams)
   if not streams then
      streams = { out = io.stdout, err = io.stderr }
      native.process.default_interrupt()
   end
   local found, argparse = pcall(require, "argparse")
   if not found then
      streams.err:write("personalize: the command needs argparse: Debian's lua-argparse, or the rock of that name\n")
      return exit.FAILED
   end
   local commands = {}
   local parser = parser_of(argparse, commands)
   local parsed, wrong, by = parse(parser, arguments)
   if not parsed then
      streams.err:write("personalize: ", wrong, "\n", by:get_usage(), "\n")
      return exit.USAGE
   end
   parsed.command = parsed.command or "repl"
   local code = flush(streams, commands[parsed.command].run(parsed, streams))
   -- a shell that runs the command in a loop has to see that it was Ctrl-C
   if code == exit.INTERRUPTED then native.process.end_interrupted() end
   return code
end

return main
