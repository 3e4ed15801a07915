-- The command as a whole: which subcommand runs, in which streams, and what it exits with.
local argparse = require "argparse"
local command = require "spec.support.command"
local dkjson = require "dkjson"
local main = require "personalize.cli.main"
local native = require "personalize.native"
local output = require "personalize.cli.output"
local tenant = require "spec.support.tenant"

describe("the command", function()
   -- Streams whose writes or flushes fail for a reason.
   local function streams_of(refuses, reason)
      local streams = { out = command.stream(), err = command.stream() }
      streams.out[refuses] = function() return nil, reason end
      return streams
   end

   it("has a parser with all subcommands", function()
      local commands = {}
      local parser = main.parser(argparse, commands)
      local count = 0
      for _ in pairs(commands) do count = count + 1 end
      assert.equal(#main.names, count)
      for _, name in ipairs(main.names) do
         assert.equal(require("personalize.cli." .. name), commands[name])
         assert.matches("\n   " .. name .. " +%u", parser:get_help())
      end
      for _, name in ipairs { "help", "completion" } do assert.matches("\n   " .. name .. " +%u", parser:get_help()) end
      for line in (parser:get_help() .. "\n" .. parser:get_usage()):gmatch "[^\n]+" do
         assert.is_true(#line <= 80, line)
      end
      assert.same({}, { main.parser(argparse):parse {}.command })
   end)

   it("shows its version, help and completions, and then goes on as before", function()
      local own = { io.write, print, os.exit }
      for _, words in ipairs { { "--version" }, { "-v" } } do
         assert.same({ ("personalize %s\n"):format(native.version), "", 0 }, { command.run({}, words) })
      end
      assert.matches("^Usage: personalize %[", (command.run({}, { "--help" })))
      assert.matches("^Usage: personalize list ", (command.run({}, { "list", "-h" })))
      local out, err, code = command.run({}, { "completion", "bash" })
      assert.matches("complete %-F", out)
      assert.same({ "", 0 }, { err, code })
      command.here({}, { "lst" })
      assert.same(own, { io.write, print, os.exit })
   end)

   it("says what is wrong with its arguments, as JSON where that was wanted", function()
      local out, err, code = command.here({}, { "get" })
      assert.same({ "", "personalize: missing argument 'name'\nUsage: personalize get", 64 },
         { out, err:sub(1, 59), code })
      out, err, code = command.here({}, { "lst" })
      assert.same({ "", "personalize: unknown command 'lst'\nDid you mean 'list'?\nUsage: personalize [-h]", 64 },
         { out, err:sub(1, 79), code })
      out, err, code = command.here({}, { "get", "--json" })
      assert.same({ { error = { kind = "usage", message = "missing argument 'name'" } }, "", 64 },
         { dkjson.decode(out), err, code })
      assert.equal("", (command.here({}, { "get", "a", "b", "--", "--json" })))
      assert.equal("", (command.here({}, { "get", "a", "b", "-", "json" })))
      -- what is no usage error is raised
      local fine, message = pcall(main.run, { {} }, { out = command.stream(), err = command.stream() })
      assert.is_false(fine)
      assert.not_matches("cli/main.lua", message)
      -- hints are those for the command
      assert.matches("\nNames are chosen by %-%-select: ", (select(2, command.here({}, { "list", "Weather" }))))
   end)

   it("says what could not be written", function()
      for _, refuses in ipairs { "write", "flush" } do
         local streams = streams_of(refuses, "No space left on device")
         assert.equal(1, main.run({ "doctor", "--prefix", "NOBODY" }, streams))
         assert.equal("personalize: cannot write: No space left on device\n", streams.err.text)
         streams = streams_of(refuses, "Broken pipe")
         assert.equal(1, main.run({ "doctor", "--prefix", "NOBODY" }, streams))
         assert.equal("", streams.err.text)
      end
      local streams = streams_of("write", "No space left on device")
      assert.equal(1, main.run({ "lst", "--json" }, streams))
      assert.equal("personalize: cannot write: No space left on device\n", streams.err.text)
      for _, words in ipairs { { "--version" }, { "--help" }, { "completion", "bash" } } do
         local _, err, code = command.shell(command.line({}, words) .. " >/dev/full")
         assert.same({ "personalize: cannot write: No space left on device\n", 1 }, { err, code })
      end
   end)

   it("fails where its JSON document cannot be written", function()
      local list = require "personalize.cli.list"
      local run = list.run
      finally(function() list.run = run end)
      for code, expected in pairs { [0] = 1, [1] = 1, [2] = 1, [64] = 64 } do
         list.run = function(arguments, streams)
            output.new(streams, arguments):json { a = print }
            return code
         end
         local out, err, found = command.here({}, { "list", "--json" })
         assert.same({ "encode", "", expected }, { dkjson.decode(out).error.kind, err, found })
      end
   end)

   it("says that it needs argparse", function()
      local program = [[
         package.preload.argparse = function() error "none" end
         os.exit(require "personalize.cli.main".run({ "list" }))]]
      local out, err, code = command.shell(("%s -e %s"):format(command.interpreter, command.quote(program)))
      assert.same({ "", "personalize: the command needs argparse: Debian's lua-argparse, or the rock of that name\n",
         1 }, { out, err, code })
   end)

   it("shows each attempt where PERSONALIZE_DEBUG is set", function()
      local made = tenant.start()
      local environment = command.environment(made.emulator)
      local quiet = select(2, command.here(environment, { "list" }))
      local verbose = select(2, command.here(environment, { "list", "--verbose" }))
      environment.PERSONALIZE_DEBUG = "1"
      local debugged = select(2, command.here(environment, { "list" }))
      made:stop()
      assert.equal("", quiet)
      for _, said in ipairs { verbose, debugged } do assert.matches("> GET http://[^\n]*/v2/connections\n", said) end
   end)

   it("is ended by an interruption as if it caught none", function()
      local program = [[
         local native = require "personalize.native"
         native.process.catch_interrupt()
         package.loaded["personalize.cli.uses"] = {
            add = function(parser) parser:command "uses" end,
            run = function()
               native.process.catch_interrupt()
               io.popen "kill -INT $PPID":close()
               io.write(tostring(native.process.is_interrupted()))
               return CODE
            end,
         }
         os.exit(require "personalize.cli.main".run { "uses" })]]
      local function run(code)
         local out, _, status = command.shell(("%s -e %s"):format(command.interpreter,
            command.quote((program:gsub("CODE", code)))))
         return out, status
      end
      assert.same({ "true", 130 }, { run "130" })
      assert.same({ "true", 7 }, { run "7" })
      -- without streams of its own it begins with the usual handling of interruptions
      local out, err, code = command.shell(("%s -e %s"):format(command.interpreter, command.quote [[
         local native = require "personalize.native"
         native.process.catch_interrupt()
         package.loaded["personalize.cli.uses"] = {
            add = function(parser) parser:command "uses" end,
            run = function() io.popen "kill -INT $PPID":close() io.write "went on" return 0 end,
         }
         require "personalize.cli.main".run { "uses" }]]))
      assert.same({ "", "", 130 }, { out, err, code })
   end)
end)
