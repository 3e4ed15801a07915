-- Writes the man pages, one for `personalize` and one for each of its commands: `lua5.4 packaging/man.lua FOLDER`. They
-- are made of what argparse knows of the commands, and of sections of doc/command.md: exit codes, tenants, output.
local argparse = require "argparse"
local main = require "personalize.cli.main"
local native = require "personalize.native"

local man = {}

-- ------------------------------------------------------------------ roff

-- Text as roff has it: hyphens that can be copied, and no line that begins like a request.
local function roff(text)
   text = text:gsub("\\", "\\e"):gsub("%-", "\\-"):gsub("\n([.'])", "\n\\&%1"):gsub("^([.'])", "\\&%1")
   return (text:gsub("~", "\\(ti"):gsub("%^", "\\(ha"):gsub("`", "\\(ga"))
end

-- Prose: what stands in backticks is bold, other marks of Markdown go.
local function prose(text)
   text = text:gsub("%[([^%]]+)%]%(([^)]*)%)", "%1"):gsub("\\|", "|"):gsub("%s+", " ")
   text = text:gsub("`` ?(.-) ?``", function(code) return "\1" .. code:gsub("`", "\2") .. "\1" end)
   text = roff((text:gsub("`([^`]+)`", "\1%1\1")))
   return (text:gsub("\1(.-)\1", "\\fB%1\\fR"):gsub("\2", "\\(ga"))
end

local function add(lines, ...)
   for _, line in ipairs { ... } do lines[#lines + 1] = line end
end

local function add_paragraphs(lines, list)
   for index, text in ipairs(list) do
      if index > 1 then add(lines, ".PP") end
      add(lines, text)
   end
end

local function add_literal(lines, text)
   add(lines, ".nf")
   for line in (text .. "\n"):gmatch "(.-)\n" do add(lines, roff(line)) end
   add(lines, ".fi")
end

-- ------------------------------------------------------------------ what the guide says

local function read(path)
   local file = assert(io.open(path))
   local text = file:read "*a"
   file:close()
   return text
end

-- The text below a heading of doc/command.md.
local function section(title)
   local text = "\n" .. read "doc/command.md" .. "\n## "
   local _, finish = text:find("\n## " .. title .. "\n", 1, true)
   assert(finish, "doc/command.md has no section " .. title)
   return text:sub(finish + 1, text:find("\n## ", finish, true) - 1)
end

-- The day of the version, which debian/changelog states.
local function date()
   local day, month, year = read("debian/changelog"):match "\n %-%- .-  %a+, (%d+) (%a+) (%d+)"
   local months = "JanFebMarAprMayJunJulAugSepOctNovDec"
   return ("%s-%02d-%02d"):format(year, (months:find(month, 1, true) + 2) / 3, day)
end

local function begin(name, summary)
   return {
      ('.\\" Made by packaging/man.lua of the command\'s own help: not to be edited.'),
      ('.TH %s 1 "%s" "personalize %s" "User Commands"'):format(roff(name:upper()), date(), native.version),
      ".SH NAME", ("%s \\- %s"):format(roff(name), prose(summary)),
   }
end

-- Exit codes: pairs of a code and what it means.
local function exit_codes()
   local found = {}
   for code, meaning in section("Exit codes"):gmatch "\n| (%d+) | (.-) |" do found[#found + 1] = { code, meaning } end
   assert(#found > 0, "doc/command.md tells no exit codes")
   return found
end

local function add_exit_codes(lines)
   add(lines, ".SH EXIT STATUS")
   for _, each in ipairs(exit_codes()) do add(lines, ".TP", each[1], prose(each[2])) end
end

-- Paragraphs and literal text, in the guide's order.
local function add_section(lines, title, heading)
   add(lines, ".SH " .. heading)
   local is_first = true
   for block in (section(title):gsub("^%s+", "") .. "\n\n"):gmatch "(.-)\n\n+" do
      if block:find "^%- " then
         for item in (block .. "\n- "):gmatch "%- (.-)\n%f[-]" do add(lines, ".IP \\(bu 2", prose(item)) end
      elseif block:find "%S" then
         if not is_first then add(lines, ".PP") end
         is_first = false
         if block:find "^    " then
            add(lines, ".RS 4")
            add_literal(lines, (("\n" .. block):gsub("\n    ", "\n"):sub(2)))
            add(lines, ".RE")
         else
            add(lines, prose(block))
         end
      end
   end
end

-- ------------------------------------------------------------------ what argparse knows

local function first_sentence(text)
   return text:match "^(.-)[.:]%s" or text:match "^(.-)%.?$"
end

local function add_elements(lines, heading, elements)
   local is_begun = false
   for _, element in ipairs(elements) do
      if not element._hidden then
         if not is_begun then add(lines, ".SH " .. heading) end
         is_begun = true
         local labels = {}
         for index, label in ipairs(element:_get_label_lines()) do labels[index] = label:match "^%s*(.-),?$" end
         local about = element:_get_description()
         add(lines, ".TP", "\\fB" .. roff(table.concat(labels, ", ")) .. "\\fR", about ~= "" and prose(about) or "\\&")
      end
   end
end

local function add_examples(lines, epilog)
   local examples = epilog:match "^Examples?:%s(.*)$"
   if not examples then return add(lines, ".SH NOTES", prose(epilog)) end
   add(lines, ".SH EXAMPLES")
   add_literal(lines, (("\n" .. examples):gsub("\n%s+", "\n"):sub(2)))
end

local function add_synopsis(lines, parser)
   add(lines, ".SH SYNOPSIS")
   add_literal(lines, (parser:get_usage():gsub("^Usage: ", ""):gsub("\n       ", "\n    ")))
end

local function close(lines) return table.concat(lines, "\n") .. "\n" end

local function page_name(command) return "personalize-" .. command._name end

local function command_page(command)
   local about = command:_get_description()
   local lines = begin(page_name(command), first_sentence(about))
   add_synopsis(lines, command)
   add(lines, ".SH DESCRIPTION", prose(about))
   add_elements(lines, "ARGUMENTS", command._arguments)
   add_elements(lines, "OPTIONS", command._options)
   if command._epilog then add_examples(lines, command._epilog) end
   add_exit_codes(lines)
   add(lines, ".SH SEE ALSO", "\\fBpersonalize\\fR(1)")
   return close(lines)
end

local function main_page(parser)
   local lines = begin("personalize", first_sentence(parser._description))
   add_synopsis(lines, parser)
   add(lines, ".SH DESCRIPTION")
   add_paragraphs(lines, { prose(parser._description),
      "Without a command it opens a Lua prompt. Each command has a page of its own." })
   add_elements(lines, "OPTIONS", parser._options)
   add(lines, ".SH COMMANDS")
   local pages = {}
   for _, command in ipairs(parser._commands) do
      add(lines, ".TP", ("\\fB%s\\fR(1)"):format(roff(page_name(command))), prose(command:_get_description()))
      pages[#pages + 1] = ("\\fB%s\\fR(1)"):format(roff(page_name(command)))
   end
   add_section(lines, "Which tenant", "ENVIRONMENT")
   add_section(lines, "Output", "OUTPUT")
   add_exit_codes(lines)
   add(lines, ".SH SEE ALSO", table.concat(pages, ",\n"))
   return close(lines)
end

--- All pages: name of the file -> text.
function man.pages()
   local parser = main.parser(argparse)
   local pages = { ["personalize.1"] = main_page(parser) }
   for _, command in ipairs(parser._commands) do pages[page_name(command) .. ".1"] = command_page(command) end
   return pages
end

if not (arg and arg[0] and arg[0]:find "man%.lua$") then return man end

local folder = assert(arg[1], "usage: lua5.4 packaging/man.lua FOLDER")
assert(os.execute(("mkdir -p '%s' && rm -f '%s'/*.1"):format(folder, folder)))
for name, text in pairs(man.pages()) do
   local file = assert(io.open(folder .. "/" .. name, "w"))
   assert(file:write(text))
   assert(file:close())
end
