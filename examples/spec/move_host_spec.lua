-- How to test a script of your own against the emulator: one emulator for all of them, reset before each.
--    lua5.4 "$(command -v busted)" examples/spec
local emulator = require "personalize.emulator"
local personalize = require "personalize"

-- The script is beside its spec, wherever that is.
local folder = debug.getinfo(1, "S").source:match "^@(.*/)" or "./"
local move_host = dofile(folder .. "move_host.lua")

describe("move_host", function()
   local e, client, connections

   setup(function()
      e = assert(emulator.start())
      client = assert(personalize.new(e:options()))
      connections = client.connections
   end)

   teardown(function()
      client:close()
      e:stop()
   end)

   before_each(function() assert(e:reset()) end)

   local function create(name, url, members)
      local definition = {
         name = name, systemType = "DATA_SYSTEM", auth = { authType = "NONE" },
         request = { requestType = "GET", connectionUrl = url },
      }
      for member, value in pairs(members or {}) do definition[member] = value end
      return assert(connections.create(definition))
   end

   local function url_of(name) return assert(connections.find(name)).request.connectionUrl end

   local function run(options) return move_host.run(connections, "old.example.com", "new.example.com", options) end

   it("changes the host and nothing else", function()
      create("Weather", "https://old.example.com/v1?city=${city}", {
         inputMappings = { { label = "City", key = "city", type = "string", exampleValue = "Dublin", mapping = "" } },
         note = "not published, and kept",
      })
      create("Other", "https://old.example.com.au/v1")
      assert.same({ "Weather: request.connectionUrl" }, run())
      local weather = assert(connections.find "Weather")
      assert.equal("https://new.example.com/v1?city=${city}", weather.request.connectionUrl)
      assert.equal("Dublin", weather.inputMappings[1].exampleValue)
      assert.equal("not published, and kept", weather.note)
      assert.equal("https://old.example.com.au/v1", url_of "Other")
   end)

   it("changes every place that names it, but for the connection's name", function()
      create("old.example.com", "https://user:pass@OLD.Example.com:8443/v1", {
         description = "Of old.example.com.",
         auth = {
            authType = "OAUTH", clientId = "id", clientSecret = "hush",
            accessTokenUrl = "https://old.example.com/token",
            formUrlEncodedItems = { { name = "scope", value = "https://old.example.com/.default" } },
         },
         request = {
            requestType = "POST", connectionUrl = "https://user:pass@OLD.Example.com:8443/v1",
            requestBody = '{"callback": "https:\\/\\/old.example.com\\/done", "from": "ops@old.example.com"}',
         },
         customHeaders = {
            { name = "Accept", value = "text/html" },
            { name = "Origin", value = "https://old.example.com" },
         },
      })
      local lines = assert(run { secrets = function() return "hush" end })
      assert.same({ "old.example.com: auth.accessTokenUrl, auth.formUrlEncodedItems[1].value, customHeaders[2].value, "
         .. "description, request.connectionUrl, request.requestBody" }, lines)
      local moved = assert(connections.find "old.example.com")
      assert.equal("https://user:pass@new.example.com:8443/v1", moved.request.connectionUrl)
      assert.equal("https://new.example.com/token", moved.auth.accessTokenUrl)
      assert.equal('{"callback": "https:\\/\\/new.example.com\\/done", "from": "ops@old.example.com"}',
         moved.request.requestBody)
      assert.equal("hush", e:stored_secret(moved.ref))
   end)

   it("knows where a host begins and ends", function()
      for _, case in ipairs {
         -- names it
         { "old.example.com", "new.example.com" },
         { "https://old.example.com?x=1", "https://new.example.com?x=1" },
         { "https://old.example.com./v1", "https://new.example.com./v1" },
         { "//user@old.example.com/", "//user@new.example.com/" },
         { "https://old.example.com${path}", "https://new.example.com${path}" },
         { "next=https%3A%2F%2Fold.example.com%2Fv1", "next=https%3A%2F%2Fnew.example.com%2Fv1" },
         { "next=https%3a%2f%2fuser%40OLD.EXAMPLE.COM", "next=https%3a%2f%2fuser%40new.example.com" },
         { [["first\nold.example.com"]], [["first\nnew.example.com"]] },
         { "old.example.com and old.example.com.", "new.example.com and new.example.com." },
         -- names another
         { "https://very-old.example.com" }, { "https://very.old.example.com" }, { "https://${x}.old.example.com" },
         { "https://${x}old.example.com" }, { "https://old.example.company" }, { "https://old.example.com.au" },
         { "https://old.example.com.${tld}" }, { "https://old.example.com-x" }, { "https://old-example.com" },
         { "https://old.example.com@evil.example" }, { "mailto:ops@old.example.com" }, { "ops%40old.example.com" },
         { "https://x.example/?mail=ops@old.example.com" }, { "https://h\195\164old.example.com" },
      } do
         assert.equal(case[2] or case[1], (move_host.text(case[1], "old.example.com", "new.example.com")))
      end
      assert.equal("https://b:2/x", (move_host.text("https://A:1/x", "a", "b:2"))) -- with a port, one is replaced
      assert.equal("https://b:1/x", (move_host.text("https://A:1/x", "a", "b")))
      assert.equal("https://b/x", (move_host.text("https://a:1/x", "a:1", "b")))
   end)

   it("only says what it would do, when it is asked to", function()
      create("A", "https://old.example.com/a")
      assert.same({ "A: request.connectionUrl" }, run { dry_run = true })
      assert.equal("https://old.example.com/a", url_of "A")
      assert.equal(0, e:counts().updates)
   end)

   it("sends one update for each that changes: the journal knows", function()
      create("A", "https://old.example.com/a")
      create("B", "https://elsewhere.example.com/b")
      assert(connections.archive(create("C", "https://old.example.com/c")))
      local before = e:counts().updates
      assert.same({ "A: request.connectionUrl" }, run())
      assert.equal(before + 1, e:counts().updates)
      local requests = e:requests()
      assert.equal("PUT", requests[#requests].method)
      assert.truthy(requests[#requests].body:find("https://new.example.com/a", 1, true))
      assert.same({}, run())
   end)

   it("gets over a server that is busy", function()
      create("A", "https://old.example.com/a")
      e:fail { method = "PUT", status = 503, times = 2 }
      assert.equal(1, #run())
   end)

   it("survives an answer that was lost: the update is repeated, and harmless", function()
      create("A", "https://old.example.com/a")
      e:fail { method = "PUT", reset = true, after = true }
      assert.equal(1, #run())
      assert.equal("https://new.example.com/a", url_of "A")
   end)

   it("stops where it is refused, and says how far it got", function()
      create("A", "https://old.example.com/a")
      local second = create("B", "https://old.example.com/b")
      e:fail { method = "PUT", path = "/v2/connections/" .. second.ref, status = 403 }
      local done, err, lines = run()
      assert.is_nil(done)
      assert.equal("forbidden", err.kind)
      assert.same({ "A: request.connectionUrl" }, lines)
      assert.equal("https://old.example.com/b", url_of "B")
   end)

   it("sends no connection without the secret that it may erase", function()
      create("A", "https://old.example.com/a", { auth = { authType = "OAUTH", clientId = "id", clientSecret = "hush",
         accessTokenUrl = "https://id.example.com/token" } })
      local done, err = run()
      assert.same({ nil, "validation" }, { done, err.kind })
      assert.equal("https://old.example.com/a", url_of "A")
   end)

   it("outlives its access token", function()
      create("A", "https://old.example.com/a")
      e:advance(3600)
      assert.equal(1, #run())
      assert.equal(2, e:counts().tokens)
   end)
end)
