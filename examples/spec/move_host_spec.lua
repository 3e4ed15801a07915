-- How to test a script of your own against the emulator: one emulator for all of them, reset before each.
--    busted examples/spec
local emulator = require "personalize.emulator"
local move_host = dofile "examples/spec/move_host.lua"
local personalize = require "personalize"

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

   it("changes the host and nothing else", function()
      create("Weather", "https://old.example.com/v1?city=${city}", {
         inputMappings = { { label = "City", key = "city", type = "string", exampleValue = "Dublin", mapping = "" } },
         note = "not published, and kept",
      })
      create("Other", "https://old.example.com.au/v1")
      assert.same({ "Weather" }, move_host.run(connections, "old.example.com", "new.example.com"))
      local weather = assert(connections.find "Weather")
      assert.equal("https://new.example.com/v1?city=${city}", weather.request.connectionUrl)
      assert.equal("Dublin", weather.inputMappings[1].exampleValue)
      assert.equal("not published, and kept", weather.note)
      assert.equal("https://old.example.com.au/v1", url_of "Other")
   end)

   it("sends one update for each that changes: the journal knows", function()
      create("A", "https://old.example.com/a")
      create("B", "https://elsewhere.example.com/b")
      move_host.run(connections, "old.example.com", "new.example.com")
      assert.equal(1, e:counts().updates)
      local requests = e:requests()
      assert.equal("PUT", requests[#requests].method)
      assert.truthy(requests[#requests].body:find("https://new.example.com/a", 1, true))
   end)

   it("gets over a server that is busy", function()
      create("A", "https://old.example.com/a")
      e:fail { method = "PUT", status = 503, times = 2 }
      assert.same({ "A" }, move_host.run(connections, "old.example.com", "new.example.com"))
   end)

   it("survives an answer that was lost: the update is repeated, and harmless", function()
      create("A", "https://old.example.com/a")
      e:fail { method = "PUT", reset = true, after = true }
      assert.same({ "A" }, move_host.run(connections, "old.example.com", "new.example.com"))
      assert.equal("https://new.example.com/a", url_of "A")
   end)

   it("stops where it is refused, and says how far it got", function()
      create("A", "https://old.example.com/a")
      local second = create("B", "https://old.example.com/b")
      e:fail { method = "PUT", path = "/v2/connections/" .. second.ref, status = 403 }
      local done, err, moved = move_host.run(connections, "old.example.com", "new.example.com")
      assert.is_nil(done)
      assert.equal("forbidden", err.kind)
      assert.same({ "A" }, moved)
      assert.equal("https://old.example.com/b", url_of "B")
   end)

   it("outlives its access token", function()
      create("A", "https://old.example.com/a")
      e:advance(3600)
      assert.same({ "A" }, move_host.run(connections, "old.example.com", "new.example.com"))
      assert.equal(2, e:counts().tokens)
   end)
end)
