-- The reference as pages of Markdown, for the site: a page for each module, made of what LDoc read (`model.lua`).
local types = require "doc.reference.types"

local pages = {}

-- ------------------------------------------------------------------ names and places

local function variable_of(class) return class.name:match "[^.]+$" end

-- Functions come by their names, tables of options behind a word of their own: some have the name of a function.
local function anchor_of(module, item)
   local own = item.class == module.name and "" or item.class:sub(#module.name + 2):gsub("%.", "-") .. "-"
   return own .. (item.kind == "table" and "table-" or "") .. item.name
end

local function file_of(module) return module.name .. ".md" end

-- Where each name has its text: qualified name -> link.
local function places_of(modules)
   local places = {}
   for _, module in ipairs(modules) do
      places[module.name] = file_of(module)
      for _, item in ipairs(module.items) do
         local name = item.kind == "class" and item.class or item.class .. "." .. item.name
         local anchor = item.kind == "class" and "class-" .. item.name or anchor_of(module, item)
         places[name] = places[name] or ("%s#%s"):format(file_of(module), anchor)
      end
   end
   return places
end

-- ------------------------------------------------------------------ text

-- Applies a function to what stands outside of code.
local function outside_code(text, change)
   local parts, place = {}, 1
   for before, code, after in text:gmatch "([^`]*)(`+[^`]+`+)()" do
      parts[#parts + 1] = change(before) .. code
      place = after
   end
   return table.concat(parts) .. change(text:sub(place))
end

local function prose(text, places)
   text = outside_code(text, function(part)
      return (part:gsub("&", "&amp;"):gsub("<", "&lt;"):gsub("{{", "&#123;&#123;"))
   end)
   return (text:gsub("@{([%w._]+)}", function(name)
      return places[name] and ("[`%s`](%s)"):format(name, places[name]) or ("`%s`"):format(name)
   end))
end

local function cell(text, places) return (prose(text, places):gsub("\n", " "):gsub("|", "\\|")) end

-- A type: names that have a text of their own lead there.
local function type_text(kind, places)
   local parts = {}
   for between, name in (types.luacats(kind) .. "\0"):gmatch "([^%a%z]*)([%a]?[%w_.]*)%z?" do
      if between ~= "" then parts[#parts + 1] = ("`%s`"):format(between) end
      local place = places[name]
      if name ~= "" then
         parts[#parts + 1] = place and ("[`%s`](%s)"):format(name, place) or ("`%s`"):format(name)
      end
   end
   return (table.concat(parts):gsub("``", ""):gsub("|", "\\|"))
end

-- ------------------------------------------------------------------ items

local function add(lines, ...)
   for _, line in ipairs { ... } do lines[#lines + 1] = line end
end

local function add_code(lines, usage)
   if not usage or #usage == 0 then return end
   for _, text in ipairs(usage) do add(lines, "```lua", (text:gsub("^\n+", ""):gsub("%s+$", "")), "```", "") end
end

local function add_row(lines, field, places, prefix)
   local about = cell(field.about or "", places)
   if field.default then about = ("%s (default `%s`)"):format(about, (field.default:gsub("|", "\\|"))) end
   add(lines, ("| `%s%s`%s | %s | %s |"):format(prefix or "", field.name, field.is_optional and " ?" or "",
      type_text(field.type, places), about))
   for _, each in ipairs(field.fields or {}) do add_row(lines, each, places, field.name .. ".") end
end

local function add_values(lines, fields, places)
   add(lines, "| value | |", "| --- | --- |")
   for _, field in ipairs(fields) do add(lines, ("| `%s` | %s |"):format(field.name, cell(field.about, places))) end
   add(lines, "")
end

local function add_fields(lines, fields, places, heading)
   if #fields == 0 then return end
   if not fields[1].type then return add_values(lines, fields, places) end
   add(lines, ("| %s | type | |"):format(heading), "| --- | --- | --- |")
   for _, field in ipairs(fields) do add_row(lines, field, places) end
   add(lines, "")
end

local function add_returns(lines, item, places)
   for _, returned in ipairs(item.returns) do
      add(lines, ("- gives %s %s"):format(type_text(returned.type, places), prose(returned.about, places)))
   end
   if item.fails then
      add(lines, ("- or `nil` and an [error](%s) %s"):format(places["personalize.error"], prose(item.fails, places)))
   end
   if item.fails or #item.returns > 0 then add(lines, "") end
end

local function signature(item, name)
   local names = {}
   for index, param in ipairs(item.params) do
      names[index] = param.is_optional and ("[%s]"):format(param.name) or param.name
   end
   return ("%s(%s)"):format(name, table.concat(names, ", "))
end

local function add_function(lines, item, name, anchor, places)
   add(lines, ("### %s {#%s}"):format(name, anchor), "", "```lua", signature(item, name), "```", "",
      prose(item.about, places), "")
   if item.api then add(lines, "Published as " .. prose(item.api, places) .. ".", "") end
   add_fields(lines, item.params, places, "parameter")
   add_returns(lines, item, places)
   add_code(lines, item.usage)
end

local function add_item(lines, module, class, item, places)
   local variable, anchor = variable_of(class), anchor_of(module, item)
   if item.kind == "function" then
      add_function(lines, item, variable .. (item.is_method and ":" or ".") .. item.name, anchor, places)
   elseif item.kind == "field" then
      local field = item.fields[1]
      add(lines, ("### %s.%s {#%s}"):format(variable, item.name, anchor), "",
         type_text(field.type, places) .. " " .. prose(field.about, places), "", prose(item.about, places), "")
   else
      local name = item.name == "members" and "Members" or item.name
      add(lines, ("### %s {#%s}"):format(name, anchor), "", prose(item.about, places), "")
      add_fields(lines, item.fields, places, "member")
      add_code(lines, item.usage)
   end
end

local sections = { { "function", "Functions" }, { "field", "Values" }, { "table", "Tables" } }

local function has(class, kind)
   for _, item in ipairs(class.items) do
      if item.kind == kind then return true end
   end
   return false
end

local function page_of(module, places)
   local lines = { "---", "outline: [2, 3]", "---", "", "# " .. module.name, "", prose(module.about, places), "" }
   for index, class in ipairs(types.classes(module)) do
      local short = class.name:sub(#module.name + 2)
      local suffix = index > 1 and " of " .. short or ""
      if index > 1 then
         add(lines, ("## %s {#class-%s}"):format(class.name, short), "", prose(class.about, places), "")
      end
      if class.extends then add(lines, "It is " .. type_text(class.extends, places) .. " too.", "") end
      for _, section in ipairs(sections) do
         if has(class, section[1]) then
            local id = (section[2] .. suffix):lower():gsub("[ .]", "-")
            add(lines, ("## %s%s {#%s}"):format(section[2], suffix, "all-" .. id), "")
            for _, item in ipairs(class.items) do
               if item.kind == section[1] then add_item(lines, module, class, item, places) end
            end
         end
      end
   end
   add_code(lines, module.usage)
   return table.concat(lines, "\n"):gsub("\n\n\n+", "\n\n"):gsub("\n*$", "\n")
end

-- ------------------------------------------------------------------ pages

-- The command's help, which `chapters.lua` indents for LDoc.
local function command_page(text)
   local lines, is_code = {}, false
   local function fence() add(lines, is_code and "```" or "```text") is_code = not is_code end
   for line in (text .. "\n"):gmatch "(.-)\n" do
      local code = line:match "^    (.*)"
      if code and not is_code then fence() elseif line:find "^#" and is_code then fence() add(lines, "") end
      if code ~= "@plain" then add(lines, code or line) end
   end
   if is_code then fence() end
   return (table.concat(lines, "\n"):gsub("\n\n```\n", "\n```\n")) .. "\n"
end

local function index_page(list, places)
   local lines = { "# Reference", "",
      "The examples assume `personalize`, a `client` of an emulator with the published example connections, its",
      "`connections`, that `emulator`, the connection `c` of the reference `ref`, an array `refs` of references,",
      "and, for connections as code, `sync` and the clients `staging` and `production`. They run as tests.", "",
      "| module or class | |", "| --- | --- |" }
   for _, module in ipairs(list) do
      local first = module.about:gsub("\n", " ")
      first = first:match "^(.-[.:])%s" or first
      add(lines, ("| [`%s`](%s) | %s |"):format(module.name, file_of(module), cell(first, places)))
   end
   add(lines, "| [The command](command.md) | The help of `personalize` and of each of its commands. |", "")
   return table.concat(lines, "\n")
end

--- The pages of the reference.
-- @param modules as `model.read` gives them
-- @param command the chapter of the command, as `chapters.command` writes it
-- @return name of the file -> text; the names of the modules in their order
function pages.of(modules, command)
   local places, list, made, names = places_of(modules), {}, {}, {}
   for _, module in ipairs(modules) do
      if module.kind ~= "topic" then
         list[#list + 1] = module
         names[#names + 1] = module.name
         made[file_of(module)] = page_of(module, places)
      end
   end
   made["index.md"] = index_page(list, places)
   made["command.md"] = command_page(command)
   return made, names
end

return pages
