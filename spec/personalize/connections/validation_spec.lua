-- What is refused before it is sent.
local personalize = require "personalize"
local connections = personalize.connections
local json = require "personalize.json"

local function definition(changes)
   local it = {
      name = "Weather", systemType = "DATA_SYSTEM", auth = { authType = "NONE" },
      request = { requestType = "GET", connectionUrl = "https://api.example.com/v1" },
   }
   for name, value in pairs(changes or {}) do it[name] = value end
   return it
end

-- The problems of a definition: path -> message.
local function problems(changes)
   local fine, err = connections.validate(definition(changes))
   assert.is_nil(fine)
   assert.equal("validation", err.kind)
   local by_path = {}
   for _, problem in ipairs(err.problems) do by_path[problem.path] = problem.message end
   return by_path, err
end

local function passes(changes)
   local fine, warnings = connections.validate(definition(changes))
   assert.is_true(fine, tostring(warnings))
   return warnings
end

describe("connections.validate", function()
   it("passes the published bodies", function()
      for _, name in ipairs { "create-request", "create-response", "retrieve" } do
         local file = assert(io.open("spec/fixtures/" .. name .. ".json"))
         assert.is_true(connections.validate(json.decode(file:read "*a")))
         file:close()
      end
   end)

   it("names everything that is required", function()
      local fine, err = connections.validate {}
      assert.is_nil(fine)
      assert.equal('validation: name: is required (a string), such as "Weather"; auth: is required (an object); '
         .. 'request: is required (an object); systemType: is required (a string), such as "DATA_SYSTEM"',
         tostring(err))
      assert.same({ "name", "auth", "request", "systemType" },
         { err.problems[1].path, err.problems[2].path, err.problems[3].path, err.problems[4].path })
   end)

   it("reports all problems at once, with their paths", function()
      local found = problems {
         name = "", connectionTimeout = "1000", socketTimeout = -1, archived = 1,
         auth = { authType = "OAUTH", accessTokenUrl = "http://example.com/token", useMutualTls = "yes" },
         request = { requestType = 5 },
         inputMappings = { { key = "a" }, "b", { key = {} } },
         customHeaders = { name = "Accept", value = "x" },
      }
      assert.same({
         name = "must not be empty",
         connectionTimeout = "expected an integer (milliseconds), got a string",
         socketTimeout = "expected milliseconds of 0 or more, got -1",
         archived = "expected true or false, got a number",
         ["auth.accessTokenUrl"] = 'must be an https:// URL, got "http://example.com/token"',
         ["auth.useMutualTls"] = "expected true or false, got a string",
         ["request.requestType"] = "expected a string, got a number",
         ["inputMappings[2]"] = "expected an object, got a string",
         ["inputMappings[3].key"] = "expected a string, got an object",
         customHeaders = "expected an array, got an object",
      }, found)
   end)

   it("takes a token URL of https and of loopback", function()
      for _, url in ipairs { "https://example.com", "HTTPS://example.com", "http://localhost:8080/token",
         "http://127.0.0.1/token", "http://[::1]:1/token", "" } do
         passes { auth = { authType = "oauth", accessTokenUrl = url } }
      end
      for _, url in ipairs { "http://localhost.example.com", "ftp://example.com", "example.com", "https://",
         "http://127.0.0.1@example.com/" } do
         assert.matches("must be an https:// URL", problems { auth = { authType = "OAUTH", accessTokenUrl = url } }
            ["auth.accessTokenUrl"])
      end
      passes { auth = { authType = "CUSTOM", accessTokenUrl = "http://example.com" } }
   end)

   it("tells integers from other numbers, of any size", function()
      passes { connectionTimeout = 1000.0, socketTimeout = json.number "18446744073709551616" }
      assert.same({
         connectionTimeout = "expected an integer (milliseconds), got 1.5",
         socketTimeout = "expected milliseconds of 0 or more, got -18446744073709551616",
      }, problems { connectionTimeout = 1.5, socketTimeout = json.number "-18446744073709551616" })
      for _, number in ipairs { 0 / 0, 1 / 0, -1 / 0 } do
         assert.matches("expected an integer", problems({ socketTimeout = number }).socketTimeout)
      end
   end)

   it("lets pass what the schema does not know", function()
      passes { unknown = { a = 1 }, systemType = "AI", auth = { authType = "BASIC", user = "x" },
         urlParameters = { 1, "a", { b = true } } }
   end)

   it("takes null for absent", function()
      passes { description = json.null, inputMappings = json.null }
      assert.matches("is required", problems({ auth = json.null }).auth)
   end)

   it("takes auth and request as arrays", function()
      passes { auth = { { authType = "NONE" } }, request = { { requestType = "GET", connectionUrl = "https://x" } } }
      assert.same({
         ["auth[2].accessTokenUrl"] = 'must be an https:// URL, got "http://example.com"',
         ["request[1]"] = "expected an object, got a string",
      }, problems { auth = { { authType = "NONE" }, { authType = "OAUTH", accessTokenUrl = "http://example.com" } },
         request = { "x" } })
      assert.equal("expected an object, got an empty array", problems({ auth = json.array {} }).auth)
   end)

   it("does not take the mask for a secret", function()
      assert.equal("is ***, which stands for a hidden secret and is none",
         problems({ auth = { authType = "OAUTH", clientSecret = "***" } })["auth.clientSecret"])
   end)

   it("shows no value that may be a secret", function()
      local _, err = problems {
         auth = { clientSecret = 53117531, formUrlEncodedItems = "s3cr3t", oauthCustomHeaders = { "s3cr3t" } },
         customHeaders = { { name = "X-Key", value = 53117531 } },
         request = { connectionUrl = { "s3cr3t" }, requestBody = 53117531 },
      }
      assert.is_nil(tostring(err):find "s3cr3t")
      assert.is_nil(tostring(err):find "53117531")
      _, err = problems { auth = { authType = "OAUTH", accessTokenUrl = "http://jane:s3cr3t@example.com/?key=s3cr3t" } }
      assert.equal('validation: auth.accessTokenUrl: must be an https:// URL, got "http://***@example.com/?key=***"',
         tostring(err))
   end)

   it("refuses tables that are no objects", function()
      assert.matches("named members, got one under the key 1", problems { "x" }[""])
   end)

   it("raises where it was called for what is no definition", function()
      for _, value in ipairs { 1, "x", true, print } do
         local line = debug.getinfo(1, "l").currentline + 1
         local _, message = pcall(function() connections.validate(value) end)
         assert.matches("validation_spec.lua:" .. line .. ": bad argument #1 to 'connections.validate' "
            .. "%(expected a table, a builder or a connection, got ", message)
      end
   end)
end)
