-- The suggestions below a usage error. `usage_spec.lua` has them at the command.
local argparse = require "argparse"
local hints = require "personalize.cli.hints"
local main = require "personalize.cli.main"

describe("a hint", function()
   local root = main.parser(argparse)

   -- What stands below a message of the parser; nil if nothing is added.
   local function hint_of(command, message, ...)
      local said = hints.add(root, command, message, { ... })
      assert.equal(message, said:sub(1, #message))
      return said:match "\n(.*)$"
   end

   it("tells the command of a word, in any case", function()
      assert.equal("That is `personalize list` here.", hint_of(nil, "unknown command 'LS'"))
      assert.equal("That is `personalize completion` here.", hint_of(nil, "unknown command 'completions'"))
      assert.equal("That is `personalize --version` here.", hint_of(nil, "unknown command 'Version'"))
      assert.equal("personalize list --filter url~example.com.", hint_of(nil, "unknown command 'grep'"))
      assert.equal("`personalize --help` lists the commands.", hint_of(nil, "unknown command 'frobnicate'"))
      -- the command `help` has no suggestions of its own
      assert.equal("Did you mean 'list'?", hint_of("help", "unknown command 'lst'"))
      assert.equal("Did you mean 'completion'?", hint_of("help", "unknown command 'compleation'"))
      -- the parser's own suggestion stays where there is no other, and is replaced where there is
      local answered = "unknown command 'lsit'\nDid you mean 'list'?"
      assert.equal(answered, hints.add(root, nil, answered, {}))
      assert.equal("unknown command 'cat'\nThat is `personalize get` here.",
         hints.add(root, nil, "unknown command 'cat'\nDid you mean 'test'?", {}))
      -- a parser that has only some of the commands
      local small = argparse "small"
      small:command "get"
      assert.equal("unknown command 'ls'\n`personalize --help` lists the commands.",
         hints.add(small, nil, "unknown command 'ls'", {}))
   end)

   it("tells where an option belongs", function()
      assert.equal("Options follow the command: personalize list --prefix",
         hint_of(nil, "unknown option '--prefix'", "--prefix", "A", "list"))
      assert.equal("Options follow the command: personalize COMMAND --prefix",
         hint_of(nil, "unknown option '--prefix'", "--prefix", "A", "b"))
      assert.is_nil(hint_of(nil, "unknown option '--nobody'", "list"))
      assert.is_nil(hint_of("list", "unknown option '--nobody'", "list"))
      assert.equal("It is an option of list, get, request.", hint_of("plan", "unknown option '--mask'"))
      assert.equal("It is an option of other commands, such as list.", hint_of("doctor", "unknown option '--select'"))
      -- four are named
      local four = argparse "four"
      for _, name in ipairs { "a", "b", "c", "d" } do four:command(name):option "--own" end
      four:command "e"
      assert.equal("unknown option '--own'\nIt is an option of a, b, c, d.",
         hints.add(four, "e", "unknown option '--own'", {}))
   end)

   it("tells what an option is called here, for commands that have it", function()
      assert.equal("Did you mean --output?", hint_of("list", "unknown option '-o'"))
      assert.equal("Did you mean --sort?", hint_of("list", "unknown option '--order'"))
      assert.is_nil(hint_of("get", "unknown option '--order'"))
      assert.equal("unknown option '-q'", hints.add(root, "get", "unknown option '-q'\nDid you mean '-h'?", {}))
      assert.equal("unknown option '--qui'\nDid you mean '--quiet'?",
         hints.add(root, "get", "unknown option '--qui'\nDid you mean '--quiet'?", {}))
   end)

   it("tells of values that begin with a hyphen, of a missing path, and of names with spaces", function()
      assert.equal("A value that begins with - follows its option and =, as in --timeout=-1.",
         hint_of("list", "unknown option '-1'"))
      assert.equal("A path is needed, such as: personalize request /v2/connections",
         hint_of("request", "missing argument 'method'"))
      assert.is_nil(hint_of("get", "missing argument 'name'"))
      assert.is_nil(hint_of("request", "too many arguments"))
      assert.equal("Names are chosen by --select: personalize list --select 'Weather*'",
         hint_of("list", "too many arguments"))
      local quotes = "A name with spaces stands in quotes: personalize get 'Weather Data System'"
      for _, command in ipairs { "get", "update", "patch", "edit", "archive", "restore", "test", "diff" } do
         assert.equal(quotes, hint_of(command, "too many arguments"))
      end
      assert.is_nil(hint_of("doctor", "too many arguments"))
      assert.is_nil(hint_of("list", "something else"))
   end)
end)
