-- The check of commands finds what the list, the files and the guide lack of each other, and nothing in this tree.
local command = require "spec.support.command"
local folder = require "spec.support.folder"
local lfs = require "lfs"

-- The script's output and exit code, run in a folder with these files.
local function check(main, guide, files)
   local script, place = lfs.currentdir() .. "/.ci/commands", folder.new()
   finally(function() folder.remove(place) end)
   for _, path in ipairs { "/lua", "/lua/personalize", "/lua/personalize/cli", "/doc" } do
      assert(lfs.mkdir(place .. path))
   end
   folder.write(place .. "/doc", "command.md", ("# X\n\n## Commands\n\n| command | |\n| --- | --- |\n%s\n## More\n")
      :format(guide))
   folder.write(place .. "/lua/personalize/cli", "main.lua", "-- X\nlocal names = { " .. main .. " }\n")
   for name, text in pairs(files) do folder.write(place .. "/lua/personalize/cli", name .. ".lua", text) end
   return (command.shell(("cd %s && lua5.4 %s 2>&1; echo $?"):format(place, script)))
end

describe("the check of commands", function()
   it("finds nothing in this tree", function()
      assert.equal("0\n", (command.shell "lua5.4 .ci/commands 2>&1; echo $?"))
   end)

   it("finds nothing where all agree, whatever else is in the folder", function()
      assert.equal("0\n", check('"list",\n   "get"', "| `list` | |\n| `get NAME` | x |\n| `help COMMAND` | x |\n",
         { list = "function command.add(parser)\n", get = "return 1", output = "function output.add(own)\n" }))
   end)

   it("finds a command that the guide, the list or the folder lacks", function()
      assert.equal("doc/command.md: the table of commands lacks get\n"
         .. "doc/command.md: there is no command put\n"
         .. "lua/personalize/cli/copy.lua: is a command that main.lua does not list\n"
         .. "lua/personalize/cli/get.lua: missing; main.lua lists the command\n1\n",
         check('"list", "get"', "| `list`, `put NAME` | |\n",
            { list = "", copy = "function command.add(parser)\n" }))
   end)
end)
