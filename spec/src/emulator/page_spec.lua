-- The page for people in a real browser: what it shows, what it arms, and what it never shows or asks.
local browser = require "spec.support.browser"
local json = require "personalize.json"
local personalize = require "personalize"
local emulator = require "personalize.emulator"

local SECRET, HEADER = "of-the-auth-0123456789", "of-the-header-0123456789"

local function definition(name)
   return { name = name, systemType = "DATA_SYSTEM",
      auth = { authType = "OAUTH", clientId = "me", clientSecret = SECRET, accessTokenUrl = "https://a.example.com/t" },
      request = { requestType = "POST", connectionUrl = "https://api.example.com/x?city=${city}",
         requestBody = '{"city":"${city}"}' },
      inputMappings = { { key = "city", exampleValue = "Dublin", type = "string", label = "City" } },
      customHeaders = { { name = "X-Api-Key", value = HEADER } } }
end

local function text_of(id) return ("return document.getElementById(%q).innerText"):format(id) end

local function has(id, text)
   return ("return document.getElementById(%q).innerText.includes(%s)"):format(id, json.encode(text))
end

local function click(selector)
   return ("document.querySelector(%s).click()"):format(json.encode(selector))
end

describe("the emulator's page #browser", function()
   local running, client, page

   setup(function()
      running = assert(emulator.start { seed = true })
      client = assert(personalize.new(running:options()))
      page = browser.start(1440)
      page:open(running.url .. "/_emulator/")
   end)

   teardown(function()
      page:stop()
      client:close()
      running:stop()
   end)

   it("lists the connections, and shows what a test of one would send", function()
      assert.is_true(page:wait_for(has("list", "Weather Data System")))
      assert(client.connections.create(definition "Of the page"))
      assert.is_true(page:wait_for(has("list", "Of the page")))
      page:run [[Array.from(document.querySelectorAll("#list button"))
         .find((b) => b.innerText.includes("Of the page")).click()]]
      local shown = page:run(text_of "connection")
      for _, expected in ipairs { "POST https://api.example.com/x?city=Dublin", '"city": "Dublin"', "X-Api-Key: ***",
         '"clientId": "me"' } do
         assert.is_truthy(shown:find(expected, 1, true), expected .. " in " .. shown)
      end
   end)

   it("sees a call arrive without being loaded again, and shows its request beside its answer", function()
      page:run "window.isTheSame = true; window.before = document.querySelectorAll('#calls button').length"
      assert(client.connections.create(definition "Seen"))
      assert.is_true(page:wait_for [[return document.querySelectorAll("#calls button").length > window.before]])
      page:run(click "#calls button")
      local shown = page:run(text_of "call")
      assert.is_truthy(shown:find("POST /v2/connections", 1, true))
      assert.is_truthy(shown:find("201, by “create”", 1, true), shown)
      assert.is_truthy(shown:find('"name": "Seen"', 1, true))
      assert.is_true(page:run "return window.isTheSame === true")
   end)

   it("filters the journal", function()
      page:run [[const f = document.getElementById("filter"); f.value = "oauth token";
         f.dispatchEvent(new Event("input"))]]
      local shown = page:run(text_of "calls")
      assert.is_truthy(shown:find("POST /oauth/token", 1, true))
      assert.is_nil(shown:find("/v2/connections", 1, true))
      page:run [[const f = document.getElementById("filter"); f.value = ""; f.dispatchEvent(new Event("input"))]]
   end)

   it("arms a fault, and sees it hit", function()
      page:run [[Array.from(document.querySelectorAll("#usual button"))
         .find((b) => b.innerText === "500 three times").click()]]
      assert.is_true(page:wait_for(has("armed", "3 more, hit 0 times")), page:run "return document.body.innerText")
      local _, err = client.connections.list { retry = false }
      assert.equal(500, err.status)
      assert.is_true(page:wait_for(has("armed", "2 more, hit 1 times")))
      assert.is_true(page:wait_for [[return document.querySelector("#calls button")?.innerText.includes("fault")]])
      page:run(click "#heal")
      assert.is_true(page:wait_for [[return document.getElementById("armed").innerText === ""]])
   end)

   it("shows no secret anywhere", function()
      page:run [[document.querySelectorAll("#list button").forEach((b) => b.click())]]
      local source = page:run "return document.documentElement.innerHTML"
      local known = { SECRET, HEADER, running:options().client_secret, running:options("api_token").api_token }
      for _, secret in ipairs(known) do assert.is_nil(source:find(secret, 1, true)) end
   end)

   it("asks before it resets, and then does", function()
      page:run(click "#reset")
      assert.is_true(page:run [[return document.getElementById("confirm").open]])
      page:run(click "#confirm-no")
      assert.is_true(#assert(client.connections.list()) > 3)
      page:run(click "#reset")
      page:run(click "#confirm-yes")
      assert.is_true(page:wait_for(has("connections-title", "Connections (3)")))
      assert.equal(3, running:counts().connections)
   end)

   it("can be used by the keyboard", function()
      local focusable = page:run [[return Array.from(document.querySelectorAll("button, input"))
         .every((e) => e.tabIndex === 0)]]
      assert.is_true(focusable)
   end)

   for _, dark in ipairs { false, true } do
      it("fits a narrow screen, " .. (dark and "dark" or "light"), function()
         local narrow = browser.start(390, dark)
         finally(function() narrow:stop() end)
         narrow:open(running.url .. "/_emulator/")
         assert.is_true(narrow:wait_for(has("list", "Weather Data System")))
         assert.equal(390, narrow:run "return window.innerWidth")
         assert.equal(dark, narrow:run "return matchMedia('(prefers-color-scheme: dark)').matches")
         narrow:run [[document.querySelectorAll("#list button, #calls button").forEach((b) => b.click())]]
         assert.is_true(narrow:run "return document.documentElement.scrollWidth <= window.innerWidth")
      end)
   end

   it("asks nobody but the emulator, and breaks no rule of its policy", function()
      local asked = 0
      for _, entry in ipairs(page:log "performance") do
         local message = assert(json.decode(entry.message)).message
         if message.method == "Network.requestWillBeSent" then
            local url = message.params.request.url
            if not url:find "^chrome[%a-]*://" then -- the browser's own, before it was told where to go
               assert.is_truthy(url:sub(1, #running.url) == running.url or url:find "^data:", url)
               asked = asked + 1
            end
         end
      end
      assert.is_true(asked > 4)
      for _, entry in ipairs(page:log "browser") do
         assert.is_nil(entry.message:find("Content Security Policy", 1, true), entry.message)
      end
   end)
end)
