-- What is carried from one tenant to another, as definitions with the other's URLs and references.
local json = require "personalize.json"
local promote = require "personalize.sync.promote"
local tenant = require "spec.support.tenant"

local function env(name) return { ["$env"] = name } end

describe("replacements of a promotion", function()
   local function refusal(replace)
      local fine, err = promote.check(replace, 1)
      if fine then return fine end
      return ("%s: %s"):format(err.kind, err.message)
   end

   it("are fine where texts stand for texts, and variables or references for variables", function()
      assert.is_true(refusal {})
      assert.is_true(refusal { urls = {}, secrets = {} })
      assert.is_true(refusal { urls = { a = "b", c = "" },
         secrets = { A = "B", C = env "D", E = { ["$file"] = "f" } } })
   end)

   it("are refused where they are others", function()
      local texts = "config: replace.urls: expected texts that stand in the place of others, got "
      assert.equal(texts .. '1 for "a"', refusal { urls = { a = 1 } })
      assert.equal(texts .. 'a table for "a"', refusal { urls = { a = env "X" } })
      assert.equal(texts .. '"b" for ""', refusal { urls = { [""] = "b" } })
      assert.equal(texts .. '"b" for 1', refusal { urls = { "b" } })
      local variables = "config: replace.secrets: expected variables, or references, got "
      assert.equal(variables .. '5 for "A"', refusal { secrets = { A = 5 } })
      assert.equal(variables .. 'a table for "A"', refusal { secrets = { A = {} } })
      assert.equal(variables .. '"B" for ""', refusal { secrets = { [""] = "B" } })
      assert.equal(texts .. '1 for "a"', refusal { urls = { a = 1 }, secrets = { A = 5 } })
   end)

   it("with an unknown name, or of another type, are misuse, in the line of the caller", function()
      local function misuse(replace)
         local _, message = pcall(function()
            local fine = promote.check(replace, 1)
            return fine
         end)
         return message:match "^spec/personalize/sync/promote_spec%.lua:%d+: (.*)$"
      end
      assert.equal('sync.promote: replace: unknown option "url" (did you mean "urls"?)', misuse { url = {} })
      assert.equal('sync.promote: replace: option "urls": expected a table, got 5', misuse { urls = 5 })
      assert.equal('sync.promote: replace: option "secrets": expected a table, got 5', misuse { secrets = 5 })
   end)
end)

describe("the source of a promotion", function()
   local from

   before_each(function() from = tenant.start() end)

   after_each(function() from:stop() end)

   local function source(opts)
      opts = opts or {}
      opts.is_meant = opts.is_meant or function() return true end
      return promote.source(from.client, opts)
   end

   -- Has the tenant answer a list with one connection of these members.
   local function list(members)
      members.name, members.ref = "A", "1"
      from.emulator:fail { method = "GET", path = "/v2/connections", status = 200,
         body = assert(json.encode({ items = { members } }, { max_depth = 2000 })) }
   end

   local function given(opts) return assert(source(opts)).entries[1].given end

   it("has the meant connections that are not archived, and tells of all", function()
      local a, b = from:create { name = "A" }, from:create { name = "B" }
      from:create { name = "C", archived = true }
      assert(from.connections.archive(assert(from.connections.find "C")))
      local names = {}
      local made, err, all = source { is_meant = function(name) return name ~= "B" end }
      for index, connection in ipairs(all) do names[index] = connection.name end
      assert.same({ nil, { "A", "B", "C" } }, { err, names })
      assert.equal(1, #made.entries)
      local entry = made.entries[1]
      assert.same({ "A", "A", a.ref, false }, { entry.file, entry.name, entry.origin.ref, entry.archived })
      assert.is_nil(entry.given.ref)
      assert.same({ {}, {}, {} }, { made.problems, made.refs, made.warnings })
      assert.equal(b.ref, assert(source { is_meant = function(name) return name == "B" end }).entries[1].origin.ref)
   end)

   it("has other texts in the URLs alone, the longest first, each place once", function()
      from:create { description = "https://a.example", auth = { authType = "OAUTH", clientId = "https://a.example",
         accessTokenUrl = "https://a.example/token", clientSecret = "s3cr3t-value" },
         request = { requestType = "POST", connectionUrl = "https://a.example/v1?to=a.example&b=b.example/xx",
            requestBody = "https://a.example" } }
      local made = given { replace = { urls = { ["a.example"] = "b.example", x = "a.example",
         ["https://a.example/v1"] = "https://c.example", ["b.example"] = "d.example" } } }
      assert.same({ "https://a.example", "https://a.example", "https://b.example/token",
         "https://c.example?to=b.example&b=d.example/a.examplea.example", "https://a.example" },
         { made.description, made.auth.clientId, made.auth.accessTokenUrl, made.request.connectionUrl,
            made.request.requestBody })
      assert.equal("https://a.example/token", given().auth.accessTokenUrl)
   end)

   it("has other URLs in each object of an array too, and leaves alone what is no text", function()
      list { auth = {}, request = { { connectionUrl = "https://a.example" }, { connectionUrl = 5 },
         { connectionUrl = "https://a.example/2" } } }
      local request = given({ replace = { urls = { ["a.example"] = "b" } } }).request
      assert.same({ "https://b", 5, "https://b/2" }, { request[1].connectionUrl, request[2].connectionUrl,
         request[3].connectionUrl })
   end)

   it("has references to other variables, where one is named", function()
      assert(from.connections.create(tenant.oauth()))
      local function secret(secrets) return given({ replace = { secrets = secrets } }).auth.clientSecret end
      assert.same(env "WEATHER_CLIENT_SECRET", secret {})
      assert.same(env "WEATHER_CLIENT_SECRET", secret { OTHER = "X" })
      assert.same(env "X", secret { WEATHER_CLIENT_SECRET = "X" })
      assert.same({ ["$file"] = "x" }, secret { WEATHER_CLIENT_SECRET = { ["$file"] = "x" } })
      local entry = assert(source { replace = { secrets = { WEATHER_CLIENT_SECRET = "X" } } }).entries[1]
      assert.same({ "auth.clientSecret", "X" }, { entry.references[1].path, entry.references[1].target })
   end)

   it("names connections of one name by what tells them apart", function()
      for _ = 1, 2 do assert(from.connections.create(tenant.oauth())) end
      local made, targets = assert(source()), {}
      for index, entry in ipairs(made.entries) do targets[index] = entry.given.auth.clientSecret["$env"] end
      assert.matches("^WEATHER_CLIENT_SECRET", targets[1])
      assert.matches("^WEATHER_CLIENT_SECRET", targets[2])
      assert.not_equal(targets[1], targets[2])
   end)

   it("warns of credentials, or makes references of them", function()
      from:create { customHeaders = { { name = "X-Api-Key", value = "canary" } } }
      local made = assert(source())
      assert.same({ 1, "credential_in_file", { file = "Weather", path = "customHeaders[1].value" } },
         { #made.warnings, made.warnings[1].code, made.warnings[1].details[1] })
      assert.matches("^1 value looks like a credential and stands in 1 connection %(", made.warnings[1].message)
      made = assert(source { extract_secrets = true })
      assert.same({}, made.warnings)
      assert.same(env "WEATHER_CUSTOM_HEADERS_X_API_KEY", made.entries[1].given.customHeaders[1].value)
   end)

   it("is none where the tenant cannot be listed", function()
      from.emulator:fail { method = "GET", path = "/v2/connections", status = 403 }
      local made, err = source()
      assert.same({ nil, "forbidden" }, { made, err.kind })
   end)

   it("is none where a connection cannot be copied", function()
      local deep = {}
      for _ = 1, 130 do deep = { deep } end
      list { auth = {}, request = {}, zebra = deep }
      from.client:close()
      from.client = from:new_client { max_depth = 200 }
      local made, err = source()
      assert.same({ nil, "encode", "zebra: is nested too deeply (more than 128 levels), or contains itself" },
         { made, err.kind, err.message })
   end)
end)
