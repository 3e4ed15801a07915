-- Texts were cut before secrets in them were masked, and a secret that was cut was not found: an error showed the start
-- of the token or of the connection's secret. The same where a server cut the text, or where the answer broke off.
local personalize = require "personalize"
local server = require "spec.support.server"

local SECRET, TOKEN = "Kp9wTr4xZq7mLb2vNc8dHs3g", "Aa1Bb2Cc3Dd4Ee5Ff6Gg7Hh8"

-- What the server answers to /name/number: `cut` bytes of a secret, or the whole one so that `cut` bytes of it remain.
local BEHAVIOUR = ([[
   local SECRET, TOKEN = %q, %q
   local answers = {}

   function answers.page(connection, secret, cut, status)
      local body = "<html><title>" .. ("w"):rep(199 - cut) .. " " .. secret .. " more</title></html>"
      connection:respond(status or 502, { "Content-Type: text/html", "Content-Length: " .. #body }, body)
   end
   function answers.page_in_place_of_json(connection, secret, cut) return answers.page(connection, secret, cut, 200) end
   function answers.text(connection, secret, cut)
      local body = ("w"):rep(199 - cut) .. " " .. secret .. " more"
      connection:respond(400, { "Content-Type: text/plain", "Content-Length: " .. #body }, body)
   end
   function answers.xml(connection, secret, cut)
      local body = "<error><message>" .. ("w"):rep(199 - cut) .. " " .. secret .. " more</message></error>"
      connection:respond(400, { "Content-Type: text/xml", "Content-Length: " .. #body }, body)
   end
   function answers.location(connection, secret, cut)
      connection:respond(302, { "Location: /?q=" .. ("w"):rep(4096 - 5 - cut) .. secret, "Content-Length: 0" })
   end
   function answers.broken_off(connection, secret, cut)
      connection:respond(502, { "Content-Type: text/html", "Content-Length: 9999" }, "<p>" .. secret:sub(1, cut))
      connection:close()
   end
   function answers.broken_off_text(connection, secret, cut)
      connection:respond(400, { "Content-Type: text/plain", "Content-Length: 9999" }, "sent " .. secret:sub(1, cut))
      connection:close()
   end
   function answers.broken_off_escape(connection, secret, cut)
      local escaped = secret:gsub(".", function(c) return ("\\u%%04x"):format(c:byte()) end)
      connection:respond(400, { "Content-Type: text/plain", "Content-Length: 9999" }, escaped:sub(1, 24 + cut))
      connection:close()
   end
   function answers.of_no_stated_length(connection, secret, cut)
      connection:respond(400, { "Content-Type: text/plain", "Connection: close" }, "sent " .. secret:sub(1, cut))
      connection:close()
   end
   function answers.cut_by_the_server(connection, secret, cut)
      local body = '{"message":"' .. secret:sub(1, cut) .. '...","developerMessage":"' .. secret:sub(1, cut)
         .. '\\u2026"}'
      connection:respond(400, { "Content-Length: " .. #body }, body)
   end

   return function(connection)
      for request in function() return connection:request() end do
         local name, which, cut = request.path:match "^/([%%a_]+)/(%%a)(%%d+)$"
         answers[name](connection, which == "s" and SECRET or TOKEN, tonumber(cut))
         if connection.closed then return end
      end
   end ]]):format(SECRET, TOKEN)

local NAMES = { "page", "page_in_place_of_json", "text", "xml", "location", "broken_off", "broken_off_text",
   "broken_off_escape", "of_no_stated_length", "cut_by_the_server" }

-- All texts in a value.
local function flat(value, depth)
   if type(value) ~= "table" then return tostring(value) end
   local parts = { tostring(value) }
   for name, member in pairs(value) do
      parts[#parts + 1] = tostring(name) .. "=" .. (depth < 5 and flat(member, depth + 1) or "")
   end
   return table.concat(parts, "\n")
end

local function unescaped(text)
   return (text:gsub("\\u00(%x%x)", function(digits) return string.char(tonumber(digits, 16)) end))
end

describe("a secret in a text that was cut", function()
   local s

   setup(function() s = server.start(BEHAVIOUR) end)
   teardown(function() s:stop() end)

   for _, name in ipairs(NAMES) do
      it("is not shown: " .. name, function()
         local seen = {}
         local client = assert(personalize.new { base_url = s.url, access_token = TOKEN, retry = false,
            on_event = function(event) seen[#seen + 1] = flat(event, 1) end })
         for which, secret in pairs { s = SECRET, t = TOKEN } do
            for cut = 4, #secret - 1 do
               local value, err = client:request { method = "PUT", path = ("/%s/%s%d"):format(name, which, cut),
                  body = { auth = { clientSecret = SECRET } } }
               assert.is_nil(value)
               assert.truthy(err.status)
               local shown = unescaped(flat(err, 1) .. tostring(err) .. table.concat(seen))
               assert.is_nil(shown:find(secret:sub(1, 4), 1, true), cut)
            end
         end
      end)
   end

   it("is masked, and the text around it is shown", function()
      local client = assert(personalize.new { base_url = s.url, access_token = TOKEN, retry = false })
      local _, err = client:request { path = "/broken_off_text/t10" }
      assert.equal("sent ***", err.body)
      assert.matches('"sent %*%*%*"; it did not come whole', err.message)
      _, err = client:request { path = "/cut_by_the_server/t10" }
      assert.equal("***...: ***\226\128\166", err.message)
   end)
end)
