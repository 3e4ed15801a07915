-- Wrong usage: what the command says of it, in words and in JSON.
local command = require "spec.support.command"
local dkjson = require "dkjson"
local main = require "personalize.cli.main"

describe("wrong usage of the command", function()
   -- What it says; nothing of a tenant is needed for that.
   local function say(...)
      local said = { out = "", err = "" }
      local function stream(name)
         return {
            write = function(self, ...)
               said[name] = said[name] .. table.concat { ... }
               return self
            end,
            flush = function() return true end,
         }
      end
      local code = main.run({ ... }, { out = stream "out", err = stream "err" })
      return said.out, said.err, code
   end

   local function assert_hint(hint, ...)
      local out, err, code = say(...)
      assert.same({ "", 64 }, { out, code })
      assert.equal(hint, err:match "^[^\n]*\n([^\n]*)", table.concat({ ... }, " "))
   end

   it("has hints for the words of other programs", function()
      for word, meant in pairs { ls = "list", show = "get", cat = "get", add = "create", new = "create", set = "patch",
         put = "update", unarchive = "restore", run = "test", pull = "export", push = "apply", copy = "promote",
         api = "request", login = "doctor", shell = "repl", serve = "emulator", LS = "list" } do
         assert_hint(("That is `personalize %s` here."):format(meant), word)
      end
      for _, word in ipairs { "delete", "rm", "remove", "destroy" } do
         assert_hint("There is no delete: `personalize archive NAME` retires a connection, `personalize restore NAME` "
            .. "takes it back.", word, "Weather")
      end
      assert_hint("A name is a member: personalize patch NAME '{\"name\": \"NEW NAME\"}'.", "rename", "A", "B")
      assert_hint("Did you mean 'list'?", "lsit")
      assert_hint("`personalize --help` lists the commands.", "frobnicate")
   end)

   it("says where an option belongs", function()
      assert_hint("Options follow the command: personalize list --prefix", "--prefix", "A", "list")
   end)

   it("says which command has an option, and what it is called here", function()
      assert_hint("Options follow the command: personalize list --select", "--select", "a", "list")
      assert_hint("It is an option of plan, apply, promote.", "list", "--save", "x")
      assert_hint("Did you mean --dry-run?", "patch", "A", "{}", "-n")
      assert_hint("Did you mean --output?", "list", "-o", "csv")
      assert_hint("Did you mean '--columns'?", "list", "--column", "name")
      assert_hint("A name with spaces stands in quotes: personalize get 'Weather Data System'", "get", "Weather",
         "Data")
      assert_hint("Names are chosen by --select: personalize list --select 'Weather*'", "list", "Weather")
      assert_hint("Usage: personalize doctor [-h] [--json] [--profile <name>] [--prefix <prefix>]", "doctor", "x")
   end)

   it("is one JSON document with --json", function()
      for _, arguments in ipairs { { "lst", "--json" }, { "--json", "list" }, { "get", "--json" },
         { "test", "--json" }, { "apply", "--json" }, { "promote", "--json" }, { "list", "--json", "--timeout", "no" },
         { "list", "--json", "--output", "csv" }, { "edit", "A", "--json" }, { "request", "x", "--json" },
         { "emulator", "--port", "-1", "--json" } } do
         local shown = table.concat(arguments, " ")
         local out, err, code = say((table.unpack or unpack)(arguments)) -- luacheck: ignore
         assert.same({ "", 64 }, { err, code }, shown)
         local value, place = dkjson.decode(out)
         assert.is_table(value, shown)
         assert.equal("\n", out:sub(place), shown)
         assert.equal("usage", value.error.kind, shown)
         assert.is_string(value.error.message, shown)
      end
      assert.equal("unknown command 'lst'\nDid you mean 'list'?", dkjson.decode((say("lst", "--json"))).error.message)
      -- what follows -- is no option
      assert.equal("", (say("get", "a", "b", "--", "--json")))
   end)

   it("help tells of a command", function()
      local environment = {}
      local out, err, code = command.run(environment, { "help", "archive" })
      assert.same({ "", 0 }, { err, code })
      assert.matches("^Usage: personalize archive ", out)
      assert.equal(out, (command.run(environment, { "archive", "--help" })))
      assert.matches("\n   archive +Retire a connection", (command.run(environment, { "help" })))
      out, err, code = command.run(environment, { "help", "ls" })
      assert.same({ "", 64 }, { out, code })
      assert.matches("unknown command 'ls'\nThat is `personalize list` here%.", err)
   end)
end)
