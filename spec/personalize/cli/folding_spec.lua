-- Lines of the prompt's help, folded to a terminal.
local folding = require "personalize.cli.folding"

describe("folding", function()
   it("breaks between words, and goes on below what was explained", function()
      assert.equal([[
  connections.get   Retrieves a connection,
                    wherever it is.
short]], folding.fold("  connections.get   Retrieves a connection, wherever it is.\nshort", 44))
   end)

   it("goes on a little deeper below the beginning of an entry, and else as deep", function()
      assert.equal("  ref (string)  a reference or a\n    connection of the tenant",
         folding.fold("  ref (string)  a reference or a connection of the tenant", 34))
      assert.equal("one two three four five six seven\neight",
         folding.fold("one two three four five six seven eight", 34))
   end)

   it("leaves a word whole that is longer than a line", function()
      local long = ("x"):rep(50)
      assert.equal(long .. "\ny", folding.fold(long .. " y", 40))
      assert.equal("a\n" .. long, folding.fold("a " .. long, 40))
   end)

   it("leaves code as it is, until an empty line", function()
      local code = "Example:\n  print(connections.list { limit = 10 }, 'and more')"
      assert.equal(code .. "\n\nas long as this is, it is folded\ntoo yes",
         folding.fold(code .. "\n\nas long as this is, it is folded too yes", 33))
   end)

   it("does nothing where the width is not known", function()
      local line = ("word "):rep(100)
      assert.equal(line, folding.fold(line, 0))
   end)
end)
