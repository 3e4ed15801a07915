-- A server that says back whatever it was sent, in every place that a message can be in: nothing of it may show a
-- secret in an error, an event, or a tostring.
local personalize = require "personalize"
local json = require "personalize.json"
local url = require "personalize.native".url
local server = require "spec.support.server"

local CLIENT_SECRET = [[s3cr3t%/+"<of>&'client\ü]]
local API_TOKEN = "api-token:with/colon+plus="
local TOKEN = "tok.en-0123456789~_="
local OAUTH_SECRET = [[oauth"client'secret\/<&>]]
local HEADER_VALUE = "value-of-x-api-key"
local PROXY_PASSWORD = "pr0xy-pass"

-- What the server does with a call of the API; the token endpoint gives the token unless it is to echo as well.
local ECHO = [[
   local function quoted(text)
      return '"' .. text:gsub('[%%c"\\]', function(c)
         return c == '"' and '\\"' or c == "\\" and "\\\\" or ("\\u%%04x"):format(c:byte())
      end) .. '"'
   end
   local echo_tokens = %s
   return function(connection)
      for request in function() return connection:request() end do
         local all = request.head .. "\n" .. request.body
         local line = all:gsub("%%c", " ")
         if request.path:find "token$" and not echo_tokens then
            local body = '{"access_token":' .. quoted %q .. ',"expires_in":900}'
            connection:respond(200, { "Content-Length: " .. #body }, body)
         else
            local body = (%s)(all, quoted)
            connection:respond(%d, { "X-Request-Id: " .. line:sub(1, 3000), "Location: http://127.0.0.1/?x=" .. line,
               "X-Echo: " .. line, "Set-Cookie: session=" .. line, "Content-Length: " .. #body }, body)
         end
      end
   end]]

local BODIES = {
   ["a published error"] = [[function(all, quoted)
      return '{"message":' .. quoted(all) .. ',"developerMessage":' .. quoted(all) .. ',"code":' .. quoted(all)
         .. ',"moreInfoUrl":' .. quoted(all) .. '}'
   end]],
   ["HTML"] = [[function(all)
      return "<pre>" .. all:gsub("[&<>\"']", { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;",
         ["'"] = "&#39;" }) .. "</pre>"
   end]],
   ["plain text"] = "function(all) return all end",
   ["a long text"] = "function(all) return (all .. '\\n'):rep(400) end",
   ["JSON in JSON"] = [[function(all, quoted) return '{"error":' .. quoted(quoted(all)) .. '}' end]],
   ["an array"] = "function(all, quoted) return '[' .. quoted(all) .. ']' end",
   ["an object"] = [[function(all, quoted) return '{"items":' .. quoted(all) .. '}' end]],
}

local DEFINITION = {
   name = "Weather", systemType = "DATA_SYSTEM",
   auth = { authType = "OAUTH", clientId = "visible-id", clientSecret = OAUTH_SECRET,
      accessTokenUrl = "https://example.com/token" },
   request = { requestType = "GET", connectionUrl = "https://example.com/" },
   customHeaders = { { name = "X-Api-Key", value = HEADER_VALUE } },
}

-- Every text in a value, its tables and what tostring makes of them.
local function texts_in(value, found, seen)
   found, seen = found or {}, seen or {}
   if type(value) == "string" then
      found[#found + 1] = value
   elseif type(value) == "table" and not seen[value] then
      seen[value] = true
      found[#found + 1] = tostring(value)
      for name, member in next, value do
         texts_in(name, found, seen)
         texts_in(member, found, seen)
      end
   end
   return found
end

local function forms_of(secret)
   local quoted = json.encode(secret):sub(2, -2)
   return { secret, url.escape(secret), quoted, json.encode(quoted):sub(2, -2),
      (secret:gsub("[&<>\"']", { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;",
         ["'"] = "&#39;" })) }
end

local function assert_hidden(value, where)
   local basic = "a2V5OmFwaS10b2tlbjp3aXRoL2NvbG9uK3BsdXM9" -- key:API_TOKEN
   for _, text in ipairs(texts_in(value)) do
      for _, secret in ipairs { CLIENT_SECRET, API_TOKEN, TOKEN, OAUTH_SECRET, HEADER_VALUE, PROXY_PASSWORD, basic } do
         for _, form in ipairs(forms_of(secret)) do
            if text:find(form, 1, true) then error(("%s shows %s: %s"):format(where, form, text:sub(1, 2000)), 0) end
         end
      end
   end
end

local CALLS = {
   function(connections) return connections.list() end,
   function(connections) return connections.get "r1" end,
   function(connections) return connections.create(DEFINITION) end,
   function(connections) return connections.update("r1", DEFINITION) end,
   function(connections) return connections.test(DEFINITION) end,
}

local CREDENTIALS = {
   { client_id = "id", client_secret = CLIENT_SECRET },
   { client_key = "key", api_token = API_TOKEN },
   { access_token = TOKEN },
}

describe("a server that echoes", function()
   -- Makes all calls with all credentials; each has to fail, and to show nothing.
   local function check(status, body, echo_tokens)
      local s = server.start(ECHO:format(tostring(echo_tokens or false), TOKEN, body, status))
      local failures = 0
      for _, credentials in ipairs(CREDENTIALS) do
         local events = {}
         local options = { base_url = s.url, timeout = 5, retry = { attempts = 2, base_delay = 0, max_delay = 0.01 },
            on_event = function(event) events[#events + 1] = event end }
         for name, value in pairs(credentials) do options[name] = value end
         if options.client_id then options.token_url = s.url .. "/token" end
         local client = assert(personalize.new(options))
         for index, call in ipairs(CALLS) do
            local value, err = call(client.connections)
            if err then
               failures = failures + 1
               assert.is_true(personalize.is_error(err))
               assert_hidden(err, ("the error of call %d"):format(index))
               assert_hidden(personalize.meta(err) or {}, "meta")
            else
               assert_hidden(tostring(value), "tostring")
            end
         end
         assert.is_true(#events >= 10)
         assert_hidden(events, "an event")
         assert_hidden(client, "the client")
         client:close()
      end
      s:stop()
      return failures
   end

   for name, body in pairs(BODIES) do
      for _, status in ipairs { 200, 302, 400, 401, 500 } do
         it(("says %s with %d"):format(name, status), function()
            local failures = check(status, body)
            assert.is_true(failures >= (status == 200 and 2 or 15), failures)
         end)
      end
   end

   it("is the token endpoint", function()
      for _, name in ipairs { "a published error", "HTML", "plain text", "an object" } do
         for _, status in ipairs { 200, 302, 400, 401, 500 } do check(status, BODIES[name], true) end
      end
   end)

   it("is a proxy's error page", function()
      local s = server.start(ECHO:format("true", "", BODIES["plain text"], 502))
      local events = {}
      local client = assert(personalize.new { base_url = "https://api.test", access_token = TOKEN,
         proxy = ("http://user:%s@127.0.0.1:%d"):format(PROXY_PASSWORD, s.port),
         retry = false, on_event = function(event) events[#events + 1] = event end })
      local _, err = client.connections.list()
      assert.equal("connect", err.kind)
      assert.matches("502", err.message)
      assert.equal("CONNECT", s:requests()[1].method)
      assert_hidden(err, "the error")
      assert_hidden(events, "an event")
      assert.is_nil(texts_in(err)[1]:find "dXNlcjpwcjB4eS1wYXNz")
      s:stop()
      err = select(2, client.connections.list())
      assert.equal("connect", err.kind)
      assert_hidden(err, "the error of a proxy that is gone")
   end)

   it("keeps what is no secret readable", function()
      local s = server.start(ECHO:format("false", TOKEN, BODIES["a published error"], 400))
      local client = assert(personalize.new { base_url = s.url, access_token = TOKEN })
      local _, err = client.connections.create(DEFINITION)
      assert.matches("visible%-id", err.message)
      assert.matches("Weather", err.message)
      assert.matches("authorization: %*%*%*", err.message:lower():gsub("bearer ", ""))
      s:stop()
   end)
end)
