-- An item as lines for people: widths, depths, arrays, and what cannot be shown in full.
local display = require "personalize.display"
local json = require "personalize.json"
local raw = require "personalize.raw"

describe("display.item", function()
   local schema = { rank = { ref = 1, name = 2, b = 3 }, arrays = { list = true, inner = { list = true } },
      mask = function(item) return raw.copy(item) or item end }

   -- The lines below the title.
   local function lines(item, total)
      local title, rest = display.item("thing", item, schema, total):match "^([^\n]*)\n?(.*)$"
      assert.equal("thing (no name)", title)
      return rest
   end

   it("has the name in its title, as one line, when it is a text", function()
      assert.equal('thing "a"', display.item("thing", { name = "a" }, schema))
      assert.is_nil(display.item("thing", { name = "a\nb" }, schema):find "\n")
      assert.equal("thing (no name)\n  name  5", display.item("thing", { name = 5 }, schema))
      assert.equal("thing (no name)", display.item("thing", {}, schema))
   end)

   it("shows what the schema's mask leaves, and changes nothing", function()
      local own = { mask = function() return { name = "N", secret = "***" } end, rank = {}, arrays = {} }
      local item = { name = "N", secret = "hush" }
      assert.equal('thing "N"\n  secret  ***', display.item("thing", item, own))
      assert.same({ name = "N", secret = "hush" }, item)
   end)

   it("aligns values behind the widest name, by rank and alphabet", function()
      assert.equal("  ref     r1\n  b       true\n  a       1.5\n  longer  \"\"\n  n       null",
         lines { a = 1.5, b = true, ref = "r1", longer = "", n = json.null })
      local wide = ("n"):rep(24)
      assert.equal(("  a%s1\n  %s  2"):format((" "):rep(25), wide), lines { a = 1, [wide] = 2 })
      assert.equal(("  a%s1\n  %sn  2"):format((" "):rep(25), wide), lines { a = 1, [wide .. "n"] = 2 })
   end)

   it("shows an empty table as the schema says", function()
      assert.equal("  a      {}\n  inner\n    b     {}\n    list  []\n  list   []",
         lines { list = {}, a = json.decode "{}", inner = { list = {}, b = json.decode "{}" } })
      assert.equal("  a\n    list  {}", lines { a = { list = json.decode "{}" } })
   end)

   it("shows arrays item by item", function()
      assert.equal("  list\n    - 1\n    - text\n    - \"\"\n    - [1,2]\n    - Accept: x\n    - Empty: \"\"\n"
         .. "    - name=N value2=1\n    - b=1 a=2\n    - ref=r name=5 value=3", lines { list = json.array { 1, "text",
         "", json.array { 1, 2 }, { name = "Accept", value = "x" }, { name = "Empty", value = "" },
         { name = "N", value2 = 1, none = "" }, { a = 2, b = 1 }, { name = 5, value = 3, ref = "r" } } })
   end)

   it("unfolds objects four deep, and shows deeper ones as JSON", function()
      assert.equal('  a\n    a\n      a\n        a\n          a  {"b":1,"a":2}',
         lines { a = { a = { a = { a = { a = { a = 2, b = 1 } } } } } })
   end)

   it("stops at what contains itself, and shows what is no JSON by its type", function()
      local cyclic = { ref = "r" }
      cyclic.own = { back = cyclic }
      local own = { mask = function(item) return item end, rank = schema.rank, arrays = {} }
      local text = display.item("thing", cyclic, own)
      assert.equal("thing (no name)\n  ref  r\n  own\n    back  <contains itself>", text)
      local shared = { x = 1 }
      assert.equal("thing (no name)\n  a\n    x  1\n  b\n    x  1",
         (display.item("thing", { a = shared, b = shared }, { mask = own.mask, rank = {}, arrays = {} })))
      assert.equal("thing (no name)\n  f  <function>", display.item("thing", { f = print }, own))
   end)

   it("cuts values at 76 columns, at the width of the line, or not at all", function()
      local long = ("x"):rep(200)
      assert.equal("  a  " .. ("x"):rep(73) .. "...", lines { a = long })
      assert.equal("  a  " .. ("x"):rep(92) .. "...", lines({ a = long }, 100))
      assert.equal("  a  " .. ("x"):rep(17) .. "...", lines({ a = long }, 24))
      assert.equal("  a  " .. ("x"):rep(17) .. "...", lines({ a = long }, 5))
      assert.equal("  a  " .. long, lines({ a = long }, math.huge))
      assert.equal("  list\n    - " .. ("x"):rep(41) .. "...", lines({ list = json.array { long } }, 50))
      assert.equal('  a\n    a\n      a\n        a\n          a  {"a":"' .. ("x"):rep(28) .. "...",
         lines({ a = { a = { a = { a = { a = { a = long } } } } } }, 50))
   end)
end)
