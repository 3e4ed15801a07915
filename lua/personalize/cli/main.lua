--- The command `personalize`: finds the subcommand and runs it. Each is a module personalize.cli.NAME with
-- `add(parser)`, which describes it to argparse, and `run(arguments, streams)`, which returns the exit code.
-- @module personalize.cli.main

local exit = require "personalize.cli.exit"
local hints = require "personalize.cli.hints"
local native = require "personalize.native"
local output = require "personalize.cli.output"
local trace = require "personalize.cli.trace"

local main = {}

-- The commands, in the order of the help.
local names = { "repl", "list", "get", "create", "ensure", "update", "patch", "edit", "archive", "restore",
   "test", "request", "diff", "uses", "validate", "export", "plan", "apply", "promote", "doctor",
   "probe", "emulator" }

--- The parser of the whole command; man pages are made from it too.
-- @tparam function argparse the module
-- @tparam ?table commands receives the modules of the commands, by name
-- @treturn table the parser
function main.parser(argparse, commands)
   commands = commands or {}
   local parser = argparse("personalize", "Automates the connections of Sitecore Personalize.",
      "The tenant comes from PERSONALIZE_REGION (or _BASE_URL), PERSONALIZE_CLIENT_ID and PERSONALIZE_CLIENT_SECRET; "
      .. "see `man personalize` or doc/command.md.")
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
   parser:add_help_command { summary = "Show the help of a command.", description = "Show the help of a command." }
   return parser
end

-- The exit code of a command; a failure if it could not write its JSON document.
local function code_of(streams, code)
   if streams.has_failed and (code == exit.DONE or code == exit.DIFFERENCES) then return exit.FAILED end
   return code
end

-- Flushes the output. A failed write (full disk) is reported; a closed pipe fails without a message.
local function flush(streams, code)
   local done, reason = streams.out:flush()
   reason = streams.refused or not done and reason
   if not reason then return code end
   if reason:find "Broken pipe" then return exit.FAILED end
   streams.err:write("personalize: cannot write: ", tostring(reason), "\n")
   return exit.FAILED
end

-- Replacements for the functions with which argparse prints help, the version or completions and ends the process.
-- argparse ignores failed writes; these report them, and close the Lua state as at any other exit.
local function replacements(end_process, streams)
   local shown = { out = io.stdout, err = streams.err }
   local function write(...)
      local done, reason = io.stdout:write(...)
      if not done then shown.refused = shown.refused or reason end
      return done, reason
   end
   return write, function(text) write(tostring(text), "\n") end,
      function(code) end_process(flush(shown, type(code) == "number" and code or exit.DONE), true) end
end

-- The parsed arguments; or nil, the message, and the parser that failed (of the command or of a subcommand).
local function parse(parser, arguments, streams)
   local wrong
   local function refuse(current, message)
      wrong = { message = message, parser = current }
      error(wrong, 0)
   end
   parser.error = refuse
   for _, command in ipairs(parser._commands) do command.error = refuse end
   local own_write, own_print, own_exit = io.write, print, os.exit
   io.write, print, os.exit = replacements(own_exit, streams) -- luacheck: ignore
   local ok, parsed = pcall(parser.parse, parser, arguments)
   io.write, print, os.exit = own_write, own_print, own_exit -- luacheck: ignore
   if ok then return parsed end
   if not wrong then error(parsed, 0) end
   return nil, wrong.message, wrong.parser
end

-- Whether arguments that could not be parsed ask for JSON.
local function wants_json(arguments)
   for _, argument in ipairs(arguments) do
      if argument == "--" then return false end
      if argument == "--json" then return true end
   end
   return false
end

local function say_usage(streams, parser, arguments, wrong, by)
   local command = by ~= parser and by._name or nil
   local out = output.new(streams, { json = wants_json(arguments) })
   return out:usage(hints.add(parser, command, wrong, arguments), by:get_usage())
end

--- The names of the commands, in the order of the help. The commands `help` and `completion` come in addition.
main.names = names

--- Runs the command line `arguments` (an array). `streams` has `out` and `err`; by default they are the process's.
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
   local parser = main.parser(argparse, commands)
   local parsed, wrong, by = parse(parser, arguments, streams)
   if not parsed then return flush(streams, say_usage(streams, parser, arguments, wrong, by)) end
   parsed.command = parsed.command or "repl"
   parsed.verbose = parsed.verbose or trace.is_wanted()
   local code = flush(streams, code_of(streams, commands[parsed.command].run(parsed, streams)))
   -- a shell that runs the command in a loop must see that Ctrl-C ended it
   if code == exit.INTERRUPTED then native.process.end_interrupted() end
   return code
end

return main
