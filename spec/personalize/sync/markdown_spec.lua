-- A plan as Markdown, for a pull request.
local command = require "spec.support.command"
local difference = require "personalize.connections.difference"
local dkjson = require "dkjson"
local folder = require "spec.support.folder"
local markdown = require "personalize.sync.markdown"
local personalize = require "personalize"
local plan_of = require "personalize.sync.plan"
local sync = require "personalize.sync"
local tenant = require "spec.support.tenant"

describe("a plan as Markdown", function()
   local made, path, environment

   before_each(function()
      made, path = tenant.start(), folder.new()
      environment = command.environment(made.emulator)
   end)

   after_each(function()
      made:stop()
      folder.remove(path)
   end)

   local function write(name, definition)
      folder.write(path, name, personalize.json.encode(definition))
   end

   local function plan(...)
      return command.run(environment, { "plan", path, "--format", "markdown", ... })
   end

   it("has counts, and a section for each connection with its details folded", function()
      made:create { description = "old", request = { requestType = "POST", connectionUrl = "https://x.example",
         requestBody = "one\ntwo\n" } }
      made:create { name = "Left" }
      write("w.json", tenant.definition { description = "new", request = { requestType = "POST",
         connectionUrl = "https://x.example", requestBody = "one\nthree\n" } })
      write("n.json", tenant.definition { name = "Fresh" })
      local out, err, code = plan()
      assert.same({ "", 2 }, { err, code })
      out = out:gsub("127.0.0.1:%d+", "HOST"):gsub("organisation %w+", "organisation KEY")
         :gsub("`%d+%-%d+%-%d+T[%d:.]+Z`", "`TIME`")
      assert.equal([[
## Plan for `http://HOST (organisation KEY)`

**1 to create, 1 to update**

In the tenant and in no file, left alone:

- `Left`

### `Fresh`

create, `n.json`

### `Weather`

update, `w.json`, from revision `1`, changed `TIME`

<details><summary>2 members differ</summary>

```diff
  description
- "old"
+ "new"
  request.requestBody
  one
- two
+ three

```

</details>
]], (out:gsub("[ \n]+```\n\n</details>", "\n\n```\n\n</details>"):gsub("\n  ?one\n", "\n  one\n")))
   end)

   it("says when there is nothing to do, and what has to be solved", function()
      write("w.json", tenant.definition())
      made:create()
      local out, _, code = plan()
      assert.equal(0, code)
      assert.matches("^## Plan for `http[^`]+`\n\n%*%*nothing to do, 1 unchanged%*%*\n$", out)
      folder.write(path, "b.json", "{")
      out, _, code = plan()
      assert.equal(1, code)
      assert.matches("\n\nProblems have to be solved before anything is sent:\n\n%- `b.json:1: invalid JSON.-`\n", out)
   end)

   it("cannot be broken by what is in it", function()
      local name = "`` @everyone <script>alert(1)</script> ## [x](http://evil.example) |\\"
      local fence = "````\n</details>\n```\n# broken\n" .. ("`"):rep(9) .. "\n<!--\n"
      made:create { name = name, description = "x\n" .. fence }
      write("w.json", tenant.definition { name = name, description = "y\n" .. fence:gsub("broken", "broken too") })
      local out = plan()
      -- everything of people's stands in code: what is left when code is taken out is ours
      local open, rest, longest = nil, {}, 0
      for line in out:gmatch "[^\n]*" do
         local ticks = line:match "^(````*)"
         if not open and ticks and line:find "^`+diff$" then
            open = ticks
         elseif open and line:find "^`+$" and #line >= #open then
            open = nil
         elseif not open then
            rest[#rest + 1] = line:gsub("```[^`].-```", ""):gsub("`[^`]+`", "")
         else
            for each in line:gmatch "`+" do longest = math.max(longest, #each) end
         end
      end
      assert.is_nil(open)
      assert.equal(9, longest)
      local left = table.concat(rest, "\n")
      for _, evil in ipairs { "everyone", "script", "evil", "broken", "<!--" } do
         assert.not_matches(evil, left, 1, true)
      end
      assert.matches("<details><summary>1 member differs</summary>\n\n+</details>", left)
   end)

   it("masks secrets", function()
      made:create { customHeaders = { { name = "X-Api-Key", value = "canary-old" } },
         request = { requestType = "GET", connectionUrl = "https://x.example/?api_key=canary-old" } }
      write("w.json", tenant.definition { customHeaders = { { name = "X-Api-Key", value = "canary-new" } },
         request = { requestType = "GET", connectionUrl = "https://y.example/?api_key=canary-new" } })
      for _, how in ipairs { {}, { "--full" } } do
         local out = plan((table.unpack or unpack)(how)) -- luacheck: ignore
         assert.not_matches("canary", out)
         assert.matches("%*%*%*", out)
      end
      local out, _, code = command.run(environment, { "plan", path, "--json" })
      assert.not_matches("canary", out)
      assert.equal(2, code)
      local differences = dkjson.decode(out).updates[1].differences
      assert.same({ "https://x.example/?api_key=***", "https://y.example/?api_key=***" },
         { differences[1].old, differences[1].new })
   end)

   it("is not longer than a comment may be", function()
      for index = 1, 300 do
         local name = ("A connection with quite a long name, number %03d"):format(index)
         write(("c%03d.json"):format(index), tenant.definition { name = name, description = ("y"):rep(200) .. index })
      end
      local it_is = assert(sync.plan(made.client, path))
      assert(it_is:apply { concurrency = 8 })
      for index = 1, 300 do
         local name = ("A connection with quite a long name, number %03d"):format(index)
         write(("c%03d.json"):format(index), tenant.definition { name = name, description = ("z"):rep(200) .. index })
      end
      local out = plan()
      assert.is_true(#out < 65536, #out)
      assert.matches("\n\nOf %d+ more connections there was no room for the details%.\n$", out)
      assert.matches("%*%*300 to update%*%*", out)
      out = plan "--full"
      assert.equal(300, select(2, out:gsub("<details>", "")))
   end)

   it("is shown of a saved plan too", function()
      made:create { description = "old" }
      write("w.json", tenant.definition { description = "new" })
      local expected = plan("--save", path .. "/.plan")
      local out, err, code = command.run(environment, { "apply", "--plan", path .. "/.plan", "--format", "markdown",
         "--dry-run" })
      assert.same({ "a dry run: nothing was sent\n", 0 }, { err, code })
      assert.equal(expected, out)
   end)

   it("and as text shows long texts whole with --full", function()
      local long = ("lorem ipsum "):rep(30)
      made:create { description = long .. "a" .. long }
      write("w.json", tenant.definition { description = long .. "b" .. long })
      local out = command.run(environment, { "plan", path })
      assert.matches('\n             description: %.%.%."[^"]+ a[^"]+"%.%.%. %-> %.%.%."[^"]+ b[^"]+"%.%.%.\n', out)
      out = command.run(environment, { "plan", path, "--full" })
      assert.matches('description: "' .. long .. "a" .. long .. '" -> "' .. long .. "b" .. long .. '"\n', out, 1, true)
   end)

   it("has colours where these are wanted, and nowhere else", function()
      made:create { description = "old\nold" }
      write("w.json", tenant.definition { description = "new\nold" })
      local out = command.run(environment, { "plan", path, "--color", "always" })
      assert.matches('\27%[33m  update   "Weather"[^\n]*\27%[0m\n', out)
      assert.matches("\27%[31m +%- old\27%[0m\n\27%[32m +%+ new\27%[0m\n", out)
      environment.NO_COLOR = "1"
      assert.matches("\27", (command.run(environment, { "plan", path, "--color", "always" })))
      assert.not_matches("\27", (command.run(environment, { "plan", path })))
      environment.TERM = "xterm"
      assert.not_matches("\27%[3", (command.in_terminal(environment, { "plan", path }, 80)))
      environment.NO_COLOR = ""
      assert.matches("\27%[33m", (command.in_terminal(environment, { "plan", path }, 80)))
      assert.not_matches("\27%[3", (command.in_terminal(environment, { "plan", path, "--color", "never" }, 80)))
   end)
end)

describe("the Markdown of a plan", function()
   local head = "## Plan for `https://a.example`\n\n**%s**"

   local function of(members, opts)
      local made = { tenant = "https://a.example" }
      for _, name in ipairs { "creates", "updates", "archives", "unchanged", "unmanaged", "uncompared", "problems",
         "warnings" } do
         made[name] = {}
      end
      for name, value in pairs(members or {}) do made[name] = value end
      return markdown.of(plan_of.new(made, {}), opts)
   end

   -- A name in it.
   local function name(value)
      return of({ unmanaged = { { name = value } } }):match "left alone:\n\n%- (.*)$"
   end

   it("is its head where there is nothing more to tell", function()
      assert.equal(head:format "nothing to do", of())
      assert.equal(head:format "nothing to do", of({}, {}))
   end)

   it("has names as code that nothing in them can end", function()
      for given, code in pairs { a = "`a`", [""] = "` `", ["`"] = "`` ` ``", ["a`"] = "`` a` ``", ["`a"] = "`` `a ``",
         ["a`b"] = "``a`b``", ["a``b`"] = "``` a``b` ```", [" a "] = "`  a  `", [" a"] = "` a`", ["a "] = "`a `",
         ["a\nb"] = "`a\\nb`" } do
         assert.equal(code, name(given))
      end
   end)

   it("lists what is not sent, fifty of each at most", function()
      local names, lines = {}, {}
      for index = 1, 52 do names[index], lines[index] = "C" .. index, ("- `C%d`"):format(index) end
      assert.equal(head:format "nothing to do" .. "\n\nWarnings:\n\n- `a: icon: is odd`\n\n"
         .. "In the tenant and in no file, left alone:\n\n- `A`\n\n"
         .. "Secrets cannot be compared, so these may differ in them:\n\n" .. table.concat(lines, "\n", 1, 50)
         .. "\n- and 2 more", of { warnings = { { file = "a", path = "icon", message = "is odd" } },
            unmanaged = { { name = "A" } }, uncompared = names })
      names[52], names[51] = nil, nil
      assert.matches("\n%- `C50`$", of { uncompared = names })
   end)

   it("has a section for each item", function()
      local function item(members)
         members.name = "A"
         return members
      end
      local differences = difference.loaded { { path = "icon", old = "x", new = "```" } }
      local text = of { creates = { item { file = "A" }, item { file = "a.json" } },
         updates = { item { file = "A", revision = 3, modifiedAt = "now", differences = differences },
            item { file = "a.json", rename = { from = "B", to = "A" }, force_secrets = true,
               differences = difference.loaded {} } },
         archives = { item { revision = 4 } } }
      assert.equal(table.concat({ head:format "2 to create, 1 to update, 1 to rename, 1 to archive",
         "### `A`", "create", "### `A`", "create, `a.json`", "### `A`", "update, from revision `3`, changed `now`",
         "<details><summary>1 member differs</summary>", '````diff\n  icon\n- "x"\n+ "```"\n````', "</details>",
         "### `A`", "rename from `B`, `a.json`", "Its secrets, which cannot be compared, are sent.", "### `A`",
         "archive, from revision `4`" }, "\n\n"), text)
   end)

   describe("has room for 60,000 bytes", function()
      local function update(file)
         return { name = "A", file = file, differences = difference.loaded { { path = "icon", old = "x", new = "y" } } }
      end

      -- The bytes of the head and of sections, as they are counted.
      local head_of_one, head_of_two = #of():gsub("nothing to do", "1 to update"), #of():gsub("nothing to do",
         "2 to update")
      local whole = #of { updates = { update "f" } } - head_of_one - 2 - 1
      local without_details = whole - #of { updates = { update "f" } }:match "\n\n<details>.*$"

      local function shown(members, opts)
         local text = of(members, opts)
         return { select(2, text:gsub("<details>", "")), select(2, text:gsub("###", "")),
            text:match "Of %d+ more connections there was no room for the details%.$" }
      end

      local function one(size, opts) return shown({ updates = { update(("f"):rep(size - head_of_one)) } }, opts) end

      it("with the details of an item, then without them, then for none of it", function()
         local none = "Of 1 more connections there was no room for the details."
         assert.same({ 1, 1 }, one(60000 - whole))
         assert.same({ 0, 1, none }, one(60001 - whole))
         assert.same({ 0, 1, none }, one(60000 - without_details))
         assert.same({ 0, 0, none }, one(60001 - without_details))
         assert.same({ 1, 1 }, one(70000, { full = true }))
      end)

      it("in all", function()
         local function two(rest)
            return shown { updates = { update(("f"):rep(30000)), update(("f"):rep(60000 - head_of_two - 30000
               - 2 * whole - 2 + rest)) } }
         end
         assert.same({ 2, 2 }, two(0))
         assert.same({ 1, 2, "Of 1 more connections there was no room for the details." }, two(1))
         local large = ("f"):rep(60000)
         assert.same({ 1, 1, "Of 2 more connections there was no room for the details." },
            shown { updates = { update(large), update(large), update "f" } })
      end)
   end)
end)
