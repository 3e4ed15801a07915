-- A plan as Markdown, for a pull request.
local command = require "spec.support.command"
local dkjson = require "dkjson"
local folder = require "spec.support.folder"
local personalize = require "personalize"
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
