-- Files of connections, checked without a tenant.
local broken = require "spec.support.documents.broken_connections"
local folder = require "spec.support.folder"
local json = require "personalize.json"
local real_connections = require "spec.support.documents.real_connections"
local sync = require "personalize.sync"

describe("checking files of connections", function()
   local path

   before_each(function() path = folder.new() end)

   after_each(function() folder.remove(path) end)

   local function write(name, definition)
      folder.write(path, name, type(definition) == "string" and definition or assert(json.encode(definition)))
   end

   -- "file:line:column: path", for each
   local function places(list)
      local found = {}
      for index, each in ipairs(list) do
         local file = each.file:sub(#path + 2)
         found[index] = ("%s:%s:%s: %s"):format(file, each.line or "-", each.column or "-", each.path)
      end
      return found
   end

   it("has nothing to say of a folder that is as it should be", function()
      write("a.json", broken.sound())
      local checked = assert(sync.validate(path))
      assert.same({ { path .. "/a.json" }, 0, 0 }, { { checked.files[1] }, #checked.problems, #checked.warnings })
      assert.equal("1 file: 0 problems, 0 warnings", tostring(checked))
   end)

   it("reports everything that is wrong, with file, line and column", function()
      write("a.json", '{\n  "name": "A",\n  "systemType": 5,\n  "auth": {\n    "authType": "OAUTH",\n'
         .. '    "accessTokenUrl": "http://example.com"\n  },\n  "descripton": "x",\n  "request": []\n}')
      write("b.json", '{"name": "B",\n  "auth": {}}}')
      write("c.json", '{"name": "C", "auth": {}, "request": {}, "auth": {"authType": 1},\n "systemType": "X"}')
      write("d.json", '[]')
      write("e.json", '{"auth": {"clientId": {"$env": "a b"}, "authType": "NONE"}, "systemType": "X"}')
      write("notes.txt", "{")
      local checked, err = sync.validate(path)
      assert.is_nil(checked)
      assert.equal("validation", err.kind)
      assert.same({
         "a.json:3:3: systemType", "a.json:6:5: auth.accessTokenUrl", "a.json:8:3: descripton", "a.json:9:3: request",
         "b.json:2:14: ", "c.json:1:15: auth", "c.json:1:51: auth.authType", "d.json:1:1: ",
         "e.json:1:1: name", "e.json:1:1: request", "e.json:1:11: auth.clientId",
      }, places(err.problems))
      assert.same({}, places(err.result.warnings))
      assert.equal(5, #err.result.files)
      assert.matches("/a.json:3:3: error: systemType: expected a string, got a number\n", tostring(err.result), 1, true)
   end)

   it("has the warnings of files that have no problem, with their codes", function()
      write("a.json", '{\n  "name": "A-b",\n  "systemType": "DATA_SYSTEM",\n  "auth": {\n    "authType": "OAUTH",\n'
         .. '    "clientSecret": "canary-1"\n  },\n  "request": {\n    "requestType": "GET",\n'
         .. '    "connectionUrl": "https://api.example.com/${x}"\n  }\n}')
      local checked = assert(sync.validate(path))
      local codes = {}
      for _, each in ipairs(checked.warnings) do codes[each.code] = each.line end
      assert.same({ 2, 6, 10 }, { codes.name_hyphen, codes.clear_text_secret, codes.input_missing })
      assert.not_matches("canary", tostring(checked))
      assert.matches("/a.json:2:3: warning: name: holds a hyphen.- %[name_hyphen%]\n", tostring(checked))
   end)

   it("takes files, and several of each", function()
      write("a.json", broken.sound())
      write("b.txt", '{"name": 5}')
      folder.write(path, "c.json", "{")
      local _, err = sync.validate { path .. "/a.json", path .. "/b.txt", path .. "/none.json" }
      assert.same({ "b.txt:1:1: auth", "b.txt:1:1: request", "b.txt:1:1: systemType", "b.txt:1:2: name",
         "none.json:-:-: " }, places(err.problems))
      assert.matches("No such file", err.problems[5].message)
      assert.equal(3, #err.result.files)
      _, err = sync.validate { path, path .. "/none" }
      assert.equal(2, #err.problems)
   end)

   it("does not wait for, and does not follow, what is no file", function()
      assert(os.execute(("cd '%s' && mkfifo a.json && ln -s a.txt b.json && mkdir c.json"):format(path)))
      write("a.txt", broken.sound())
      local _, err = sync.validate(path)
      assert.equal(3, #err.problems)
      _, err = sync.validate { path .. "/a.json", path .. "/b.json" }
      assert.matches("is not a regular file", err.problems[1].message)
      assert.matches("is a symbolic link", err.problems[2].message)
   end)

   it("warns of two files in use of one name in a folder, and of a folder without any", function()
      local sound = broken.sound()
      write("a.json", sound)
      write("b.json", sound)
      sound.archived = true
      write("c.json", sound)
      local checked = assert(sync.validate(path))
      assert.equal("name_twice", checked.warnings[1].code)
      assert.same({ "b.json:1" }, { places(checked.warnings)[1]:match "^b%.json:1" })
      assert.equal(1, #checked.warnings)
      assert.equal(1, #assert(sync.validate { path .. "/a.json", path .. "/b.json", path .. "/c.json" }).warnings)
      local empty = folder.new()
      assert.equal("no_files", assert(sync.validate(empty)).warnings[1].code)
      assert.equal(0, #assert(sync.validate { path .. "/a.json" }).warnings)
      folder.remove(empty)
   end)

   it("warns of two names with one variable in a folder", function()
      for file, name in pairs { ["a.json"] = "Loyalty Tier", ["b.json"] = "loyalty  tier",
         ["c.json"] = "Loyalty Tiers" } do
         local definition = broken.sound()
         definition.name = name
         write(file, definition)
      end
      local checked = assert(sync.validate(path))
      assert.equal(1, #checked.warnings)
      assert.same({ "name_variable_twice", "name" }, { checked.warnings[1].code, checked.warnings[1].path })
      assert.matches("b.json$", checked.warnings[1].file)
   end)

   it("names files by their paths in short form", function()
      local folder_of = real_connections.folder
      local checked, short = assert(sync.validate("./" .. folder_of .. "//")), assert(sync.validate(folder_of))
      assert.equal(folder_of .. "/", checked.files[1]:sub(1, #folder_of + 1))
      assert.same(short.files, checked.files)
      for index = 2, #checked.files do assert.is_true(checked.files[index - 1] < checked.files[index]) end
      for _, here in ipairs { ".", "./", ".//" } do
         local warning = assert(sync.validate(here)).warnings[1]
         assert.same({ ".", "no_files" }, { warning.file, warning.code })
      end
      for _, here in ipairs { "README.md", "./README.md", ".//README.md" } do
         local _, err = sync.validate(here)
         assert.same({ "README.md", "README.md", "README.md:1: invalid JSON at line 1, column 1: a value is missing" },
            { err.result.files[1], err.problems[1].file, err.message })
      end
   end)

   it("tells the rest of a broken file, but nothing twice, whatever another file has there", function()
      write("a.json", '{"name": "A", "systemType": "X",\n"systemType": "X", "auth": {}, "request": {}}')
      write("b.json", '{"name": "B", "systemType": 5, "icon": "x",\n"icon": 5, "auth": {}, "request": {}}')
      local _, err = sync.validate(path)
      assert.same({ "a.json:1:15: systemType", "b.json:1:15: systemType", "b.json:1:32: icon" }, places(err.problems))
   end)

   it("has problems and warnings in the order of files and lines", function()
      local lines = {}
      for index = 1, 12 do lines[index] = ("{\"name\": %s}"):format(index < 11 and '"N"' or index) end
      write("a.json", ('{"name": "A-b", "systemType": "X", "auth": {}, "request": {}, "customHeaders": [\n%s]}'):format(
         table.concat(lines, ",\n")))
      write("b.json", '{"name": "B", "systemType": 5, "auth": {}, "request": {}, "icon": 5}')
      local _, err = sync.validate { path .. "/b.json", path .. "/a.json" }
      assert.same({ "a.json:12:2: customHeaders[11].name", "a.json:13:2: customHeaders[12].name",
         "b.json:1:15: systemType", "b.json:1:59: icon" }, places(err.problems))
   end)

   it("names the first of several files of one name, but not one of another folder", function()
      local sound, other = broken.sound(), folder.new()
      for _, name in ipairs { "a.json", "b.json", "c.json" } do write(name, sound) end
      folder.write(other, "d.json", assert(json.encode(sound)))
      local checked = assert(sync.validate(path))
      local message = ("is the name in %s/a.json, too: a plan that changes one of them cannot tell which is meant")
         :format(path)
      assert.same({ path .. "/b.json", path .. "/c.json" }, { checked.warnings[1].file, checked.warnings[2].file })
      assert.same({ message, message }, { checked.warnings[1].message, checked.warnings[2].message })
      assert.same({}, assert(sync.validate { path .. "/a.json", other .. "/d.json", other }).warnings)
      folder.remove(other)
   end)

   it("sees a damaged lock", function()
      write("a.json", broken.sound())
      folder.write(path, "personalize.lock", "{")
      local _, err = sync.validate(path)
      assert.equal(path .. "/personalize.lock", err.problems[1].file)
   end)

   it("refuses what every broken connection has wrong, and names its place", function()
      for index, break_it in ipairs(broken.list) do
         local definition = broken.sound()
         break_it(definition)
         write("a.json", definition)
         local _, err = sync.validate(path .. "/a.json")
         assert.is_table(err, index)
         assert.equal(1, err.problems[1].line)
         assert.is_true(err.problems[1].column >= 1)
      end
   end)

   it("lets look-alikes and references at unusual places pass where that is asked for", function()
      local definition = broken.sound()
      definition.descripton, definition.description, definition.icon = "x", nil, { ["$env"] = "TEXT" }
      write("a.json", definition)
      assert.is_nil((sync.validate(path)))
      assert.is_nil((sync.validate(path, { unknown_members = "send" })))
      local checked = assert(sync.validate(path, { unknown_members = "send", references = "anywhere" }))
      assert.equal("look_alike", checked.warnings[1].code)
   end)

   it("finds no problem in connections as people make them", function()
      local checked = assert(sync.validate(real_connections.folder))
      assert.is_true(#checked.files >= 12)
   end)

   it("tells at most a hundred problems of a file, fast", function()
      local definition = broken.sound()
      definition.customHeaders = json.array {}
      for index = 1, 5000 do definition.customHeaders[index] = { name = index, value = "x" } end
      write("a.json", definition)
      local begun = os.clock()
      local _, err = sync.validate(path)
      assert.is_true(os.clock() - begun < 2)
      assert.equal(101, #err.problems)
      local told = {}
      for _, each in ipairs(err.problems) do told[each.message] = true end
      assert.is_true(told["and 4900 more of this file"])
   end)

   it("raises for misuse", function()
      for got, wrong in pairs { ["5"] = { 5 }, ["a table"] = { {}, { 5 }, { path, 5 }, { 5, path } },
         ["true"] = { true } } do
         for _, each in ipairs(wrong) do
            assert.error_matches(function() sync.validate(each) end,
               "bad argument #1 to 'sync.validate' %(expected a path or an array of paths, got " .. got .. "%)")
         end
      end
      assert.error_matches(function() sync.validate(path, { strict = true }) end, "unknown option \"strict\"")
   end)
end)
