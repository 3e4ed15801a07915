-- The check of layers finds circles and arrows upwards among the Lua modules, and nothing in the library itself.
local command = require "spec.support.command"
local folder = require "spec.support.folder"
local lfs = require "lfs"

-- The script's output and exit code, run in a folder whose `lua/personalize` has these files.
local function check(files)
   local script, place = lfs.currentdir() .. "/.ci/layers", folder.new()
   finally(function() folder.remove(place) end)
   assert(lfs.mkdir(place .. "/lua"))
   assert(lfs.mkdir(place .. "/lua/personalize"))
   for name, text in pairs(files) do
      local file = assert(io.open(("%s/lua/personalize/%s.lua"):format(place, name), "w"))
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
      assert.equal("personalize.text requires personalize.client, which is of a higher layer\n1\n",
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
end)
