-- The options of builder:oauth: which there are, what `auth` they make, what is refused and where.
local connections = require("personalize").connections
local json = require "personalize.json"

describe("builder:oauth", function()
   local function auth_of(options)
      return connections.build("It"):data_system():oauth(options):get("https://a.example"):table().auth
   end

   local function problem(options)
      local builder = connections.build "It"
      local line = debug.getinfo(1, "l").currentline + 1
      local fine, message = pcall(function() builder:oauth(options) end)
      assert.is_false(fine)
      local found, rest = message:match "oauth_spec.lua:(%d+): (.*)$"
      assert.equal(line, tonumber(found), message)
      return rest
   end

   it("has the members of the schema by their names in Lua", function()
      assert.equal(json.encode({ authType = "OAUTH", clientId = "id", clientSecret = "hush",
         accessTokenUrl = "https://a.example/token", useMutualTls = true, oauthCustomHeaders = json.array {},
         formUrlEncodedItems = json.array { { name = "audience", value = "x" } } }, { canonical = true }),
         json.encode(auth_of { client_id = "id", client_secret = "hush",
            access_token_url = "https://a.example/token", use_mutual_tls = true, headers = {},
            form = { audience = "x" } }, { canonical = true }))
   end)

   it("takes lists of pairs by name or as items, items first, in a stable order", function()
      local list = auth_of { client_id = "id", client_secret = "hush", access_token_url = "https://a.example/token",
         headers = { b = "2", { name = "z", value = "0" }, a = "1", { name = "y", value = "0", more = 1 },
            c = "3" } }.oauthCustomHeaders
      assert.same({ { name = "z", value = "0" }, { name = "y", value = "0", more = 1 }, { name = "a", value = "1" },
         { name = "b", value = "2" }, { name = "c", value = "3" } }, { list[1], list[2], list[3], list[4], list[5] })
      assert.equal(5, #list)
   end)

   it("refuses other pairs, options it does not know, and wrong types; and shows no secret", function()
      assert.equal('builder:oauth: headers: expected names and values as strings, or items '
         .. '{ name =, value = }, got "a" = a number', problem { headers = { a = 5 } })
      assert.equal('builder:oauth: headers: expected names and values as strings, or items '
         .. '{ name =, value = }, got 1 = a string', problem { headers = { "a" } })
      assert.equal('builder:oauth: headers: expected names and values as strings, or items '
         .. '{ name =, value = }, got "a" = a table', problem { headers = { a = {} } })
      assert.equal('builder:oauth: unknown option "cleint_id" (did you mean "client_id"?)',
         problem { cleint_id = "id" })
      assert.equal('builder:oauth: option "client_id": expected a string, got 5', problem { client_id = 5 })
      assert.equal('builder:oauth: option "use_mutual_tls": expected a boolean, got "yes"',
         problem { use_mutual_tls = "yes" })
      assert.equal('builder:oauth: option "headers": expected a table, got "a"',
         problem { headers = "a" })
      assert.equal('builder:oauth: option "client_secret": expected a string, got a number',
         problem { client_secret = 4711 })
   end)

   it("refuses tables that cannot be read", function()
      local cyclic = { name = "a", value = "b" }
      cyclic.more = cyclic
      assert.equal("builder:oauth: headers[1]: is nested too deeply (more than 128 levels), or contains itself",
         problem { headers = { cyclic } })
      local function boom() error("boom", 0) end
      assert.equal("builder:oauth: raised an error when it was read: boom",
         problem(setmetatable({}, { __pairs = boom })))
      assert.equal("builder:oauth: headers raised an error when it was read: boom",
         problem { headers = setmetatable({}, { __pairs = boom }) })
   end)
end)
