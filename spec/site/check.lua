-- Looks at the built site in Chromium, served by nginx and as plain files: `lua5.4 spec/site/check.lua FOLDER [SHOTS]`.
-- SHOTS is a folder for pictures of what it looked at. Run by `make check-site`.
local browser = require "spec.support.browser"
local json = require "personalize.json"
local nginx = require "spec.support.nginx"

local folder, shots = assert(arg[1], "usage: lua5.4 spec/site/check.lua FOLDER [SHOTS]"), arg[2]
local passed, failed = 0, 0

local function check(title, fine, ...)
   if fine then passed = passed + 1 else failed = failed + 1 end
   print((fine and "ok: " or "failed: ") .. title .. (fine and "" or ": " .. table.concat({ ... }, " ")))
end

local pages = { "index", "doc/first-steps", "doc/benchmarks", "doc/faults", "doc/command", "reference/index",
   "reference/personalize.connections", "reference/personalize.error", "reference/command", "examples/index",
   "examples/openresty/nginx.conf", "CHANGELOG", "SECURITY", "CONTRIBUTING" }

-- What is wider than the window and does not scroll by itself. An error's page has nothing wide.
local overflow = [[
   if (!document.querySelector('.VPContent')) return 'not a page of the site: ' + document.body.textContent.slice(0, 60)
   const found = []
   for (const each of document.querySelectorAll('.vp-doc *, .VPNav *, .VPLocalNav *')) {
      const box = each.getBoundingClientRect()
      let scrolls = false
      for (let up = each; up; up = up.parentElement) {
         if (['auto', 'scroll', 'hidden'].includes(getComputedStyle(up).overflowX)) scrolls = true
      }
      const isWide = box.width && box.right > innerWidth + 1
      if (isWide && !scrolls) found.push(each.tagName + ': ' + each.textContent.slice(0, 60))
   }
   const width = document.documentElement.scrollWidth
   if (width > innerWidth) found.unshift('the page is ' + width + ' wide')
   return found.slice(0, 3).join('; ')]]

local function shoot(page, name)
   if shots then page:shoot(("%s/%s.png"):format(shots, name)) end
end

local is_ready = "return document.readyState === 'complete'"

-- Plain pages have the same text: a few will do.
local few = { "index", "doc/command", "reference/personalize.connections", "examples/index" }

local function look_at_pages(page, base, width, kind)
   local wrong = {}
   for _, name in ipairs(kind == "plain" and few or pages) do
      page:open(("%s/%s.html"):format(base, name))
      page:wait_for(is_ready)
      local found = page:run(overflow)
      if found ~= "" then wrong[#wrong + 1] = name .. ": " .. found end
      shoot(page, ("%s-%d-%s"):format(kind, width, name:gsub("/", "_")))
   end
   check(("%s, %d pixels: nothing is wider than the window"):format(kind, width), #wrong == 0,
      table.concat(wrong, "\n   "))
end

-- Addresses outside of `base` that the browser asked for.
local function strangers(page, base)
   local found = {}
   for _, entry in ipairs(page:log "performance") do
      local message = json.decode(entry.message).message
      local url = message.method == "Network.requestWillBeSent" and message.params.request.url
      local is_own = not url or url:sub(1, #base) == base or url:find "^data:" or url:find "^chrome"
      if not is_own then found[#found + 1] = url end
   end
   return table.concat(found, " ")
end

local is_dark = "return document.documentElement.classList.contains('dark')"
local switch = "for (const each of document.querySelectorAll('.VPSwitchAppearance')) if (each.offsetParent) "
   .. "{ each.click(); return true } return false"

local function look_at_appearance(page, url, kind)
   page:open(url)
   page:wait_for(is_ready)
   local before = page:run(is_dark)
   check(kind .. ": the switch is there", page:wait_for(switch))
   check(kind .. ": it turns the page dark", before == false
      and page:wait_for "return document.documentElement.classList.contains('dark')")
   shoot(page, kind .. "-dark")
   page:open(url)
   page:wait_for(is_ready)
   check(kind .. ": and that is kept", page:run(is_dark) == true)
   page:run(switch)
end

local function look_for(page, base, word, wanted)
   page:open(base .. "/index.html")
   page:wait_for "const b = document.querySelector('.DocSearch-Button'); if (b) b.click(); \
      return !!document.querySelector('#localsearch-input')"
   page:run(("const input = document.querySelector('#localsearch-input'); input.value = '%s'; \
      input.dispatchEvent(new Event('input', { bubbles: true })); return true"):format(word))
   local found = page:wait_for(("return [...document.querySelectorAll('.VPLocalSearchBox .result')] \
      .some(each => each.href.endsWith('%s'))"):format(wanted))
   shoot(page, "search-" .. word)
   check(("the search for %s finds %s"):format(word, wanted), found,
      page:run "return [...document.querySelectorAll('.VPLocalSearchBox .result')].map(each => each.href).join(' ')")
end

-- A copy: nginx's workers may be another user, who can't enter the folders above the site.
local place = nginx.folder "755"
assert(os.execute(("cp -r '%s/html' %s && chmod -R a+rX %s"):format(folder, place, place)))
local server = nginx.start(place, "types { text/html html; text/css css; text/javascript js; image/svg+xml svg; "
   .. "font/woff2 woff2; application/json json; } server { listen 127.0.0.1:%PORT1%; root %FOLDER%/html; }")
local base = ("http://127.0.0.1:%d"):format(server.ports[1])
local files = ("file://%s/plain"):format(folder)

local page
local done, problem = xpcall(function()
   for _, width in ipairs { 390, 1440 } do
      page = browser.start(width)
      look_at_pages(page, base, width, "site")
      if width == 1440 then
         look_at_appearance(page, base .. "/doc/secrets.html", "site")
         look_for(page, base, "patch", "/reference/personalize.connections.html#patch")
         look_for(page, base, "ambiguous", "/doc/errors-and-retries.html#was-it-created")
      end
      local found = strangers(page, base)
      check(("site, %d pixels: nothing is asked for elsewhere"):format(width), found == "", found)
      look_at_pages(page, files, width, "plain")
      if width == 1440 then look_at_appearance(page, files .. "/doc/secrets.html", "plain") end
      if width == 390 then
         page:open(files .. "/doc/secrets.html")
         page:run "document.querySelector('.VPLocalNav .menu').click(); return true"
         check("plain, 390 pixels: the menu opens", page:wait_for "return document.querySelector('.VPSidebar') \
            .getBoundingClientRect().left === 0")
         shoot(page, "plain-390-menu")
      end
      found = strangers(page, files)
      check(("plain, %d pixels: nothing is asked for elsewhere"):format(width), found == "", found)
      page:stop()
      page = nil
   end
   page = browser.start(390, true)
   page:open(base .. "/doc/secrets.html")
   check("who prefers dark pages has them", page:wait_for(is_dark))
   shoot(page, "dark-390")
   page:stop()
   page = nil
end, debug.traceback)
server:stop()
if not done then
   if page then page:stop() end
   check("the check ends", false, problem)
end
print(("site: %d passed, %d failed"):format(passed, failed))
os.exit(failed == 0, true)
