-- `personalize validate`, run as a process without a tenant.
local broken = require "spec.support.documents.broken_connections"
local command = require "spec.support.command"
local folder = require "spec.support.folder"
local json = require "personalize.json"

describe("personalize validate", function()
   local path, nowhere

   -- no tenant, and whatever would name one leads nowhere
   nowhere = { PERSONALIZE_BASE_URL = "http://127.0.0.1:1", PERSONALIZE_CLIENT_ID_FILE = "/none" }

   before_each(function() path = folder.new() end)

   after_each(function() folder.remove(path) end)

   local function write(name, definition)
      folder.write(path, name, type(definition) == "string" and definition or assert(json.encode(definition)))
   end

   local function run(...) return command.run(nowhere, { "validate", ... }) end

   it("exits with 0, 1 for problems, with --strict 1 for warnings, and 64 for wrong usage", function()
      write("a.json", broken.sound())
      assert.same({ "1 file: 0 problems, 0 warnings\n", "", 0 }, { run(path) })
      local hyphen = broken.sound()
      hyphen.name = "A-b"
      write("b.json", hyphen)
      local out, err, code = run(path, path .. "/a.json")
      assert.same({ "", 0 }, { err, code })
      assert.matches("/b.json:1:%d+: warning: name: holds a hyphen", out)
      assert.equal(1, select(3, run("--strict", path)))
      assert.equal(0, select(3, run("--strict", path .. "/a.json")))
      write("c.json", "{")
      out, err, code = run(path)
      assert.same({ "", 1 }, { err, code })
      assert.matches("/c.json:1:2: error: invalid JSON", out)
      assert.equal(1, select(3, run(path .. "/none.json")))
      for _, wrong in ipairs { {}, { path, "--format", "xml" }, { path, "--strikt" },
         { path, "--json", "--format", "github" } } do
         table.insert(wrong, 1, "validate")
         out, err, code = command.run(nowhere, wrong)
         assert.equal(64, code)
         assert.not_equal("", err .. out)
      end
      -- what is missing has the name that the usage has
      err = select(2, command.run(nowhere, { "validate" }))
      assert.matches("^personalize: missing argument 'file%-or%-folder'\nUsage: personalize validate ", err)
      assert.matches("<file-or-folder>", err, 1, true)
   end)

   it("writes one JSON document", function()
      write("a.json", '{"name": "A",\n "auth": 5}')
      for _, option in ipairs { { "--json" }, { "--format", "json" } } do
         local out, err, code = run(path, option[1], option[2])
         assert.same({ "", 1 }, { err, code })
         local document = assert(json.decode(out))
         assert.same({ path .. "/a.json" }, { document.files[1] })
         assert.same({ 3, 0 }, { #document.problems, #document.warnings })
         local last = document.problems[3]
         assert.same({ path .. "/a.json", 2, 2, "auth", "expected an object, got a number" },
            { last.file, last.line, last.column, last.path, last.message })
      end
      write("a.json", broken.sound())
      local document = assert(json.decode((run(path, "--json"))))
      assert.is_true(json.is_array(document.problems) and json.is_array(document.warnings))
   end)

   it("writes annotations as GitHub reads them", function()
      local odd = "a,b:c%\n.json"
      write(odd, '{"name": "A-%",\n "auth": {"authType": "NONE"}, "systemType": "X",\n  "request": {}, "iccon": 1}')
      write("b.json", '{"name": "A-%",\n "auth": {"authType": "NONE"}, "systemType": "X", "request": {}}')
      local out, err, code = run("--format", "github", path)
      assert.same({ "", 1 }, { err, code })
      local lines = {}
      for line in out:gmatch "[^\n]+" do lines[#lines + 1] = line end
      assert.equal(("::error file=%s/a%%2Cb%%3Ac%%25%%0A.json,line=3,col=18,title=look_alike::"):format(path)
         .. "iccon: probably icon is meant", lines[1])
      assert.equal(("::warning file=%s/b.json,line=1,col=2,title=name_hyphen::name: holds a hyphen"):format(path),
         lines[2]:match "^.-hyphen.-hyphen")
      assert.equal("2 files: 1 problem, " .. #lines - 2 .. " warning", lines[#lines]:match "^.-warning")
   end)

   it("names files as the code host does: without ./", function()
      write("a.json", "{")
      local program = ("%s/bin/personalize"):format(require("lfs").currentdir())
      local line = command.line({}, { "validate", "--format", "github", "./a.json", "." })
      local root = require("lfs").currentdir()
      line = line:gsub("bin/personalize", program)
      local out = command.shell(("export LUA_PATH='%s/lua/?.lua;%s/lua/?/init.lua;;'; LUA_CPATH=$(printf %%s "
         .. "\"$LUA_CPATH\" | sed 's,^build,%s/build,'); cd '%s'; %s"):format(root, root, root, path, line))
      local first, second = out:match "^(::error file=a%.json,[^\n]*)\n(::error file=a%.json,[^\n]*)\n"
      assert.is_string(first, out)
      assert.equal(first, second)
   end)

   it("is fast enough for a hook before each commit", function()
      for index = 1, 300 do
         local definition = broken.sound()
         definition.name = "W" .. index
         write(index .. ".json", definition)
      end
      local begun = os.time()
      assert.equal(0, select(3, run(path)))
      assert.is_true(os.time() - begun <= 10)
   end)
end)
