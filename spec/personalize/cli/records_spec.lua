-- Values and records for other programs.
local json = require "personalize.json"
local records = require "personalize.cli.records"

describe("a value as data", function()
   it("is its text, and nothing where there is none", function()
      for _, case in ipairs { { nil, "" }, { json.null, "" }, { true, "true" }, { false, "false" }, { "x", "x" },
         { 12, "12" }, { 3.0, "3" }, { 1.5, "1.5" }, { json.decode "12345678901234567890", "12345678901234567890" },
         { json.decode '{"b": 1, "a": [2]}', '{"a":[2],"b":1}' }, { { print }, "" } } do
         assert.equal(case[2], records.data(case[1]))
      end
      assert.equal("false", records.data(nil, false))
      assert.equal("false", records.data(json.null, false))
      assert.equal("true", records.data(true, false))
   end)
end)

describe("records", function()
   local columns = { { name = "a" }, { name = "b", default = false } }

   local function of(kind, items, is_terminal)
      return records.of(kind, columns, items, function(item, column) return item[column.name] end, is_terminal)
   end

   it("of CSV quote what needs it", function()
      assert.equal("a,b\r\n", of("csv", {}))
      assert.equal('a,b\r\nx,false\r\n"x,","""y"""\r\n" x","x "\r\n"a\rb","a\nb"\r\na b,=1+1\r\n', of("csv", {
         { a = "x" }, { a = "x,", b = '"y"' }, { a = " x", b = "x " }, { a = "a\rb", b = "a\nb" },
         { a = "a b", b = "=1+1" } }))
   end)

   it("of tabs escape tabs, line breaks and backslashes", function()
      assert.equal("a\tb\na\\tb\\\\\t\\r\\n \"\n", of("tsv", { { a = "a\tb\\", b = '\r\n "' } }))
   end)

   it("of names have no titles, and escape line breaks alone", function()
      assert.equal("", of("names", {}))
      assert.equal("a\tb\\\\n\t\\r\n", of("names", { { a = "a\tb\\\n", b = "\r" } }))
   end)

   it("for a terminal are lines that it shows", function()
      assert.equal('a,b\n"x\\n\\027[2J",1\n', of("csv", { { a = "x\n\27[2J", b = 1 } }, true))
      assert.equal("a\tb\nx\\n\t1\n", of("tsv", { { a = "x\n", b = 1 } }, true))
   end)
end)
