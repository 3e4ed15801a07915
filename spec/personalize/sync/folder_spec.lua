-- A folder of connections as it is read: entries, and everything that is wrong with it.
local folder = require "personalize.sync.folder"
local folders = require "spec.support.folder"

describe("a folder", function()
   local path

   before_each(function() path = folders.new() end)
   after_each(function() folders.remove(path) end)

   local function write(name, text) folders.write(path, name, text) end

   it("has the files that are connections, by name", function()
      for _, name in ipairs { "b.json", "a.JSON", ".hidden.json", "c.txt", "json" } do write(name, '{"name": "X"}') end
      os.execute(("mkdir '%s/d.json'; ln -s a.JSON '%s/e.json'"):format(path, path))
      local read = assert(folder.read(path, {}))
      local files = {}
      for index, entry in ipairs(read.entries) do files[index] = entry.file end
      assert.same({ "a.JSON", "b.json" }, files)
      assert.same({ { file = "d.json", message = "is not a regular file" },
         { file = "e.json", message = "is a symbolic link, which is not followed" } }, read.problems)
   end)

   it("tells of what is no file in the order of names", function()
      local expected = {}
      for index = 1, 9 do
         os.execute(("mkdir '%s/%d.json'"):format(path, index))
         expected[index] = { file = index .. ".json", message = "is not a regular file" }
      end
      assert.same(expected, assert(folder.read(path, {})).problems)
   end)

   it("refuses names that neither the lock nor a saved plan can have", function()
      write("Caf\xe9.json", '{"name": "Cafe"}')
      write("caf\xc3\xa9.json", '{"name": "cafe"}')
      os.execute(("mkdir '%s/d\xff.json'"):format(path))
      local read = assert(folder.read(path, { prefix = "at/" }))
      assert.same({ { file = "at/d?.json", message = "is not a regular file" },
         { file = "at/Caf?.json", path = "", message = "its name is not UTF-8: rename it" } }, read.problems)
      assert.same({ 1, "caf\xc3\xa9.json", 0 }, { #read.entries, read.entries[1].file:sub(4), #read.broken })
   end)

   it("has entries without what the service owns", function()
      write("a.json", '{"$schema": "s", "ref": "r", "revision": 3, "name": "A", "archived": true, '
         .. '"auth": {"clientSecret": {"$env": "E"}}}')
      local entry = assert(folder.read(path, {})).entries[1]
      assert.same({ "s", "A", true, 1 }, { entry.schema, entry.name, entry.archived, #entry.references })
      assert.same({ name = "A", archived = true, auth = { clientSecret = { ["$env"] = "E" } } }, entry.given)
   end)

   it("tells of what cannot be read with the file's title, and goes on", function()
      write("a.json", "[]")
      write("b.json", '{\n "name": ""}')
      write("c.json", '{"name": "C",\n "description": {"$env": "E"}}')
      write("d.json", '{"name": "D"}')
      write("e.json", "null")
      write("f.json", "5")
      write("personalize.lock", "[")
      local read = assert(folder.read(path, { prefix = "at/" }))
      local said = {}
      for index, problem in ipairs(read.problems) do said[index] = folder.describe(problem) end
      assert.same({ "at/a.json:1: expected a connection (an object)", "at/b.json:2: name: is required (a string)" },
         { said[1], said[2] })
      assert.matches("^at/c.json:2: description: is a reference %(%$env E%), and those stand in auth", said[3])
      local expected = ":1: expected a connection (an object)"
      assert.same({ "at/e.json" .. expected, "at/f.json" .. expected }, { said[4], said[5] })
      assert.matches("^at/personalize.lock: invalid JSON at line 1", said[6])
      assert.equal(6, #said)
      assert.same({ 1, "D", 2, "C" }, { #read.entries, read.entries[1].name, #read.broken, read.broken[2].name })
      assert.is_nil(read.lock)
      -- where references may stand anywhere, one file less is broken
      assert.equal(2, #assert(folder.read(path, { references = "anywhere" })).entries)
   end)

   it("that is none is no empty one", function()
      local read, err = folder.read(path .. "/none", {})
      assert.same({ nil, "config", path .. "/none: No such file or directory (expected a folder, such as an export "
         .. "makes)" }, { read, err.kind, err.message })
      write("file", "{}")
      assert.equal(path .. "/file: Not a directory (expected a folder, such as an export makes)",
         select(2, folder.read(path .. "/file", {})).message)
      local long = path .. "/" .. ("x"):rep(300) -- what was expected would not help
      assert.equal(long .. ": File name too long", select(2, folder.read(long, {})).message)
      for code, hint in pairs { [0] = " (e)", [2] = " (e)", [17] = " (e)", [20] = " (e)", [21] = " (e)", [1] = "",
         [13] = "" } do
         assert.equal("x: r" .. hint, select(2, folder.fail("x", "r", code, "e")).message)
      end
      assert.is_false(folder.exists(path .. "/none"))
      assert.is_true(folder.exists(path))
   end)
end)

describe("the problems of a file", function()
   it("are told up to a hundred, and counted beyond", function()
      local problems = {}
      for index = 1, 100 do problems[index] = { path = "x", message = "m" .. index } end
      assert.equal(100, #folder.locate(problems, "f"))
      for index = 101, 103 do problems[index] = { path = "x", message = "m" .. index } end
      local told = folder.locate(problems, "f")
      assert.same({ 101, "m100", "and 3 more of this file", "more", "f" },
         { #told, told[100].message, told[101].message, told[101].code, told[101].file })
   end)

   it("are counted behind the last one that is told", function()
      local lines, problems = { "[" }, {}
      for index = 1, 101 do
         lines[index + 1] = index .. ","
         problems[index] = { path = ("[%d]"):format(102 - index), message = "m" }
      end
      lines[#lines + 1] = "0]"
      local told = folder.locate(problems, "f", table.concat(lines, "\n"))
      assert.same({ "and 1 more of this file", 102, 1 }, { told[101].message, told[101].line, told[101].column })
      assert.same({ 102, 3 }, { told[1].line, told[100].line })
      assert.is_nil(folder.locate({ { path = "[1]", message = "m", code = "c" } }, "f", "[\n1]")[2])
   end)

   it("are described with what is known of their place", function()
      assert.equal("f:3: a.b: m", folder.describe { file = "f", line = 3, path = "a.b", message = "m" })
      assert.equal("f: m", folder.describe { file = "f", path = "", message = "m" })
      assert.equal("a: m", folder.describe { line = 3, path = "a", message = "m" })
      local _, err = folder.refuse({ { file = "f", message = "m" }, { message = "n" } }, "refused")
      assert.same({ "validation", "refused: f: m; n", 2 }, { err.kind, err.message, #err.problems })
   end)
end)

describe("an entry", function()
   it("that was changed is as it would be written; what it refers to is looked for when told to", function()
      local entry = folder.entry("f", { name = "A" }, true, "text")
      entry.given.archived, entry.given.auth = true, { clientSecret = { ["$env"] = "E=" } }
      assert.same({}, folder.refresh(entry, false))
      assert.equal('{\n  "name": "A",\n  "archived": true,\n  "auth": {\n    "clientSecret": {\n      "$env": "E="\n'
         .. '    }\n  }\n}\n', entry.expected)
      assert.same({ 0, false }, { #entry.references, entry.archived })
      local problems = folder.refresh(entry, true)
      assert.same({ 1, true, 1, "auth.clientSecret" },
         { #entry.references, entry.archived, #problems, problems[1].path })
   end)

   it("is warned of a secret in clear, in the library's words and at its line", function()
      local entry = folder.entry("f", { name = "A", systemType = "DATA_SYSTEM", auth = { authType = "OAUTH",
         clientId = "i", clientSecret = "canary", accessTokenUrl = "https://x.example/t" },
         request = { requestType = "GET", connectionUrl = "https://x.example" } }, true, nil)
      local codes = {}
      for index, warning in ipairs(folder.warnings(entry, {})) do
         codes[index] = warning.code .. " " .. warning.path
      end
      assert.same({ "clear_text_secret auth.clientSecret" }, codes)
   end)

   it("with problems has them at their lines, and no warning but that of its secrets", function()
      local text = '{\n"name": "A",\n"systemType": "X",\n"auth": {"clientSecret": "canary"},\n"icon": 5}'
      local function entry_of(secret)
         return folder.entry("f", { name = "A", systemType = "X", auth = { authType = "OAUTH", clientSecret = secret },
            icon = 5, connectionTimeout = { ["$env"] = "E" } }, true, text)
      end
      local said = {}
      for index, problem in ipairs(folder.check(entry_of "canary", {})) do said[index] = folder.describe(problem) end
      assert.same({ "f:1: request: is required (an object)", "f:5: icon: expected a string, got a number" }, said)
      local warnings = folder.warnings(entry_of "canary", {})
      assert.same({ 1, "clear_text_secret", 4 }, { #warnings, warnings[1].code, warnings[1].line })
      assert.same({}, folder.warnings(entry_of "", {}))
   end)

   it("is warned of nothing where a reference stands for the credential", function()
      local function warnings(value)
         return folder.warnings(folder.entry("f", { name = "A", systemType = "DATA_SYSTEM",
            auth = { authType = "NONE" }, request = { requestType = "GET", connectionUrl = "https://x.example" },
            customHeaders = { { name = "X-Api-Key", value = value } } }, true), {})
      end
      assert.same({}, warnings { ["$env"] = "E" })
      assert.equal("credential_in_header", warnings("0123456789abcdef")[1].code)
   end)

   it("with look-alikes has them as problems, unless they are to be sent", function()
      local entry = folder.entry("f", { name = "A", descripton = "x" }, true)
      assert.equal("descripton", folder.look_alikes(entry, {})[1].path)
      assert.same({}, folder.look_alikes(entry, { unknown_members = "send" }))
      assert.same({}, folder.look_alikes(folder.entry("f", { name = "A" }, true), {}))
   end)
end)
