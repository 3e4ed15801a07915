-- The reference as pages of Markdown: what a page has, and where its names lead.
local pages = require "doc.reference.pages"

local module = {
   name = "personalize.things", kind = "module", about = "Things, and a @{personalize.thing}.\n\nMore of <them>.",
   usage = {}, items = {
      { kind = "function", class = "personalize.things", name = "get", about = "Retrieves `{{x}}` or {{y}}.",
         api = "`GET /things/<ref>`", usage = { "\nprint(things.get \"x\")\n" }, fails = "of kind `not_found`",
         returns = { { type = "personalize.thing", about = "thing" } },
         params = { { name = "ref", type = "string|personalize.thing", about = "a|b" },
            { name = "opts", type = "personalize.things.get", is_optional = true, about = "and",
               fields = { { name = "limit", type = "integer", default = "10", about = "at most" } } } } },
      { kind = "table", class = "personalize.things", name = "get", about = "Options.",
         fields = { { name = "timeout", type = "number", is_optional = true, about = "seconds" } } },
      { kind = "table", class = "personalize.things", name = "kind", about = "Kinds.",
         fields = { { name = "one", about = "the first" } } },
   },
}
local thing = {
   name = "personalize.thing", kind = "classmod", about = "A thing.", extends = "{personalize.thing,...}", usage = {},
   items = { { kind = "function", class = "personalize.thing", name = "save", is_method = true, about = "Saves.",
      params = {}, returns = {} } },
}
local failure = { name = "personalize.error", kind = "classmod", about = "An error.", usage = {}, items = {} }

describe("the reference's pages", function()
   local made, names = pages.of({ module, thing, failure },
      "# The command\n\n    @plain\n    Usage: x\n\n## x list\n\n    @plain\n    y")

   it("are one for each module, one of the command and an index", function()
      assert.same({ "personalize.things", "personalize.thing", "personalize.error" }, names)
      assert.truthy(made["index.md"]:find("| [`personalize.things`](personalize.things.md) | Things, and a", 1, true))
      assert.equal("# The command\n\n```text\nUsage: x\n```\n\n## x list\n\n```text\ny\n```\n", made["command.md"])
   end)

   it("have functions with what they take, give and do", function()
      local expected = [[
### things.get {#get}

```lua
things.get(ref, [opts])
```

Retrieves `{{x}}` or &#123;&#123;y}}.

Published as `GET /things/<ref>`.

| parameter | type | |
| --- | --- | --- |
| `ref` | `string\|`[`personalize.thing`](personalize.thing.md) | a\|b |
| `opts` ? | [`personalize.things.get`](personalize.things.md#get) | and |
| `opts.limit` | `integer` | at most (default `10`) |

- gives [`personalize.thing`](personalize.thing.md) thing
- or `nil` and an [error](personalize.error.md) of kind `not_found`

```lua
print(things.get "x")
```
]]
      assert.truthy(made["personalize.things.md"]:find(expected, 1, true), made["personalize.things.md"])
   end)

   it("have tables under anchors of their own, and methods with a colon", function()
      local page = made["personalize.things.md"]
      assert.truthy(page:find("### get {#table-get}\n\nOptions.\n", 1, true))
      assert.truthy(page:find("| `timeout` ? | `number` | seconds |", 1, true))
      assert.truthy(page:find("| value | |\n| --- | --- |\n| `one` | the first |\n", 1, true))
      page = made["personalize.thing.md"]
      assert.truthy(page:find("### thing:save {#save}", 1, true))
      assert.truthy(page:find("It is [`personalize.thing`](personalize.thing.md)`[]` too.", 1, true))
   end)

   it("lead from one to the other, and keep what looks like HTML as text", function()
      local page = made["personalize.things.md"]
      assert.truthy(page:find("a [`personalize.thing`](personalize.thing.md).", 1, true))
      assert.truthy(page:find("More of &lt;them>.", 1, true))
   end)
end)
