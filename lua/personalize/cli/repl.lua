--- `personalize repl`: a Lua prompt with a ready client. It has completion and history if lua-readline is installed;
-- otherwise it is the stock interpreter.
-- @module personalize.cli.repl

local exit = require "personalize.cli.exit"
local letters = require "personalize.letters"
local native = require "personalize.native"
local output = require "personalize.cli.output"
local session = require "personalize.cli.session"
local tenant = require "personalize.cli.tenant"

local command = {}

function command.add(parser)
   local own = parser:command("repl", "Open a Lua prompt with `client`, `connections` and `help()`: the default "
      .. "command.")
   tenant.add_source(own)
end

-- The Lua interpreter that runs this program.
local function interpreter()
   local first = -1
   while _G.arg and _G.arg[first - 1] do first = first - 1 end
   return _G.arg and _G.arg[first] or (rawget(_G, "jit") and "luajit" or letters.lower(_VERSION):gsub(" ", ""))
end

function command.run(arguments, streams)
   local out = output.new(streams, arguments)
   -- if this runs inside another program, exec would replace that program
   if streams.out ~= io.stdout then return out:fail "the REPL needs the process's own streams" end
   -- lua-readline gives completion and history; without it the stock interpreter reads the lines
   local found, reader = pcall(require, "readline")
   if found and native.process.is_terminal(0) and native.process.is_terminal(1) then
      session.start(arguments.profile or "", arguments.prefix or "", true)
      session.run(reader)
      return exit.DONE
   end
   local chunk = ("package.path, package.cpath = %q, %q; require('personalize.cli.session').start(%q, %q)")
      :format(package.path, package.cpath, arguments.profile or "", arguments.prefix or "")
   streams.out:flush()
   local program = interpreter()
   local _, reason = native.process.become(program, "-e", (chunk:gsub("\\\n", "\\n")), "-i")
   return out:fail(("%s: %s"):format(program, reason))
end

return command
