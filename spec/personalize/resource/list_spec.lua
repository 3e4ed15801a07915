-- A list of items: its table, its cells, and the members that came beside the items.
local json = require "personalize.json"
local list = require "personalize.resource.list"

describe("a list", function()
   local kind = { name = "things", one = "thing", many = "things", columns = {
      { "NAME", 40, "name", elastic = 10 }, list.revision, list.modified, list.archived,
      { "URL", 100, "request.connectionUrl" },
   } }

   local function item(members)
      local made = { name = "It", revision = 3, modifiedAt = "2025-07-02T14:04:58.347Z", archived = true,
         request = { connectionUrl = "https://a.example" } }
      for name, value in pairs(members or {}) do made[name] = value end
      return made
   end

   it("prints as a table, and counts", function()
      assert.equal(table.concat({ "NAME  REV  MODIFIED          ARCHIVED  URL",
         "It    3    2025-07-02 14:04  yes       https://a.example",
         "-     -    -                 no        -", "2 things" }, "\n"),
         tostring(list.new(kind, { item(), { archived = "yes" } }, {})))
      assert.matches("\n1 thing$", tostring(list.new(kind, { item() }, {})))
      assert.equal("no things", tostring(list.new(kind, {}, {})))
   end)

   it("has lines of 120 columns at most", function()
      local text = tostring(list.new(kind, { item { name = ("n"):rep(40),
         request = { connectionUrl = ("u"):rep(60) } } }, {}))
      local widest = 0
      for line in text:gmatch "[^\n]+" do widest = math.max(widest, #line) end
      assert.equal(120, widest)
   end)

   it("has the members beside the items, and is an array all the same", function()
      local items = { item() }
      local made = list.new(kind, items, { href = "https://a.example/list", items = "x", [1] = "y", total = 5 })
      assert.is_true(made == items)
      assert.same({ "https://a.example/list", 5, nil, nil }, { made.href, made.total, made.items, made[2] })
      assert.equal(1, #made)
      assert.equal("personalize.things.list", getmetatable(made).__name)
      assert.equal("[]", json.encode(list.new(kind, {}, {})))
   end)

   it("shows numbers exactly, and whole ones without a point", function()
      for text, value in pairs { ["3"] = 3.0, ["4"] = 4, ["0.1"] = 0.1, ["-2"] = -2.0,
         ["9007199254740992"] = 2.0 ^ 53, ["12345678901234567890123"] = json.decode "12345678901234567890123" } do
         assert.equal(text, list.number(value))
      end
      assert.equal(json.encode(2.0 ^ 53 + 2), list.number(2.0 ^ 53 + 2))
      assert.equal(json.encode(2.0 ^ 60), list.number(2.0 ^ 60))
      assert.equal(tostring(math.huge), list.number(math.huge))
   end)

   it("shows texts with secrets masked, and nothing for other values", function()
      for expected, value in pairs { ["password=***"] = "password=hush-hush-hush", It = "It", ["7"] = 7,
         ["1e400"] = json.decode "1e400" } do
         assert.equal(expected, list.show(value))
      end
      for _, value in ipairs { json.null, true, {} } do assert.equal("-", list.show(value)) end
      assert.equal("-", list.show(nil))
   end)

   it("shows the start of times, and whether something is true", function()
      assert.same({ "2025-07-02 14:04", "-", "-" }, { (list.time "2025-07-02T14:04:58Z"), (list.time(5)),
         (list.time(nil)) })
      assert.same({ "yes", "no", "no", "no" }, { list.yes_or_no(true), list.yes_or_no(false), list.yes_or_no "true",
         list.yes_or_no(nil) })
   end)

   it("reads values at a path, in an object or in an array of one", function()
      local own = { a = 1, b = { c = 2 }, d = json.array { { c = 3 } } }
      assert.same({ 1, 2, 3, nil, nil }, { list.value_at(own, "a"), list.value_at(own, "b.c"),
         list.value_at(own, "d.c"), list.value_at(own, "x.c"), list.value_at(own, "b.x") })
   end)
end)
