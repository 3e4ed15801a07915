-- The reader of documents notices what it has to notice.
local markdown = require "spec.support.documents.markdown"
local quoted = require "spec.support.documents.quoted"
local reading = require "spec.support.documents.reading"

local function document(text)
   local path = os.tmpname()
   local file = assert(io.open(path, "w"))
   file:write((text:gsub("'''", "```")))
   file:close()
   finally(function() os.remove(path) end)
   return path
end

describe("quoted output", function()
   it("is compared but for what no document can know", function()
      assert.is_true(quoted.matches("a  b\n", "a\tb"))
      assert.is_true(quoted.matches("a ... c\n...\nz", "a b c\nd\n\ne\nz\n"))
      assert.is_true(quoted.matches("at 127.0.0.1:8080", "at 127.0.0.1:34567"))
      assert.is_true(quoted.matches("ref 11111111-2222-3333-4444-555555555555 of 2025-01-01T00:00:00.000Z",
         "ref 47c20b31-b5d8-492f-94e5-064958716c21 of 2026-11-22T05:33:40.308Z"))
      for expected, text in pairs { ["a"] = "a\nb", ["a\nb"] = "a", ["a.c"] = "abc", ["1"] = "2", [""] = "x",
         ["a\n...\nb"] = "a\nc" } do
         assert.is_false(quoted.matches(expected, text), expected)
      end
   end)

   it("stands in comments", function()
      assert.equal("1  2\n3", quoted.of_comments "print(1, 2)  --> 1  2\nprint(3)\n--> 3\n")
      assert.is_nil(quoted.of_comments "print(1) -- 1\n")
   end)
end)

describe("a document", function()
   it("is read into its blocks", function()
      local blocks = markdown.blocks(document [[
text
'''lua
print(1)
'''

'''text
1
'''

<!-- not run: why not -->
'''sh
false
'''
]])
      assert.equal(2, #blocks)
      assert.same({ "lua", 2, "print(1)\n", "1\n" },
         { blocks[1].language, blocks[1].line, blocks[1].text, blocks[1].output })
      assert.same({ "sh", "why not" }, { blocks[2].language, blocks[2].not_run })
   end)

   it("has links that lead somewhere, or not", function()
      assert.same({ "none.md", "#nothing" }, markdown.broken_links(document [[
# A heading, with: marks
[a](none.md) [b](#nothing) [c](#a-heading-with-marks) [d](https://example.com/none)
]]))
   end)

   it("is run from top to bottom: blocks share locals, and one that requires the library sees none", function()
      local results = reading.read(markdown.blocks(document [[
'''lua
local a, b = 1, 2
local function f() return 3 end
'''
'''lua
print(a, b, f())
'''
'''sh
export EXPORTED=4
'''
'''console
$ echo $EXPORTED; false
'''
'''lua
local personalize = require "personalize"
print(a, #personalize.connections.list())
'''
'''lua
error "on purpose"
'''
'''lua
print "never"
'''
]]))
      assert.equal("1\t2\t3\n", results[2].output)
      assert.equal("$ echo $EXPORTED; false\n4\n", results[4].output)
      assert.equal("nil\t3\n", results[5].output)
      assert.matches(":19: on purpose", results[6].reason)
      assert.equal("a block before it failed", results[7].reason)
   end)

   it("fails where a command of the shell fails", function()
      local results = reading.read(markdown.blocks(document "'''sh\nfalse | cat\ntrue\n'''\n"))
      assert.matches("a command of the block failed", results[1].reason)
   end)
end)
