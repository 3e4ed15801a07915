-- Texts that are replaced in definitions, and old ones that are left.
local folder = require "personalize.sync.folder"
local json = require "personalize.json"
local replacement = require "personalize.sync.values.replacement"

-- What a definition becomes, whether it was changed, and the old texts that are left: path -> text.
local function replaced(replace, given, patch, content)
   local is_changed, left = replacement.new(replace).definition(folder.entry("f", given, true, content), patch)
   local of = {}
   for _, each in ipairs(left) do of[each.path] = each.needle end
   return given, is_changed, of
end

-- What one text becomes, and the old text that is left in it.
local function text(replace, value)
   local given, is_changed, left = replaced(replace, { description = value })
   assert.equal(given.description ~= value, is_changed)
   return given.description, left.description
end

describe("replacing a text", function()
   it("takes the first place and there the longest text, and does not search what it put in", function()
      assert.equal("xyx", text({ a = "x", b = "y" }, "aba"))
      assert.equal("x1yx1", text({ a = "x", ab = "x1", b = "y" }, "abbab"))
      assert.equal("ba", text({ a = "b", b = "a" }, "ab"))
      assert.equal("-x--x", text({ a = "x" }, "-a--a"))
      assert.equal("x", text({ aa = "x", aab = "y" }, "aa"))
      assert.equal("bc ", text({ ["ab"] = "bc", ["c "] = "d" }, "ab "))
      assert.equal("x.y", text({ ["."] = "x.y" }, "."))
   end)

   it("leaves one as it is that has none, or that is replaced by itself", function()
      assert.same({ "abc" }, { text({ x = "y" }, "abc") })
      assert.same({ "abc" }, { text({ b = "b" }, "abc") })
      assert.same({ "" }, { text({ x = "y" }, "") })
   end)

   it("may take all of it, and does not join what it leaves to another old text", function()
      assert.same({ "" }, { text({ ab = "" }, "abab") })
      assert.same({ "host" }, { text({ x = "", host = "other" }, "hoxst") })
   end)
end)

describe("an old text that is left", function()
   it("is told of by its host, whatever its case, else as it is", function()
      for from, told in pairs {
         ["https://user:pw@A.Example/v1"] = "a.example", ["https://A.example:80/v1"] = "a.example",
         ["svn+ssh://a.example"] = "a.example", ["A.example"] = "a.example", ["a.example/v1"] = "a.example",
         ["a.example:80"] = "a.example", ["a.example?x"] = "a.example", ["a.example#x"] = "a.example",
      } do
         assert.same({ "see A.EXAMPLE or so", told }, { text({ [from] = "new" }, "see A.EXAMPLE or so") }, from)
      end
      for _, from in ipairs { "First", "a.example b", "https://" } do
         assert.same({ from:upper() }, { text({ [from] = "new" }, from:upper()) }, from)
      end
   end)

   it("is the longest one, or the first of the alphabet", function()
      local replace = { ["https://ab.example/x"] = "1", ["https://cd.example/x"] = "2", ["https://a.example/x"] = "3" }
      local function left(value) return select(2, text(replace, value)) end
      assert.equal("ab.example", left "a.example cd.example ab.example")
      assert.equal("cd.example", left "a.example cd.example")
      assert.equal("a.example", left "a.example")
      assert.is_nil(left "b.example")
   end)

   it("is looked for in what was not replaced alone", function()
      assert.same({ "https://b.a.example/v1" }, { text({ ["a.example"] = "b.a.example" }, "https://a.example/v1") })
      assert.same({ "new a.example", "a.example" },
         { text({ ["https://a.example"] = "new" }, "https://a.example a.example") })
      assert.same({ "a.example new", "a.example" },
         { text({ ["https://a.example"] = "new" }, "a.example https://a.example") })
   end)
end)

describe("a definition", function()
   it("is changed at any depth, but for its own name, its references and the names of its members", function()
      local given, is_changed, left = replaced({ old = "new" }, { name = "old", customHeaders = { { name = "old",
         value = { ["$env"] = "old" } }, { name = "X", value = "old" } }, deep = { { { "old" } }, old = { "x" } } })
      assert.same({ name = "old", customHeaders = { { name = "new", value = { ["$env"] = "old" } },
         { name = "X", value = "new" } }, deep = { { { "new" } }, old = { "x" } } }, given)
      assert.same({ true, { name = "old", ["deep.old"] = "old" } }, { is_changed, left })
   end)

   it("has each place where an old text is left, by path", function()
      local replace = replacement.new { ["https://old.example/x"] = "new" }
      local is_changed, left = replace.definition(folder.entry("f", { name = "A", description = "old.example",
         request = { connectionUrl = "https://old.example/" }, customHeaders = { { value = "x" },
            { value = "old.example" } }, zebra = { { ["old.example"] = 1 } } }, true))
      local paths = {}
      for index, each in ipairs(left) do paths[index] = each.path end
      assert.same({ false, { "customHeaders[2].value", "description", "request.connectionUrl",
         "zebra[1].old.example" } }, { is_changed, paths })
   end)

   it("tells which texts occurred in none", function()
      local replace = replacement.new { c = "x", a = "y", b = "z", d = "d" }
      assert.same({ "a", "b", "c", "d" }, replace.unused())
      for _, value in ipairs { "b", "xx", "d" } do
         replace.definition(folder.entry("f", { description = value }, true))
      end
      assert.same({ "a", "c" }, replace.unused())
   end)

   it("with the same text as one before it is changed like that one", function()
      local replace = replacement.new { old = "new" }
      for _, value in ipairs { "old", "x", "old", "x" } do
         local given = { description = value }
         assert.equal(value == "old", (replace.definition(folder.entry("f", given, true))))
         assert.equal(value == "old" and "new" or "x", given.description)
      end
   end)
end)

describe("a file's text", function()
   local function description(replace, value, content)
      local given, is_changed, left = replaced(replace, { description = value }, nil, content)
      return given.description, is_changed, left.description
   end

   it("that has no old text is enough to leave its definition alone", function()
      assert.same({ "old", false }, { description({ old = "new" }, "old", '{"description": "x"}') })
      assert.same({ "new", true }, { description({ old = "new" }, "old", '{"description": "old"}') })
      assert.same({ "OLD.example", false, "old.example" },
         { description({ ["https://old.example"] = "new" }, "OLD.example", '{"description": "OLD.example"}') })
   end)

   it("may have it in another form than the definition", function()
      assert.same({ "new", true }, { description({ old = "new" }, "old", '{"description": "\\u006fld"}') })
      for _, from in ipairs { 'a"b', "a\\b", "a/b", "a\nb" } do
         assert.same({ "new", true }, { description({ [from] = "new" }, from, '{"description": "another form"}') })
      end
   end)
end)

describe("a patch", function()
   it("is merged after the replacement, and is not replaced itself", function()
      local given, is_changed, left = replaced({ old = "new" }, { description = "old", icon = "old" },
         { description = "of old", zebra = { ["$env"] = "old" } })
      assert.same({ description = "of old", icon = "new", zebra = { ["$env"] = "old" } }, given)
      assert.same({ true, { description = "old" } }, { is_changed, left })
      assert.is_true(select(2, replaced({}, { icon = "x" }, { icon = "x" })))
   end)

   it("replaces all of auth where its type is another", function()
      local function auth_of(given, patch) return (replaced({}, { auth = given }, { auth = patch })).auth end
      local before = { authType = "OAUTH", clientId = "id" }
      assert.same({ authType = "NONE" }, auth_of(before, { authType = "NONE" }))
      assert.same({ authType = "oauth", clientId = "id", x = 1 },
         auth_of({ authType = "OAUTH", clientId = "id" }, { authType = "oauth", x = 1 }))
      assert.same({ authType = "OAUTH", clientId = "other" },
         auth_of({ authType = "OAUTH", clientId = "id" }, { clientId = "other" }))
      assert.same({ authType = "NONE", clientId = "id" }, auth_of({ clientId = "id" }, { authType = "NONE" }))
      local patch = { authType = "NONE" }
      assert.is_false(rawequal(patch, auth_of({ authType = "OAUTH" }, patch)))
   end)

   it("ends what is left where it puts another text, and adds what it has itself; each place is told once", function()
      local replace = replacement.new { ["https://old.example/x"] = "new" }
      local is_changed, left = replace.definition(folder.entry("f", { description = "old.example", icon = "old.example",
         exampleValue = "old.example", zebra = { ["old.example"] = 1, x = "old.example" } }, true),
         { description = "y", icon = "OLD.example", zebra = { x = json.null },
            deep = { { z = "old.example" }, { ["$env"] = "old.example" } } })
      local found = {}
      for index, each in ipairs(left) do found[index] = each.path .. " " .. each.needle end
      assert.same({ "deep[1].z old.example", "exampleValue old.example", "icon old.example",
         "zebra.old.example old.example" }, found)
      assert.is_true(is_changed)
   end)
end)
