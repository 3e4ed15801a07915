-- How a difference is shown: of long texts the part that differs, of bodies the lines.
local difference = require "personalize.connections.difference"
local lines = require "personalize.connections.difference_lines"
local personalize = require "personalize"

-- The lines of one difference as a text.
local function show(old, new, full)
   return table.concat(lines.of("p", old, new, { full = full }), "\n")
end

describe("a difference", function()
   it("of short values stands on one line", function()
      assert.equal('p: "a" -> "b"', show("a", "b"))
      assert.equal("p: 1 -> true", show(1, true))
      assert.equal('p: (absent) -> ""', show(nil, ""))
      assert.equal('p: null -> []', show(personalize.null, personalize.array {}))
      assert.equal('p: "***" -> "***" (changed)', show("***", "***"))
   end)

   it("of long texts shows the part that differs", function()
      local long = ("lorem ipsum "):rep(20)
      assert.equal('p: ..."rem ipsum lorem one lorem ipsum lo"... -> ..."rem ipsum lorem three lorem ipsum lo"...',
         show(long .. "lorem one " .. long, long .. "lorem three " .. long))
      assert.equal('p: "a lorem ipsum lor"... -> "b lorem ipsum lor"...', show("a " .. long, "b " .. long))
      assert.equal('p: ..."rem ipsum lorem " -> ..."rem ipsum lorem end"', show(long .. "lorem ", long .. "lorem end"))
      local url = "https://staging.example.com/" .. ("path/"):rep(20)
      assert.equal('p: "https://staging.example.com/pat"... -> "https://api.example.com/pat"...',
         show(url, (url:gsub("staging", "api"))))
   end)

   it("never cuts a character", function()
      local long = ("天気"):rep(60)
      local shown = show(long .. "é" .. long, long .. "è" .. long)
      assert.matches('"[^"]*é[^"]*"%.%.%. %-> %.%.%."[^"]*è', shown)
      assert.is_truthy(personalize.json.encode(shown))
      assert.not_matches("?", shown, 1, true)
   end)

   it("of values that differ as a whole is cut, and whole with full", function()
      local long = ("x"):rep(500)
      local shown = show(nil, long)
      assert.is_true(#shown < 120)
      assert.matches("%.%.%.$", shown)
      assert.equal('p: (absent) -> "' .. long .. '"', show(nil, long, true))
      assert.is_true(#show(("a"):rep(5000), ("b"):rep(5000)) < 400)
      local old, new = ("a"):rep(500), ("b"):rep(500)
      assert.equal(('p: "%s" -> "%s"'):format(old, new), show(old, new, true))
   end)

   it("of bodies is shown line by line", function()
      local old, new = {}, {}
      for index = 1, 30 do old[index], new[index] = "line " .. index, "line " .. index end
      new[10] = "line ten"
      table.insert(new, 20, "added")
      local shown = show(table.concat(old, "\n"), table.concat(new, "\n"))
      assert.equal(table.concat({ "p:", "      ...", "      line 9", "    - line 10", "    + line ten", "      line 11",
         "      ...", "      line 19", "    + added", "      line 20", "      ..." }, "\n"), shown)
      assert.equal(33, select(2, show(table.concat(old, "\n"), table.concat(new, "\n"), true):gsub("\n", "")) + 1)
   end)

   it("of JSON on one line is laid out", function()
      local function body(value) return ('{"a":{"b":"%s"},"long":"%s"}'):format(value, ("x"):rep(80)) end
      assert.equal(table.concat({ "p:", "      ...", '        "a": {', '    -     "b": "one"', '    +     "b": "two"',
         "        },", "      ..." }, "\n"), show(body "one", body "two"))
      -- layout alone differs
      local same = body "one"
      assert.matches("^p: ", show(same, (same:gsub(":", ": "))))
      assert.not_equal("p:", show(same, (same:gsub(":", ": "))))
   end)

   it("shows nothing that a terminal would obey", function()
      local shown = show("a\27[2J\nb\r\n", "a\27[31m\nc\226\128\174\n")
      assert.not_matches("[%z\1-\9\11-\31\127]", shown)
      assert.not_matches("\226\128\174", shown)
   end)

   it("of JSON in lines is shown in these lines", function()
      assert.equal(table.concat({ "p:", '      { "a" : 1,', '    -   "b" : 2 }', '    +   "b" : 3 }' }, "\n"),
         show('{ "a" : 1,\n  "b" : 2 }', '{ "a" : 1,\n  "b" : 3 }'))
   end)

   it("of a long line of a body shows the part that differs", function()
      local function body(word) return "first\n" .. ("lorem ipsum "):rep(20) .. word .. (" lorem ipsum"):rep(20) end
      assert.equal(table.concat({ "p:", "      first", '    - ..."sum lorem ipsum one lorem ipsum lo"...',
         '    + ..."sum lorem ipsum three lorem ipsum lo"...' }, "\n"), show(body "one", body "three"))
   end)

   it("of a line of blanks takes time in proportion", function()
      local started = os.clock()
      local found = lines.of("b", "a\n" .. (" "):rep(200000) .. "b  ", "a\nc", { full = true })
      assert.matches("^    %- +b$", found[3])
      assert.is_true(os.clock() - started < 2)
   end)

   it("of very long bodies takes time and space in proportion", function()
      local old, new = {}, {}
      for index = 1, 20000 do old[index], new[index] = "old " .. index, "new " .. index end
      local started = os.clock()
      local shown = show(table.concat(old, "\n"), table.concat(new, "\n"))
      assert.is_true(os.clock() - started < 5)
      assert.is_true(#shown < 5000)
      assert.matches("\n      %.%.%. %d+ more lines$", shown)
   end)

   it("of secrets shows none, in texts, bodies and data", function()
      local function connection(secret, text)
         return { name = "W", auth = { authType = "OAUTH", clientSecret = secret },
            request = { requestBody = ('{"password":"%s","text":"%s"}\n'):format(secret, text) },
            description = ("word "):rep(30) .. "password=" .. secret .. " " .. text }
      end
      local found = assert(difference.between(connection("canary-one", "a"), connection("canary-two", "b")))
      for _, shown in ipairs { tostring(found), difference.describe(found, { full = true }),
         assert(personalize.json.encode(difference.shown(found))) } do
         assert.not_matches("canary", shown)
         assert.matches("%*%*%*", shown)
      end
      assert.matches('auth.clientSecret: "%*%*%*" %-> "%*%*%*" %(changed%)', tostring(found))
      -- the data is the data
      for _, item in ipairs(found) do
         if item.path == "auth.clientSecret" then assert.equal("canary-two", item.new) end
      end
   end)

   it("as data has old and new, and reads back", function()
      local found = assert(difference.between({ name = "a", description = "x" }, { name = "b", icon = "y" }))
      local data = difference.shown(found)
      assert.same({ { path = "name", old = "a", new = "b", shown = 'name: "a" -> "b"' },
         { path = "description", old = "x", shown = 'description: "x" -> (absent)' },
         { path = "icon", new = "y", shown = 'icon: (absent) -> "y"' } }, data)
      assert.equal(tostring(found), tostring(difference.loaded(data)))
      assert.equal("no differences", tostring(difference.loaded(nil)))
      assert.equal("a\nb", tostring(difference.loaded { { path = "p", shown = "a\nb" }, 7, {} }))
   end)
end)
