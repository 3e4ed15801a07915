-- Finds links of the site's pages that lead nowhere, anchors too, and anything that a page would fetch from elsewhere:
-- `lua5.4 doc/site/links.lua FOLDER`. VitePress looks at links between its pages alone, and at no anchor.
-- The environment's SITE_BASE is where the site is served, `/` unless it is given.
local folder = assert(arg[1], "usage: lua5.4 doc/site/links.lua FOLDER")
local base = os.getenv "SITE_BASE" or "/"

local function read(path)
   local file = io.open(path, "rb")
   local text = file and file:read "*a"
   if file then file:close() end
   return text
end

local entities = { amp = "&", quot = '"', lt = "<", gt = ">", ["#39"] = "'" }
local function unescaped(text)
   text = text:gsub("&(#?%w+);", entities):gsub("%%(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end)
   return text
end

local texts, ids, names = {}, {}, {}
local pipe = assert(io.popen(("cd '%s' && find . -name '*.html' | sort"):format(folder)))
for line in pipe:lines() do
   local name = line:sub(3)
   names[#names + 1], texts[name], ids[name] = name, read(folder .. "/" .. name), {}
   for id in texts[name]:gmatch '%sid="([^"]+)"' do ids[name][unescaped(id)] = true end
end
pipe:close()

local function resolve(from, path)
   local parts = {}
   if path:sub(1, #base) == base then
      path = path:sub(#base + 1)
   elseif path:sub(1, 1) ~= "/" then
      path = (from:match "^(.*/)" or "") .. path
   else
      return nil
   end
   for part in path:gmatch "[^/]+" do
      if part == ".." then table.remove(parts) elseif part ~= "." then parts[#parts + 1] = part end
   end
   local target = table.concat(parts, "/")
   if path:find "/$" or target == "" then target = target .. (target == "" and "" or "/") .. "index.html" end
   return target
end

local problems, count = {}, 0
local function report(...) problems[#problems + 1] = string.format(...) end

local function check(name, link)
   count = count + 1
   local path, anchor = link:match "^([^#?]*)[^#]*#?(.*)$"
   local target = path == "" and name or resolve(name, path)
   if not target or not ids[target] and not read(folder .. "/" .. target) then
      report("%s: %s leads to nothing", name, link)
   elseif anchor ~= "" and ids[target] and not ids[target][anchor] then
      report("%s: %s: %s has no such anchor", name, link, target)
   end
end

for _, name in ipairs(names) do
   for tag in texts[name]:gmatch "<%a[^>]*>" do
      local is_link = tag:find "^<a%s"
      for attribute, value in tag:gmatch '%s(%l+)="([^"]*)"' do
         if attribute == "href" or attribute == "src" then
            value = unescaped(value)
            local is_elsewhere = value:find "^%a[%a%d+.-]*:" or value:find "^//"
            if is_elsewhere and not is_link and not value:find "^data:" then
               report("%s: fetches %s", name, value)
            end
            if not is_elsewhere and name ~= "404.html" then check(name, value) end
         end
      end
   end
end

for _, problem in ipairs(problems) do io.stderr:write(problem, "\n") end
if #names == 0 then io.stderr:write("there are no pages in ", folder, "\n") end
print(("%d pages, %d links, %d that lead nowhere"):format(#names, count, #problems))
os.exit(#problems == 0 and #names > 0, true)
