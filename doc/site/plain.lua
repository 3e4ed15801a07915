-- Makes plain pages of the site's, which need no server: `lua5.4 doc/site/plain.lua FROM TO`. Browsers load no modules
-- from files, so VitePress's program goes, and with it the search. Links become relative; plain.js does what is left.
local writing = require "doc.reference.writing"

local from, to = arg[1], assert(arg[2], "usage: lua5.4 doc/site/plain.lua FROM TO")
local base = os.getenv "SITE_BASE" or "/"

local style = "<style>.VPNavBarSearch,.VPNavBarHamburger,.VPLocalNavOutlineDropdown,.VPDocFooter,button.copy"
   .. "{display:none!important}</style>"

local function relative(name, link)
   local path, rest = link:match "^([^?#]*)(.*)$"
   if path:sub(1, #base) == base then path = "/" .. path:sub(#base + 1) end
   if path:find "/$" then path = path .. "index.html" end
   return ("../"):rep(select(2, name:gsub("/", ""))) .. path:sub(2) .. rest
end

local function plain_tag(name, tag)
   return (tag:gsub('(%s)(%l+)="(/[^"]*)"', function(blank, attribute, link)
      if attribute ~= "href" and attribute ~= "src" then return nil end
      return ('%s%s="%s"'):format(blank, attribute, relative(name, link))
   end))
end

local function plain_page(name, text)
   text = text:gsub('<script type="module".-</script>', ""):gsub("<script>window%.__VP_.-</script>", "")
   text = text:gsub('%s*<link rel="modulepreload"[^>]*>', ""):gsub('%s*<link rel="preload" [^>]*>', "")
   text = text:gsub('rel="preload stylesheet"', 'rel="stylesheet"'):gsub(' as="style"', "")
   text = text:gsub("<%a[^>]*>", function(tag) return plain_tag(name, tag) end)
   return (text:gsub("</head>", function()
      return ('%s\n<script src="%s" defer></script>\n</head>'):format(style, relative(name, "/plain.js"))
   end))
end

local function plain_style(name, text)
   return (text:gsub("url%((/[^)]*)%)", function(link) return ("url(%s)"):format(relative(name, link)) end))
end

os.execute(("rm -rf '%s'"):format(to))
local pipe = assert(io.popen(("cd '%s' && find . -type f"):format(from)))
for line in pipe:lines() do
   local name = line:sub(3)
   local text = not name:find "%.js$" and name ~= "404.html" and name ~= "hashmap.json"
      and assert(writing.read(from .. "/" .. name))
   if text and name:find "%.html$" then text = plain_page(name, text) end
   if text and name:find "%.css$" then text = plain_style(name, text) end
   if text then writing.write(to .. "/" .. name, text) end
end
pipe:close()
writing.write(to .. "/plain.js", assert(writing.read "doc/site/plain.js"))
