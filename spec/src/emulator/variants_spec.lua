-- What no published page decides is an option: each variant as the API shows it, and with the client.
local personalize = require "personalize"
local emulator = require "personalize.emulator"
local support = require "spec.support.emulator"

local function definition(members)
   local made = { name = "A", systemType = "DATA_SYSTEM", auth = { authType = "NONE" },
      request = { requestType = "GET", connectionUrl = "https://example.com/" } }
   for name, value in pairs(members or {}) do made[name] = value end
   return made
end

describe("the emulator's variants", function()
   local running, client
   local function start(options)
      running = assert(emulator.start(options))
      client = assert(personalize.new(running:options()))
      return client.connections
   end
   after_each(function()
      client:close()
      running:stop()
   end)

   it("answer an update with its revision, or without", function()
      local connections = start {}
      local made = assert(connections.create(definition()))
      assert.is_nil(assert(connections.update(made.ref, definition { name = "B" })).revision)
      assert.equal(2, assert(connections.get(made.ref)).revision)
      running:stop()
      connections = start { update_revision = true }
      made = assert(connections.create(definition()))
      assert.equal(2, assert(connections.update(made.ref, definition { name = "B" })).revision)
   end)

   it("refuse an update of an unknown ref, or create it", function()
      local ref = "0d6a4f9b-3f1e-4c31-9d0b-9b9e6b7c1a31"
      local connections = start {}
      assert.equal("not_found", select(2, connections.update(ref, definition())).kind)
      running:stop()
      connections = start { put_creates = true }
      assert.equal(ref, assert(connections.update(ref, definition())).ref)
      assert.equal(1, #assert(connections.list()))
   end)

   it("allow two of one name, or don't", function()
      local connections = start {}
      assert(connections.create(definition()))
      assert(connections.create(definition()))
      running:stop()
      connections = start { unique_names = true }
      local first = assert(connections.create(definition()))
      assert.equal("conflict", select(2, connections.create(definition())).kind)
      local second = assert(connections.create(definition { name = "B" }))
      assert.equal("conflict", select(2, connections.update(second.ref, definition())).kind)
      assert.equal("A", assert(connections.update(first.ref, definition())).name)
   end)

   it("show what an auth of an unpublished kind has, or keep it", function()
      local auth = { authType = "API_KEY", headerName = "X-Key", headerValue = "of-the-header" }
      local connections = start {}
      assert.equal("of-the-header", assert(connections.create(definition { auth = auth })).auth.headerValue)
      running:stop()
      connections = start { mask_unknown_auth = true, missing_secret = "keep" }
      local made = assert(connections.create(definition { auth = auth }))
      assert.same({ "API_KEY" }, { made.auth.authType, made.auth.headerName, made.auth.headerValue })
      assert.equal("of-the-header", running:stored_secret(made.ref, "headerValue"))
      for _, published in ipairs { "oauth", "none" } do
         made = assert(connections.create(definition { auth = { authType = published, headerValue = "shown" } }))
         assert.equal("shown", made.auth.headerValue)
      end
   end)

   it("give older organisations' tokens in their own form", function()
      start { token_ttl = 900 }
      local session = support.start {}
      finally(function() session:stop() end)
      local own = session.e:options "api_token"
      local _, answer = session:form("/v2/oauth/token", "grant_type=client_credentials",
         { authorization = "Basic " .. require "mime".b64(own.client_key .. ":" .. own.api_token) })
      assert.same({ "bearer", 600, answer.access_token, "personalize.external_webservices:manage" },
         { answer.token_type, answer.expires_in, answer.x_access_token, answer.scope })
      local brief = support.start { token_ttl = 60 }
      _, answer = brief:form("/v2/oauth/token", "grant_type=client_credentials",
         { authorization = "Basic " .. require "mime".b64(own.client_key .. ":" .. own.api_token) })
      brief:stop()
      assert.equal(60, answer.expires_in)
      local older = assert(personalize.new(own))
      assert(older.connections.list())
      older:close()
   end)

   it("let test calls leave this machine only where they are told to", function()
      local connections = start {}
      for _, url in ipairs { "http://192.0.2.1/", "http://nowhere.invalid/", "http://3221225985/",
         "https://[2001:db8::1]/" } do
         local outcome = assert(connections.test(definition { request = { requestType = "GET", connectionUrl = url } }))
         assert.is_truthy(outcome.error.message:find("option outbound", 1, true), url .. ": " .. outcome.error.message)
      end
      running:stop()
      connections = start { outbound = { "nowhere.invalid" } }
      local outcome = assert(connections.test(definition {
         request = { requestType = "GET", connectionUrl = "http://nowhere.invalid/" } }))
      assert.is_nil(outcome.error.message:find("option outbound", 1, true))
      -- nobody has these addresses
      for url, outbound in pairs { ["http://192.0.2.1/"] = { "192.0.2.11", "192.0.2.1:80", "92.0.2.1", "2.1" },
         ["http://192.0.2.2/"] = false, ["http://192.0.2.3/"] = "any",
         ["http://192.0.2.4/"] = { "192.0.2.1", "192.0.2.4" },
         ["https://[2001:db8::1]/"] = { "a", "2001:db8::1" }, ["http://x.INVALID/"] = { "X.invalid" } } do
         running:stop()
         connections = start { outbound = outbound or { "192.0.2.21" } }
         outcome = assert(connections.test(definition { connectionTimeout = 50, socketTimeout = 50,
            request = { requestType = "GET", connectionUrl = url } }))
         local is_refused = url == "http://192.0.2.1/" or not outbound
         assert.equal(is_refused, outcome.error.message:find("option outbound", 1, true) ~= nil, url)
      end
   end)

   it("send nothing at all to another machine, though it could be reached", function()
      local address = io.popen("hostname -I"):read "*a":match "%d+%.%d+%.%d+%.%d+"
      local connections = start {}
      if not address then return pending "this machine has no other address" end
      local other = assert(emulator.start { address = "0.0.0.0" })
      finally(function() other:stop() end)
      local url = ("http://%s:%s/"):format(address, other.url:match "%d+$")
      local call = definition { request = { requestType = "GET", connectionUrl = url } }
      assert.is_truthy(assert(connections.test(call)).error.message:find("option outbound", 1, true))
      assert.equal(0, other:counts().requests)
      running:stop()
      connections = start { outbound = { address } }
      assert.equal(200, assert(connections.test(call)).status)
      assert.equal(1, other:counts().requests)
   end)

   it("mask secrets in the journal, or keep them", function()
      local secret = { authType = "OAUTH", clientId = "me", clientSecret = "of-the-auth",
         accessTokenUrl = "https://a.example.com/" }
      local given = definition { auth = secret, customHeaders = { { name = "X-Api-Key", value = "of-the-header" } } }
      local function body_of_create(options)
         local connections = start(options)
         assert(connections.create(given))
         local requests = assert(running:requests())
         return requests[#requests].body
      end
      local shown = body_of_create {}
      assert.is_nil(shown:find("of-the-", 1, true))
      assert.is_truthy(shown:find('"clientId":"me"', 1, true))
      running:stop()
      shown = body_of_create { journal_secrets = true }
      assert.is_truthy(shown:find("of-the-auth", 1, true) and shown:find("of-the-header", 1, true))
   end)

   it("mask secrets in the headers of the journal, or keep them", function()
      local secrets = { ["x-api-key"] = "of-the-key", ["x-auth-token"] = "of-the-token", cookie = "id=of-the-cookie",
         ["x-plain"] = "Bearer of-the-bearer-0123456789" }
      local headers = { { name = "X-Name", value = "shown" } }
      for name, value in pairs(secrets) do headers[#headers + 1] = { name = name, value = value } end
      local function headers_of_test(options)
         local connections = start(options)
         assert(connections.test(definition { customHeaders = headers,
            request = { requestType = "GET", connectionUrl = running.url .. "/x" } }))
         local requests = assert(running:requests())
         local _, _, _, text = setmetatable({ url = running.url }, { __index = support.session })
            :send("GET", "/_emulator/requests")
         return requests[#requests - 1].headers, text
      end
      local shown, text = headers_of_test {}
      for name in pairs(secrets) do assert.equal(name == "x-plain" and "Bearer ***" or "***", shown[name]) end
      assert.equal("shown", shown["x-name"])
      assert.is_nil(text:find("of-the-", 1, true))
      assert.is_truthy(text:find('"x-name":"shown"', 1, true))
      running:stop()
      shown, text = headers_of_test { journal_secrets = true }
      for name, value in pairs(secrets) do
         assert.equal(value, shown[name])
         assert.is_truthy(text:find(value, 1, true))
      end
   end)

   it("mask in the journal what an auth of an unpublished type has, where they mask it elsewhere", function()
      local connections = start { mask_unknown_auth = true }
      assert(connections.create(definition { auth = { authType = "CUSTOM", foo = "of-the-auth" } }))
      local requests = assert(running:requests())
      assert.is_nil(requests[#requests].body:find("of-the-auth", 1, true))
      assert.is_truthy(requests[#requests].body:find('"authType":"CUSTOM"', 1, true))
   end)
end)
