-- Has the Lua language server check the script in doc/editors.md with the types of this tree: `make check-editor`. The
-- server is `lua-language-server`, or what LUA_LANGUAGE_SERVER names.
local folder = require "spec.support.folder"
local json = require "personalize".json
local markdown = require "spec.support.documents.markdown"
local read = require "spec.support.read"

local server = os.getenv "LUA_LANGUAGE_SERVER" or "lua-language-server"
local root = os.getenv "PWD"

local function fail(message)
   io.stderr:write("check-editor: ", message, "\n")
   os.exit(1)
end

-- The project as the guide says, but for the place of the types.
local function project()
   local path, script = folder.new(), nil
   for _, block in ipairs(markdown.blocks "doc/editors.md") do
      if block.file then
         local text, count = block.text:gsub('"[^"]*/personalize/types"', ('"%s/types"'):format(root))
         assert(count == 1, "the guide's .luarc.json names no folder of types")
         folder.write(path, block.file, text)
      elseif block.language == "lua" then
         script = block.text
         folder.write(path, "script.lua", script)
      end
   end
   return path, script
end

-- "line: name" of what the guide says, or of what the server found.
local function expected_in(script)
   local lines, number = {}, 0
   for line in markdown.lines(script) do
      number = number + 1
      local name = line:match "%-%-> (%S+)$"
      if name then lines[#lines + 1] = ("%d: %s"):format(number, name) end
   end
   return lines
end

local function found_in(text)
   local lines = {}
   for _, problems in pairs(assert(json.decode(text))) do
      for _, problem in ipairs(problems) do
         lines[#lines + 1] = ("%d: %s"):format(problem.range.start.line + 1, problem.code)
      end
   end
   table.sort(lines, function(a, b) return tonumber(a:match "%d+") < tonumber(b:match "%d+") end)
   return lines
end

local pipe = assert(io.popen(("command -v '%s'"):format(server)))
local found = pipe:read "*l"
pipe:close()
if not found then
   fail(server .. " is not here; neither Debian nor npm has it: see doc/editors.md, or set LUA_LANGUAGE_SERVER")
end

local path, script = project()
os.execute(("'%s' --check='%s' --checklevel=Hint --check_format=json --check_out_path='%s/out.json' --logpath='%s/log' "
   .. ">/dev/null 2>&1"):format(found, path, path, path))
local text = read(path .. "/out.json")
folder.remove(path)
if not text then fail "the language server wrote nothing" end
local said, says = table.concat(expected_in(script), "\n"), table.concat(found_in(text), "\n")
if said ~= says then fail(("the guide says\n%s\nbut the server\n%s"):format(said, says)) end
print("The language server finds what doc/editors.md says, and nothing else.")
