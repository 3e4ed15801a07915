-- Puts the site's pages together as Markdown: `lua5.4 doc/site/assemble.lua FOLDER`. The guides are the files of the
-- tree as they are, at the same paths; the reference is made of the comments in the code, examples are pages with their
-- source. Files of the tree that a page links to become pages too.
local json = require "personalize.json"
local model = require "doc.reference.model"
local native = require "personalize.native"
local reference = require "doc.reference.pages"
local writing = require "doc.reference.writing"

local folder = assert(arg[1], "usage: lua5.4 doc/site/assemble.lua FOLDER")
local made = {}

local function write(path, text)
   made[path] = true
   writing.write(folder .. "/" .. path, text)
end

local function lines_of(command)
   local pipe, found = assert(io.popen(command)), {}
   for line in pipe:lines() do found[#found + 1] = line end
   pipe:close()
   return found
end

local function quoted(text) return "'" .. text:gsub("'", "'\\''") .. "'" end

local function is_folder(path) return lines_of("test -d " .. quoted(path) .. " && echo yes")[1] == "yes" end

-- ------------------------------------------------------------------ files of the tree as pages

local languages = { lua = "lua", sh = "sh", json = "json", yml = "yaml", conf = "nginx", service = "ini",
   timer = "ini" }

local function language_of(path, text)
   if path:find "Dockerfile$" then return "docker" end
   if text:find "^#!.*sh\n" then return "sh" end
   if path:find "%.service%.d/" then return "ini" end
   return languages[path:match "%.(%w+)$"] or "text"
end

-- A text in a fence that none of its lines ends.
local function fenced(text, language)
   local fence = "```"
   while text:find(fence, 1, true) do fence = fence .. "`" end
   return ("%s%s\n%s\n%s\n"):format(fence, language, text:gsub("%s+$", ""), fence)
end

local function add_source(path)
   local page = path .. ".md"
   if made[page] then return page end
   local text = assert(writing.read(path), path)
   write(page, ("# %s\n\n%s"):format(path, fenced(text, language_of(path, text))))
   return page
end

-- What a file's first comment says of it.
local function opening_of(path)
   local found = {}
   for line in (writing.read(path) .. "\n"):gmatch "(.-)\n" do
      local text = line:match "^%-%-%-? ?(.*)" or line:match "^# (.*)"
      if text then found[#found + 1] = text elseif #found > 0 or not line:find "^#!" then break end
   end
   local sentence = table.concat(found, " ")
   sentence = sentence:match "^(.-[.:])%s" or sentence
   return (sentence:gsub(":$", "."):gsub("[<|{]", "\\%0"))
end

local function add_folder(path, title)
   local page = path .. "/index.md"
   if made[page] then return page end
   local lines = { ("# %s"):format(title or path), "", "| file | |", "| --- | --- |" }
   for _, file in ipairs(lines_of(("find %s -type f | LC_ALL=C sort"):format(quoted(path)))) do
      add_source(file)
      lines[#lines + 1] = ("| [%s](%s.md) | %s |"):format(file:sub(#path + 2), file:sub(#path + 2), opening_of(file))
   end
   write(page, table.concat(lines, "\n") .. "\n")
   return page
end

-- ------------------------------------------------------------------ documents

local function resolve(from, link)
   local parts = {}
   for part in ((from:match "^(.*/)" or "") .. link):gmatch "[^/]+" do
      if part == ".." then table.remove(parts) elseif part ~= "." then parts[#parts + 1] = part end
   end
   return table.concat(parts, "/")
end

local function relative(from, to)
   return ("../"):rep(select(2, from:gsub("/", ""))) .. to
end

-- Pictures and data are copied beside the pages; what else is linked to becomes a page.
local function target_of(from, link)
   local path, anchor = link:match "^([^#]*)(#?.*)$"
   if path == "" or path:find "^%a+:" then return link end
   local target = resolve(from, path)
   if target == "README.md" then return relative(from, "index.md") .. anchor end
   if target:find "%.md$" then return link end
   if target:find "%.svg$" then
      write(target, assert(writing.read(target), target))
      return link:find "^%." and link or "./" .. link
   elseif target:find "%.json$" then
      write("public/" .. target, assert(writing.read(target), target))
      return "/" .. target
   end
   return relative(from, is_folder(target) and add_folder(target) or add_source(target))
end

-- Code that is indented becomes fenced: VitePress gives the other kind no frame that scrolls.
local function fence_indented(text)
   local lines, is_fenced, is_indented, last = {}, false, false, ""
   for line in (text .. "\n"):gmatch "(.-)\n" do
      if line:find "^%s*```" then is_fenced = not is_fenced end
      local code = line:match "^    (.*)"
      if is_indented and not code and line ~= "" then
         table.insert(lines, lines[#lines] == "" and #lines or #lines + 1, "```")
         is_indented = false
      elseif code and last == "" and not is_fenced and not is_indented then
         lines[#lines + 1] = "```text"
         is_indented = true
      end
      lines[#lines + 1] = is_indented and code or line
      last = line
   end
   if is_indented then lines[#lines + 1] = "```" end
   return table.concat(lines, "\n")
end

local function add_document(path, page)
   local lines, is_code = {}, false
   local function linked(link) return ("](%s)"):format(target_of(path, link)) end
   for line in (fence_indented(assert(writing.read(path), path)) .. "\n"):gmatch "(.-)\n" do
      if line:find "^%s*```" then is_code = not is_code end
      lines[#lines + 1] = is_code and line or line:gsub("%]%(([^)%s]+)%)", linked)
   end
   write(page or path, table.concat(lines, "\n"):gsub("\n+$", "\n"))
end

-- ------------------------------------------------------------------ the list at the side

local function title_of(path) return writing.read(path):match "^# ([^\n]+)" end

-- In full: VitePress takes `.yml` or `.json` for the end of what is no page.
local function link_to(path) return "/" .. path:gsub("index%.md$", ""):gsub("%.md$", ".html") end

-- The guides in the order of the README's table, then those that it does not name.
local function guides()
   local items, seen = {}, {}
   local function add(text, path)
      if seen[path] then return end
      seen[path] = true
      items[#items + 1] = { text = text:gsub("`", ""), link = link_to(path) }
   end
   for text, path in writing.read("README.md"):gmatch "\n| %[(.-)%]%((doc/[%w-]+%.md)%)" do add(text, path) end
   for _, path in ipairs(lines_of "ls doc/*.md") do add(title_of(path), path) end
   return items
end

local function examples()
   local items = { { text = "All", link = "/examples/" } }
   for _, file in ipairs(lines_of "find examples -type f | LC_ALL=C sort") do
      items[#items + 1] = { text = file:sub(#"examples/" + 1), link = link_to(file .. ".md") }
   end
   return items
end

local function write_parts(modules)
   local items = { { text = "All", link = "/reference/" } }
   for _, name in ipairs(modules) do
      items[#items + 1] = { text = name, link = link_to(("reference/%s.md"):format(name)) }
   end
   items[#items + 1] = { text = "The command's help", link = "/reference/command.html" }
   local project = { { text = "Changes", link = "/CHANGELOG.html" },
      { text = "Security", link = "/SECURITY.html" },
      { text = "Contributing", link = "/CONTRIBUTING.html" }, { text = "License", link = "/LICENSE.html" } }
   write(".vitepress/parts.json", assert(json.encode { version = native.version, sidebar = {
      { text = "Overview", link = "/" },
      { text = "Guides", collapsed = false, items = guides() },
      { text = "Reference", collapsed = true, items = items },
      { text = "Examples", collapsed = true, items = examples() },
      { text = "The project", collapsed = true, items = project },
   } }))
end

add_document("README.md", "index.md")
for _, path in ipairs { "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md" } do add_document(path) end
write("LICENSE.md", "# License\n\n" .. writing.read "LICENSE")
for _, path in ipairs(lines_of "ls doc/*.md") do add_document(path) end
add_folder("examples", "Examples")
local texts, modules = reference.of(model.read(), assert(writing.read "build/reference/command.md"))
for name, text in pairs(texts) do write("reference/" .. name, text) end
write_parts(modules)
write(".vitepress/config.mjs", writing.read "doc/site/config.mjs")

-- what an earlier run left
for _, path in ipairs(lines_of(("cd %s && find . -type f"):format(quoted(folder)))) do
   if not made[path:sub(3)] then os.remove(folder .. "/" .. path:sub(3)) end
end
