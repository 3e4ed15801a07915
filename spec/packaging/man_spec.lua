-- The man pages: one for each command, with all that its help tells, and nothing that a formatter would complain of.
local argparse = require "argparse"
local command = require "spec.support.command"
local folder = require "spec.support.folder"
local main = require "personalize.cli.main"
local man = require "packaging.man"

local function has(program) return select(3, command.shell("command -v " .. program)) == 0 end

-- Text without marks, and with one blank between words.
local function plain(text)
   return (text:gsub("\\f[BR]", ""):gsub("\\%-", "-"):gsub("\\%(ti", "~"):gsub("\\%(ga", "`"):gsub("\\e", "\\")
      :gsub("\\&", ""):gsub("%s+", " "))
end

describe("the man pages", function()
   local pages = man.pages()
   local parser = main.parser(argparse)

   it("are one for the command and one for each of its commands", function()
      local expected, found = { "personalize.1" }, {}
      for _, each in ipairs(parser._commands) do expected[#expected + 1] = ("personalize-%s.1"):format(each._name) end
      for name in pairs(pages) do found[#found + 1] = name end
      table.sort(expected)
      table.sort(found)
      assert.same(expected, found)
   end)

   it("have every option and argument of the help, and what is said of it", function()
      local seen = 0
      for _, each in ipairs(parser._commands) do
         local page = plain(pages[("personalize-%s.1"):format(each._name)])
         for _, list in ipairs { each._options, each._arguments } do
            for _, element in ipairs(list) do
               for _, label in ipairs(element:_get_label_lines()) do
                  assert.truthy(page:find(plain(label), 1, true), each._name .. ": " .. label)
               end
               local about = plain(element:_get_description()):gsub("`", "")
               assert.truthy(page:find(about, 1, true), each._name .. ": " .. about)
               seen = seen + 1
            end
         end
         for line in (each._epilog or ""):gmatch "[^\n]+" do
            local words = plain(line):gsub("^Examples?: ?", ""):gsub("^ ", "")
            assert.truthy(page:find(words, 1, true), words)
         end
         local named = ("personalize-%s(1)"):format(each._name)
         assert.truthy(plain(pages["personalize.1"]):find(named, 1, true), named)
      end
      assert.is_true(seen > 200, seen)
   end)

   it("tell the exit codes and the variables of the guide", function()
      local page = plain(pages["personalize.1"])
      for _, words in ipairs { "PERSONALIZE_REGION", "_CLIENT_SECRET", "quotes of either kind",
         "$ and ` are themselves", "64 wrong usage", "130 ended by Ctrl-C" } do
         assert.truthy(page:find(words, 1, true), words)
      end
      for name, text in pairs(pages) do assert.truthy(text:find("\n.SH EXIT STATUS\n", 1, true), name) end
   end)

   it("are formatted without a warning", function()
      local place = folder.new()
      finally(function() folder.remove(place) end)
      for name, text in pairs(pages) do folder.write(place, name, text) end
      for program, line in pairs { groff = "groff -man -ww -Tutf8 %s >/dev/null",
         mandoc = "mandoc -T lint -W warning %s", man = "man --warnings -l %s >/dev/null" } do
         if has(program) then
            local out, err = command.shell(line:format(place .. "/*.1"))
            assert.equal("", out .. err, program)
         end
      end
   end)
end)
