-- Secrets in every place where one may stand, looked for in everything that is shown.
local personalize = require "personalize"
local generate = require "spec.support.generate"
local json = require "personalize.json"
local server = require "spec.support.server"
local tenant = require "spec.support.tenant"

-- A secret that stands nowhere else: letters of both cases and digits, as keys and tokens look.
local function new_secret(g)
   local letters, parts = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", {}
   for index = 1, g:integer(16, 40) do
      local place = g:integer(1, #letters)
      parts[index] = letters:sub(place, place)
   end
   return "S3" .. table.concat(parts)
end

-- Puts a secret into a definition, in each place where credentials stand.
local places = {
   ["the client secret"] = function(d, secret) d.auth.clientSecret = secret end,
   ["the client secret, auth an array"] = function(d, secret)
      d.auth.clientSecret = secret
      d.auth = { { authType = "NONE" }, d.auth }
   end,
   ["a password of an unknown type"] = function(d, secret) d.auth = { authType = "BASIC", password = secret } end,
   ["a nested token of an unknown type"] = function(d, secret)
      d.auth = { authType = "CUSTOM", settings = { { access_token = secret } } }
   end,
   ["a value of an unknown type"] = function(d, secret) d.auth = { authType = "CUSTOM", value = secret } end,
   ["an API key in auth as an array"] = function(d, secret) d.auth = { { authType = "KEY", apiKey = secret } } end,
   ["a header of the token call"] = function(d, secret)
      d.auth.oauthCustomHeaders = { { name = "X-Whatever", value = secret } }
   end,
   ["a form item of the token call"] = function(d, secret)
      d.auth.formUrlEncodedItems = { { name = "username", value = secret } }
   end,
   ["Authorization"] = function(d, secret)
      d.customHeaders = { { name = "Authorization", value = "Bearer " .. secret } }
   end,
   ["Cookie"] = function(d, secret) d.customHeaders = { { name = "Cookie", value = "a=" .. secret .. "; b=c" } } end,
   ["a header of an unknown name"] = function(d, secret) d.customHeaders = { { name = "X-Shop", value = secret } } end,
   ["user information"] = function(d, secret) d.request.connectionUrl = "https://u:" .. secret .. "@example.com/" end,
   ["a parameter of the URL"] = function(d, secret)
      d.request.connectionUrl = "https://example.com/?q=${q}&api_key=" .. secret .. "&lang=en"
   end,
   ["a parameter of the token URL"] = function(d, secret)
      d.auth.accessTokenUrl = "https://example.com/token?sig=" .. secret
   end,
   ["JSON in the body"] = function(d, secret) d.request.requestBody = json.encode { a = { password = secret } } end,
   ["a template in the body"] = function(d, secret)
      d.request.requestBody = '{"n":${n},"secretKey":"' .. secret .. '"}'
   end,
   ["a form in the body"] = function(d, secret)
      d.request.requestBody = "grant_type=password&password=" .. secret .. "&a=b"
   end,
   ["XML in the body"] = function(d, secret) d.request.requestBody = "<a><Token>" .. secret .. "</Token></a>" end,
   ["JSON in JSON in the body"] = function(d, secret)
      d.request.requestBody = json.encode { a = json.encode { b = json.encode { token = secret } } }
   end,
   ["the example"] = function(d, secret) d.exampleValue = json.encode { key = secret, message = { text = "x" } } end,
   ["the example of an input"] = function(d, secret)
      d.inputMappings = { { label = "Key", key = "apiKey", type = "string", exampleValue = secret, mapping = "" } }
   end,
   ["the JSON example of an input"] = function(d, secret)
      d.inputMappings = { { key = "o", type = "object", exampleValue = json.encode { { authToken = secret } } } }
   end,
   ["a URL parameter"] = function(d, secret) d.urlParameters = { { name = "subscription-key", value = secret } } end,
   ["a URL parameter by its key"] = function(d, secret) d.urlParameters = { { key = "sig", value = secret } } end,
   ["a URL parameter as a member"] = function(d, secret) d.urlParameters = { { code = 1, token = secret } } end,
   ["an unknown member"] = function(d, secret) d.webhookSecret = secret end,
   ["a nested unknown member"] = function(d, secret) d.settings = { list = { { deep = { privateKey = secret } } } } end,
   ["a whole unknown member"] = function(d, secret) d.credentials = { jane = secret, list = { secret } } end,
   ["a bearer in the description"] = function(d, secret) d.description = "call it with Bearer " .. secret end,
   ["a URL in the description"] = function(d, secret) d.description = "see https://x:" .. secret .. "@example.com" end,
}

local function definition()
   return tenant.oauth { description = "d" }
end

-- What the standalone interpreter prints for `error(value)`.
local function trace_of(value)
   return tostring(value) .. "\n" .. debug.traceback(tostring(value)) .. "\n"
      .. select(2, xpcall(function() error(value) end, function(raised) return debug.traceback(tostring(raised)) end))
end

describe("no secret is shown", function()
   local it_is, connections, shown

   -- Remembers texts that people may see.
   local function show(...)
      for index = 1, select("#", ...) do
         local value = select(index, ...)
         shown[#shown + 1] = type(value) == "table" and trace_of(value) or tostring(value)
      end
   end

   local function show_events()
      for _, event in ipairs(it_is.events) do
         for name, value in pairs(event) do show(name, value) end
         if event.error then show(event.error, json.encode(event.error.problems or {}), event.error.body) end
      end
   end

   before_each(function()
      it_is = tenant.start(nil, { retry = false })
      connections, shown = it_is.connections, {}
   end)
   after_each(function() it_is:stop() end)

   local function show_all(given)
      show(connections, it_is.client, personalize.connections)
      show(connections.validate(given))
      local bad = {}
      for name, value in pairs(given) do bad[name] = value end
      bad.name, bad.connectionTimeout, bad.archived, bad.inputMappings = 5, "x", "y", "z"
      show(connections.validate(bad))
      show(connections.create(bad))
      -- the service takes auth as an object
      local created = assert(connections.create(given.auth[1] and definition() or given))
      show(created, connections.list(), connections.get(created))
      -- as it was given, too: with what the service does not return
      local c = assert(created:copy "Copy")
      for name, value in pairs(given) do c[name] = value end
      show(c, c:diff(created), created:diff(c), c:to_json { mask = true }, c:to_json { mask = true, pretty = true })
      assert.is_truthy(json.decode(c:to_json { mask = true }))
      show(connections.update(created.ref, c))
      show(connections.update("00000000-0000-4000-8000-000000000000", c))
      show(connections.patch(created, bad))
      show(connections.patch(created, given, { expect = { revision = 77 } }))
      c.unknown = print
      show(c:save())
      show(connections.test { auth = c.auth, request = c.request, unknown = print })
      show_events()
   end

   for name, plant in pairs(places) do
      it("from " .. name, function()
         local secret = new_secret(generate.new(31 + #name))
         local given = definition()
         plant(given, secret)
         show_all(given)
         assert.is_true(#shown > 30)
         for _, text in ipairs(shown) do assert.is_nil(text:find(secret, 1, true), text) end
         -- the data is as it was
         assert.is_truthy((json.encode(given):gsub("\\", "")):find(secret, 1, true))
      end)

      it("from a builder with " .. name, function()
         local secret = new_secret(generate.new(#name))
         local given = definition()
         plant(given, secret)
         local builder = connections.build("B"):auth(given.auth)
            :request("POST", given.request.connectionUrl, given.request.requestBody)
         for _, header in ipairs(given.customHeaders or {}) do builder:header(header.name, header.value) end
         for _, input in ipairs(given.inputMappings or {}) do
            builder:input(input.key, { example = input.exampleValue, type = input.type })
         end
         if given.exampleValue then builder:example(given.exampleValue) end
         show(builder, select(2, pcall(builder.auth, builder, given.auth)), select(2, pcall(builder.auth, builder, 5)))
         show(connections.validate(builder))
         for _, text in ipairs(shown) do assert.is_nil(text:find(secret, 1, true), text) end
      end)
   end

   it("from the published example", function()
      local file = assert(io.open "spec/fixtures/retrieve.json")
      local text = file:read "*a"
      file:close()
      local published = "RkeVXoh0NB5K8nGUH-Ew7w"
      assert.is_truthy(text:find(published, 1, true))
      show_all(json.decode(text))
      for _, line in ipairs(shown) do assert.is_nil(line:find(published, 1, true), line) end
   end)

   it("by a server that repeats what it was sent", function()
      local echo = server.start [[
         return function(connection)
            for request in function() return connection:request() end do
               local body = '{"status":400,"message":"bad: ' .. request.body:gsub('[\\"]', "\\%0") .. '"}'
               connection:respond(400, { "Content-Length: " .. #body, "Content-Type: application/json" }, body)
            end
         end]]
      finally(function() echo:stop() end)
      local client = assert(personalize.new { base_url = echo.url, access_token = "t0k3n-of-the-call", retry = false,
         on_event = function(event) it_is.events[#it_is.events + 1] = event end })
      for name, plant in pairs(places) do
         local secret = new_secret(generate.new(#name + 99))
         local given = definition()
         plant(given, secret)
         for _, call in ipairs {
            function() return client.connections.create(given) end,
            function() return client.connections.update("a", given, { missing_secrets = "send" }) end,
            function() return client.connections.test(given) end,
         } do
            local none, err = call()
            assert.is_nil(none)
            assert.equal("validation", err.kind)
            show(err, err.message, err.body, err.developer_message)
         end
         show_events()
         for _, text in ipairs(shown) do
            assert.is_nil(text:find(secret, 1, true), name .. ": " .. text)
            assert.is_nil(text:find("t0k3n-of-the-call", 1, true), text)
         end
         shown, it_is.events = {}, {}
      end
   end)

   it("by an interpreter that an error ends", function()
      local interpreter = require "spec.support.interpreter"
      local path = os.tmpname()
      local file = assert(io.open(path, "w"))
      file:write [[
         local connections = require "personalize".connections
         local builder = connections.build("B"):oauth { client_secret = "S3cr3tOfTheBuilder" }
         local _, err = connections.validate { auth = { clientSecret = { "S3cr3tOfTheBuilder" } } }
         print(builder, err)
         error(err)]]
      file:close()
      finally(function() os.remove(path) end)
      local output = io.popen(interpreter .. " " .. path .. " 2>&1"):read "*a"
      assert.matches("validation: name: is required", output)
      assert.matches("auth.clientSecret: expected a string, got an array", output, 1, true)
      assert.is_nil(output:find("S3cr3tOfTheBuilder", 1, true), output)
   end)
end)
