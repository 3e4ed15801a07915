-- The check of layers finds circles and arrows upwards, and nothing in the library itself.
local command = require "spec.support.command"
local folder = require "spec.support.folder"
local lfs = require "lfs"

-- The script's output and exit code, run in a folder whose `lua/personalize` has these files.
local function check(files, sources)
   local script, place = lfs.currentdir() .. "/.ci/layers", folder.new()
   finally(function() folder.remove(place) end)
   assert(lfs.mkdir(place .. "/src"))
   assert(lfs.mkdir(place .. "/lua"))
   assert(lfs.mkdir(place .. "/lua/personalize"))
   for name, text in pairs(files) do
      local file = assert(io.open(("%s/lua/personalize/%s.lua"):format(place, name), "w"))
      file:write(text)
      file:close()
   end
   for name, text in pairs(sources or {}) do
      local folder_of = name:match "^(.*)/" or ""
      if folder_of ~= "" then lfs.mkdir(place .. "/src/" .. folder_of) end
      local file = assert(io.open(place .. "/src/" .. name, "w"))
      file:write(text)
      file:close()
   end
   return command.shell(("cd %s && lua5.4 %s 2>&1; echo $?"):format(place, script))
end

describe("the check of layers", function()
   it("finds nothing in the library", function()
      assert.equal("0\n", command.shell "lua5.4 .ci/layers 2>&1; echo $?")
   end)

   it("finds an arrow upwards", function()
      assert.equal("personalize.text needs personalize.client, which is of a higher layer\n1\n",
         check { text = 'local client = require "personalize.client"', client = "" })
   end)

   it("finds a circle, and passes over comments", function()
      local shown = check { text = 'return require "personalize.json"', json = 'return require("personalize.text")',
         raw = '-- require "personalize.client"', client = "" }
      assert.matches("^a circle: personalize%.%w+ %-> personalize%.%w+ %-> personalize%.%w+\n1\n$", shown)
   end)

   it("finds a module that is in no layer", function()
      assert.equal("personalize.stray: is in no layer of .ci/layers\n1\n",
         check { text = 'return require "personalize.stray"', stray = "" })
   end)

   it("finds a circle of C files, by what they include and call", function()
      local shown = check({}, { ["json/one.c"] = '#include "json/other.h"\nvoid pz_one(void)\n{\n    pz_other();\n}\n',
         ["json/other.c"] = "void pz_other(void)\n{\n    pz_one();\n}\n", ["json/other.h"] = "void pz_other(void);\n" })
      assert.equal("a circle: src/json/one -> src/json/other -> src/json/one\n1\n", shown)
   end)

   it("finds a C file that needs a higher layer", function()
      local shown = check({}, { ["json/one.c"] = '#include "http/engine.h"\n', ["http/engine.h"] = "" })
      assert.equal("src/json/one needs src/http/engine, which is of a higher layer\n1\n", shown)
   end)
end)
