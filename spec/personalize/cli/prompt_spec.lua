-- The prompt: what it runs, keeps and shows. A reader with lines beforehand stands for the module `readline`;
-- `terminal_spec.lua` types into the real one.
local command = require "spec.support.command"
local folder = require "spec.support.folder"

local is_jit = rawget(_G, "jit") ~= nil

-- What stands before the programs here. The reader shows each prompt and what it is told.
local preamble = [[
   local prompt = require "personalize.cli.prompt"
   local errors = require "personalize.error"
   local personalize = require "personalize"
   io.stdout:setvbuf "no"
   function signal() io.popen "kill -INT $PPID":close() end
   local reader = { lines = {}, history = {} }
   function reader.readline(shown)
      io.write("[", shown, "]")
      return table.remove(reader.lines, 1)
   end
   function reader.add_history(line) reader.history[#reader.history + 1] = line end
   function reader.set_options(options) reader.options = options end
   function reader.set_readline_name(name) reader.name = name end
   function reader.set_complete_function(complete) reader.complete = complete end
   function reader.set_completion_append_character(character) reader.appended = character end
   local function run(lines, client)
      reader.lines = lines
      prompt.run(reader, { client = client, prompt = "> ", show = function(results)
         local shown = {}
         for index = 1, results.n do shown[index] = tostring(results[index]) end
         return table.concat(shown, ",")
      end })
   end
]]

describe("the prompt", function()
   local path

   before_each(function() path = folder.new() end)
   after_each(function() folder.remove(path) end)

   local function line_of(program)
      return ("env XDG_STATE_HOME=%s %s -e %s"):format(path, command.interpreter, command.quote(preamble .. program))
   end

   -- Runs a program: what it printed, its errors, its exit code.
   local function run(program) return command.shell(line_of(program) .. " </dev/null") end

   local function assert_said(out, err, program)
      assert.same({ out, err, 0 }, { run(program) })
   end

   it("runs expressions and statements, of several lines too, until the end", function()
      assert_said("[> ]3\n[> ][> ]4,nil\n[> ]5\n[> ][>> ][>> ]number 1\n[> ]\n", "", [[
         run { "1 + 2", "x = 4", "x, nil", " = 5", "for i = 1, 1 do", "io.write('number ', i, '\\n')", "end" }]])
      assert_said("[> ]1\n[> ]", "", [[run { "1", " quit ", "2" }]])
      assert_said("[> ]", "", [[run { "exit\t" }]])
      -- inside of a statement both are names
      assert_said("[> ][>> ][>> ][>> ][> ]nil,2\n[> ]\n", "", [[
         run { "local a = {", "quit", ",", "exit } b = #a + 2", "quit, b" }]])
      assert_said("[> ][> ]\n", "", [[run { "" }]])
   end)

   it("says what is wrong with a line, and begins anew", function()
      local out, err, code = run [[run { "x y", "for", "", "7" }]]
      assert.same({ "[> ][> ][>> ][> ]7\n[> ]\n", 0 }, { out, code })
      assert.matches("^typed:1: [^\n]+ near '?y'?\ntyped:%d: [^\n]+ near '?<eof>'?\n$", err)
   end)

   it("shows errors, without its own part of the stack", function()
      local out, err, code = run [[run { "local x = error 'no'", "1" }]]
      assert.same({ "[> ][> ]1\n[> ]\n", 0 }, { out, code })
      assert.matches("^typed:1: no\nstack traceback:\n\t%[C%]: in %l+ 'error'\n\t[^\n]*typed:1[^\n]*\n$", err)
      assert_said("[> ][> ]\n", "config: m\nT\n", [[
         e = errors.new { kind = "config", message = "m", traceback = "T" } run { "error(e)" }]])
      assert_said("[> ][> ]\n", "mine\n", [[
         run { "error(setmetatable({}, { __tostring = function() return 'mine' end }))" }]])
      for value, kind in pairs { ["{}"] = "table", ["setmetatable({}, {})"] = "table", ["nil"] = "nil",
         ["setmetatable({}, { __metatable = 1 })"] = "table" } do
         local reason = value == "nil" and not is_jit and "nil" or kind
         assert_said("[> ][> ]\n", ("(error object is a %s value)\n"):format(reason), ("run { %q }"):format(
            "error(" .. value .. ")"))
      end
   end)

   it("raises the first Ctrl-C in a chunk; one between chunks ends it all", function()
      assert_said("[> ][> ]1\n[> ]\n", "interrupted!\n", [[run { "signal() while true do end", "1" }]])
      assert_said("[> ][> ]1\n[> ]\n", "interrupted!\n", [[
         run { "signal(); (function() while true do end end)()", "1" }]])
      local out, err, code = run [[
         local readline = reader.readline
         reader.readline = function(shown)
            if #reader.lines == 0 then signal() end
            return readline(shown)
         end
         run { "1" }]]
      assert.same({ "[> ]1\n", "", 130 }, { out, err, code })
      -- one that comes while an error is told does not take its place
      assert_said("[> ][> ]1\n[> ]\n", "mine\n", [[
         run { "error(setmetatable({}, { __tostring = function() signal() for _ = 1, 99 do end return 'mine' end }))",
            "1" }]])
      -- the hook is gone
      assert_said("[> ][> ]\nnil\n", "", [[run { "x = 1" } print((debug.gethook()))]])
   end)

   it("keeps lines, but none with a credential, a space in front, or twice", function()
      local kept = path .. "/personalize"
      local lines = [[{ "a = 1", "a = 1", " b = 1", "c = { client_secret = 'canary-canary' }", "", "d = 1", "a = 1" }]]
      assert.equal(0, select(3, run("run " .. lines)))
      assert.equal("a = 1\nd = 1\na = 1\n", folder.read(kept, "history"))
      assert.equal("600\n", command.shell("stat -c %a " .. kept .. "/history"))
      assert_said("[> ]\na = 1,d = 1,a = 1", "", [[run {} io.write(table.concat(reader.history, ","))]])
      -- the last one of the session before counts too
      run [[run { "a = 1" } ]]
      assert.equal("a = 1\nd = 1\na = 1\n", folder.read(kept, "history"))
      assert_said("[> ][> ]\na = 1,d = 1,a = 1,e = 1", "", [[
         run { "e = 1" } io.write(table.concat(reader.history, ","))]])
   end)

   it("keeps the last 1000 lines, of a history of a size", function()
      local kept, lines = path .. "/personalize", {}
      os.execute("mkdir " .. kept)
      for index = 1, 1000 do lines[index] = "x" .. index end
      folder.write(kept, "history", table.concat(lines, "\n") .. "\n")
      run [[run { "new = 1" }]]
      local text = folder.read(kept, "history")
      assert.matches("^x2\nx3\n", text)
      assert.matches("\nx1000\nnew = 1\n$", text)
      assert.equal(1000, select(2, text:gsub("\n", "")))
   end)

   it("keeps them in the home folder unless XDG_STATE_HOME is a whole path", function()
      local program = command.quote(preamble .. [[run { "a = 1" }]])
      for _, state in ipairs { "relative", "" } do
         command.shell(("cd %s && env HOME=%s XDG_STATE_HOME=%s %s -e %s </dev/null"):format(path, path, state,
            command.interpreter, program))
         assert.equal("a = 1\n", folder.read(path .. "/.local/state/personalize", "history"))
         os.execute("rm -r " .. path .. "/.local")
      end
   end)

   it("prepares the reader, and completes", function()
      assert_said("[> ]\n() true personalize false\n", "", [[
         run {}
         local options = reader.options
         print(("(%s) %s %s %s"):format(options.histfile, tostring(options.completion), reader.name,
            tostring(options.auto_add)))]])
      assert_said("[> ]\nprint\n,\n0\n", "", [[
         run {}
         print(table.concat(reader.complete("x = prinT", 5, 8), " "))
         print((reader.appended == "" and "" or "not") .. ",")
         print(#reader.complete("prin", {}, 4))]])
   end)

   it("shows long texts by pages", function()
      local function page(height, answers, text)
         local out, err = run(([[reader.lines = { %s } prompt.page(reader, %q, %d)]]):format(answers, text, height))
         assert.equal("", err)
         return out
      end
      assert.equal("a\nb\n", page(0, "", "a\nb"))
      assert.equal("a\nb\nc\nd\n", page(2, "", "a\nb\nc\nd"))
      assert.equal("a\nb\n", page(3, "", "a\nb"))
      assert.equal("a\nb\n[-- 2 of 3 lines: Enter for more, a for all, q to stop -- ]c\n", page(3, "''", "a\nb\nc"))
      assert.equal("a\nb\n[-- 2 of 5 lines: Enter for more, a for all, q to stop -- ]c\nd\n"
         .. "[-- 4 of 5 lines: Enter for more, a for all, q to stop -- ]e\n", page(3, "'', ''", "a\nb\nc\nd\ne"))
      local first = "a\nb\n[-- 2 of 5 lines: Enter for more, a for all, q to stop -- ]"
      assert.equal(first .. "c\nd\ne\n", page(3, "' All'", "a\nb\nc\nd\ne"))
      for _, answer in ipairs { "'q'", "' Quit'", "" } do assert.equal(first, page(3, answer, "a\nb\nc\nd\ne")) end
      -- the results of a chunk are shown by pages on a terminal
      local shown = command.shell(("printf '\\n' | script -qec %s /dev/null"):format(command.quote(
         "stty rows 3 cols 80; " .. line_of [[run { "'a\\nb\\nc'", "q" }]])))
      assert.matches("a\r\nb\r\n%[%-%- 2 of 3 lines", shown)
   end)

   it("names the tenant, in red on a terminal where it is no emulator", function()
      local program = [[
         local function text(url, name, is_edited, environment)
            os.getenv = function(variable) return (environment or {})[variable] end
            local client = url and assert(personalize.new { base_url = url, access_token = "t" })
            print(("%q"):format(prompt.text(client, name or "PERSONALIZE", is_edited)))
         end
         text(nil)
         text "http://127.0.0.1:8080"
         text("http://[::1]:8080", "STAGING")
         text("http://localhost", "")
         text "https://api-engage-eu.sitecorecloud.io"
         text("https://api-engage-eu.sitecorecloud.io", "prod")
         text("https://other.example:8443/x", "PROD", true)
         text("https://other.example", nil, false, { NO_COLOR = "1" })
         text("https://other.example", nil, false, { NO_COLOR = "", TERM = "dumb" })
         text("https://other.example", nil, false, { NO_COLOR = "", TERM = "xterm" })]]
      local plain = '"no client> "\n"127.0.0.1:8080> "\n"STAGING [::1]:8080> "\n"localhost> "\n'
      assert_said(plain .. '"eu> "\n"prod eu> "\n"PROD other.example:8443> "\n' .. ('"other.example> "\n'):rep(3), "",
         program)
      local shown = command.shell(("script -qec %s /dev/null </dev/null"):format(command.quote(line_of(program))))
      local function red(text) return ("\\27[1;31m%s\\27[0m"):format(text) end
      assert.equal(plain .. ('"%s> "\n"%s> "\n"%s> "\n"other.example> "\n"other.example> "\n"%s> "\n'):format(red "eu",
         red "prod eu", "\\1\\27[1;31m\\2PROD other.example:8443\\1\\27[0m\\2", red "other.example"),
         (shown:gsub("\r\n", "\n")))
   end)
end)
