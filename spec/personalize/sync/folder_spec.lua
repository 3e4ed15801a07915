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
      write("personalize.lock", "[")
      local read = assert(folder.read(path, { prefix = "at/" }))
      local said = {}
      for index, problem in ipairs(read.problems) do said[index] = folder.describe(problem) end
      assert.same({ "at/a.json:1: expected a connection (an object)", "at/b.json:2: name: is required (a string)" },
         { said[1], said[2] })
      assert.matches("^at/c.json:2: description: is a reference %(%$env E%), and those stand in auth", said[3])
      assert.matches("^at/personalize.lock: invalid JSON at line 1", said[4])
      assert.equal(4, #said)
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

   it("with look-alikes has them as problems, unless they are to be sent", function()
      local entry = folder.entry("f", { name = "A", descripton = "x" }, true)
      assert.equal("descripton", folder.look_alikes(entry, {})[1].path)
      assert.same({}, folder.look_alikes(entry, { unknown_members = "send" }))
      assert.same({}, folder.look_alikes(folder.entry("f", { name = "A" }, true), {}))
   end)
end)
