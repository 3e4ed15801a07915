-- Credentials in connections, by the schema and by names.
require "personalize.schema"
local redaction = require "personalize.redaction"
local json = require "personalize.json"

-- Holds for the value and its masked copy alike: the secret is not in it.
local function hides(secret, masked)
   local text = assert(json.encode(masked))
   assert.is_nil(text:find(secret, 1, true), text)
end

describe("redaction.connection", function()
   it("knows what stands in place of a secret", function()
      for _, mask in ipairs { "*", "***", "\226\128\162", "*\226\128\162*" } do
         assert.is_true(redaction.is_mask(mask), mask)
      end
      for _, text in ipairs { "", "a", "**a", "\226\128", "\162", "\226\128\162\226", 5, true } do
         assert.is_false(redaction.is_mask(text), tostring(text))
      end
      assert.is_false(redaction.is_mask(nil))
   end)

   it("masks the schema's secrets, also where auth is an array", function()
      for _, auth in ipairs { { authType = "OAUTH", clientSecret = "s3cr3t" },
         json.array { { authType = "OAUTH", clientSecret = "s3cr3t" } } } do
         local masked = redaction.connection { name = "a", auth = auth }
         hides("s3cr3t", masked)
         assert.equal("***", (masked.auth[1] or masked.auth).clientSecret)
         assert.equal("OAUTH", (masked.auth[1] or masked.auth).authType)
      end
   end)

   it("leaves the original as it is", function()
      local connection = { auth = { clientSecret = "s3cr3t" }, customHeaders = { { name = "X-A", value = "b" } } }
      redaction.connection(connection)
      assert.same({ auth = { clientSecret = "s3cr3t" }, customHeaders = { { name = "X-A", value = "b" } } }, connection)
   end)

   it("masks values of headers and form items unless their names are harmless", function()
      local masked = redaction.connection {
         customHeaders = { { name = "Accept", value = "application/json" },
            { name = "X-Anything", value = "s3cr3t" } },
         auth = {
            oauthCustomHeaders = { { name = "content-TYPE", value = "text/plain" },
               { name = "Cookie", value = "s3cr3t" } },
            formUrlEncodedItems = { { name = "grant_type", value = "password" },
               { name = "username", value = "s3cr3t" } },
         },
      }
      hides("s3cr3t", masked)
      assert.equal("application/json", masked.customHeaders[1].value)
      assert.equal("text/plain", masked.auth.oauthCustomHeaders[1].value)
      assert.equal("password", masked.auth.formUrlEncodedItems[1].value)
      assert.equal("X-Anything", masked.customHeaders[2].name)
   end)

   it("masks headers that are written in another way", function()
      for _, headers in ipairs { "X-Key: s3cr3t", { "X-Key: s3cr3t" }, { ["X-Key"] = "s3cr3t" },
         { { ["X-Key"] = "s3cr3t" } }, { { key = "X-Key", value = "s3cr3t" } }, { { value = "s3cr3t" } },
         { { name = "X-Key", value = { "s3cr3t" } } }, { { "X-Key", "s3cr3t" } } } do
         hides("s3cr3t", redaction.connection { customHeaders = headers })
      end
   end)

   it("shows references to inputs", function()
      local masked = redaction.connection {
         customHeaders = { { name = "Authorization", value = "Bearer ${token}" },
            { name = "X-Key", value = "${key}" } },
         request = { connectionUrl = "https://example.com/?key=${key}&q=${q}",
            requestBody = '{"key":"${key}","message":"${message}"}' },
      }
      assert.equal("Bearer ${token}", masked.customHeaders[1].value)
      assert.equal("${key}", masked.customHeaders[2].value)
      assert.equal("https://example.com/?key=${key}&q=${q}", masked.request.connectionUrl)
      assert.equal('{"key":"${key}","message":"${message}"}', masked.request.requestBody)
   end)

   it("masks examples of inputs whose key or label sounds like a credential", function()
      local masked = redaction.connection { inputMappings = {
         { key = "apiKey", label = "x", exampleValue = "s3cr3t" },
         { key = "k", label = "Password", exampleValue = "s3cr3t" },
         { key = "city", label = "City", exampleValue = "Dublin" },
      } }
      hides("s3cr3t", masked)
      assert.equal("Dublin", masked.inputMappings[3].exampleValue)
      assert.equal("apiKey", masked.inputMappings[1].key)
   end)

   it("masks unknown members that sound like credentials, at any depth", function()
      local masked = redaction.connection {
         auth = { authType = "BASIC", username = "jane", password = "s3cr3t", value = "s3cr3t" },
         settings = { deep = { { apiKey = "s3cr3t" }, { token = { inner = "s3cr3t" } }, { pin = 53117 } } },
         urlParameters = { { key = "sig", value = "s3cr3t" }, { key = "city", value = "Dublin" } },
         headers = { { name = "X-Access-Token", value = "s3cr3t" } },
      }
      hides("s3cr3t", masked)
      hides("53117", masked)
      assert.equal("jane", masked.auth.username)
      assert.equal("Dublin", masked.urlParameters[2].value)
      assert.equal("city", masked.urlParameters[2].key)
   end)

   it("masks within JSON in strings, at any depth", function()
      local inner = json.encode { token = "s3cr3t", plain = "shown" }
      local masked = redaction.connection {
         exampleValue = json.encode { key = "s3cr3t", list = { { name = "Cookie", value = "s3cr3t" } }, text = inner },
         request = { requestBody = json.encode { wrapped = json.encode { again = inner } } },
      }
      hides("s3cr3t", masked)
      assert.matches("shown", masked.exampleValue)
      assert.equal("shown", json.decode(json.decode(json.decode(masked.request.requestBody).wrapped).again).plain)
   end)

   it("keeps the text of JSON in which nothing is secret", function()
      local example = '{ "b": 1,   "a": [1.0, {}, []] }'
      assert.equal(example, redaction.connection({ exampleValue = example }).exampleValue)
   end)

   it("keeps the form of what it masks", function()
      local masked = redaction.connection(json.decode '{"inputMappings":[],"unknown":{},"list":[{}],"n":null}')
      assert.equal('{"inputMappings":[],"list":[{}],"n":null,"unknown":{}}', json.encode(masked, { canonical = true }))
   end)

   it("shows what is no secret", function()
      local connection = {
         clientKey = "pqsPERS3lw12v5a9rrHPW1c4hET73GxQ",
         description = "Uses Basic authentication; the key is in the vault. Token lifetime = 900.",
         auth = { authType = "OAUTH", clientId = "pqsPERS3lw12v5a9rrHPW1c4hET73GxQ",
            accessTokenUrl = "https://example.com/oauth/token" },
         request = { connectionUrl = "https://example.com:8443/a/b?city=${city}&units=metric#top" },
         inputMappings = { { key = "key", label = "a", type = "string", mapping = "guest.token", exampleValue = "" } },
         outputMappings = { { outputReference = "access_token", label = "Token", type = "string" } },
         exampleValue = '{"max_tokens":100,"usage":{"total_tokens":5,"prompt_tokens":3},"author":"x","keyboard":"y"}',
         icon = "assets/images/icons/connections/plug.svg",
         useMutualTls = false,
      }
      assert.same(connection, redaction.connection(connection))
   end)

   it("ends for tables that contain themselves, however often", function()
      local knot = { auth = {} }
      for index = 1, 20 do knot[index], knot.auth[index], knot["m" .. index] = knot, knot, knot end
      knot.token = knot
      local masked = redaction.connection(knot)
      assert.equal("***", masked.token)
      assert.is_table(redaction.value(knot))
      assert.is_table(redaction.secrets_of(knot))
   end)

   it("runs no metamethod of what it masks", function()
      local function raise() error "ran a metamethod" end
      local evil = setmetatable({ password = "s3cr3t" },
         { __index = raise, __pairs = raise, __len = raise, __tostring = raise, __eq = raise, __newindex = raise })
      hides("s3cr3t", redaction.connection { a = evil, auth = evil, customHeaders = evil, inputMappings = evil })
   end)
end)

describe("redaction.secrets_of", function()
   it("collects what is masked", function()
      local found = redaction.secrets_of {
         auth = { clientSecret = "s3cr3t-1", authType = "OAUTH",
            formUrlEncodedItems = { { name = "u", value = "s3cr3t-2" } } },
         customHeaders = { { name = "X-Key", value = "s3cr3t-3" }, { name = "Accept", value = "text/html" } },
         request = { requestBody = '{"token":"s3cr3t-4"}', connectionUrl = "https://example.com/?apikey=s3cr3t-5" },
         unknown = { password = { "s3cr3t-6" } },
      }
      local expected = {}
      for index = 1, 6 do expected["s3cr3t-" .. index] = true end
      assert.same(expected, found)
   end)

   it("looks into the body of a test call and of a token call", function()
      assert.same({ x1234 = true }, redaction.secrets_of { connection = { auth = { clientSecret = "x1234" } } })
      assert.same({ x1234 = true }, redaction.secrets_of { client_id = "id", client_secret = "x1234" })
      assert.same({}, redaction.secrets_of(nil))
      assert.same({}, redaction.secrets_of "text")
   end)

   local function set(...)
      local texts = {}
      for _, text in ipairs { ... } do texts[text] = true end
      return texts
   end

   local function of_header(value)
      return redaction.secrets_of { customHeaders = { { name = "X-Any", value = value } } }
   end

   it("knows what follows a scheme, which may come back alone", function()
      for _, scheme in ipairs { "Bearer", "basic", "Token", "ApiKey", "SSWS", "Klaviyo-API-Key" } do
         assert.same(set(scheme .. " s3cr3t-1", "s3cr3t-1"), of_header(scheme .. " s3cr3t-1"))
      end
      assert.same(set("Bearer lowercase", "lowercase"), of_header "Bearer lowercase")
      assert.same(set("ApiKey me:s3cr3t-1", "me:s3cr3t-1", "s3cr3t-1"), of_header "ApiKey me:s3cr3t-1")
      assert.same(set("Bearer s3cr3t-1", "s3cr3t-1"), redaction.secrets_of { auth = { token = "Bearer s3cr3t-1" } })
      assert.same(set("Bearer s3cr3t-1", "s3cr3t-1"),
         redaction.secrets_of { headers = { { name = "Authorization", value = "Bearer s3cr3t-1" } } })
      assert.same(set("some description"), of_header "some description") -- prose
      assert.same(set("a few more words"), of_header "a few more words")
      assert.same(set("Key-Of ${key}"), of_header "Key-Of ${key}")
   end)

   it("knows the password of user information, and a user without one", function()
      local function of_url(url) return redaction.secrets_of { request = { connectionUrl = url } } end
      assert.same(set("me:s3cr3t-1", "s3cr3t-1"), of_url "https://me:s3cr3t-1@example.com/")
      assert.same(set("me:a%40b:c", "me:a@b:c", "a%40b:c", "a@b:c"), of_url "https://me:a%40b:c@example.com/")
      assert.same(set("s3cr3t-1:", "s3cr3t-1"), of_url "https://s3cr3t-1:@example.com/")
      assert.same(set("https://me:s3cr3t-1@h/", "me:s3cr3t-1", "s3cr3t-1"), of_header "https://me:s3cr3t-1@h/")
      assert.same(set "https://example.com/a", of_header "https://example.com/a")
   end)

   it("knows what looks like a credential within a secret", function()
      assert.same(set("sid=s3cr3t-1; Path=/", "s3cr3t-1"), of_header "sid=s3cr3t-1; Path=/")
      assert.same(set("AccountName=a;AccountKey=s3cr3t-1;", "s3cr3t-1"), of_header "AccountName=a;AccountKey=s3cr3t-1;")
      assert.same(set("X-Api-Key: s3cr3t-1", "s3cr3t-1"),
         redaction.secrets_of { customHeaders = { "X-Api-Key: s3cr3t-1" } })
   end)

   it("knows credentials of a URL without their percent encoding", function()
      assert.same(set("a%2Bb", "a+b", "s3cr3t-1"),
         redaction.secrets_of(nil, "https://example.com/?api_key=a%2Bb&city=Dublin&code=s3cr3t-1"))
      assert.same({}, redaction.secrets_of(nil, "https://example.com/v2/connections?limit=10"))
      assert.same(set("a%2Bb", "a+b"),
         redaction.secrets_of { request = { connectionUrl = "https://example.com/?token=a%2Bb" } })
   end)

   it("ends for secrets within secrets", function()
      local found = of_header(("token="):rep(20000) .. "s3cr3t-1")
      assert.is_true(found[("token="):rep(19999) .. "s3cr3t-1"])
   end)
end)
