-- The builder: what each of its methods puts into the definition.
local personalize = require "personalize"
local json = require "personalize.json"
local connections = personalize.connections

-- Where a function raises, and what it says.
local function raised(call)
   local fine, message = pcall(call)
   assert.is_false(fine)
   return tostring(message)
end

describe("connections.build", function()
   it("makes the definition of the design's example", function()
      local weather = connections.build("Weather")
         :description("Weather by city")
         :data_system()
         :get("https://api.example.com/v1?city=${city}")
         :oauth { client_id = "id", client_secret = "hush", access_token_url = "https://example.com/token" }
         :header("Accept", "application/json")
         :input("city", { type = "string", example = "Dublin", label = "City" })
         :output("current.temp", { label = "Temperature", type = "number" })
         :timeouts { connect_ms = 1000, socket_ms = 2000 }
         :icon("assets/images/icons/connections/plug.svg")
      assert.same({
         name = "Weather",
         description = "Weather by city",
         systemType = "DATA_SYSTEM",
         request = { requestType = "GET", connectionUrl = "https://api.example.com/v1?city=${city}" },
         auth = { authType = "OAUTH", clientId = "id", clientSecret = "hush",
            accessTokenUrl = "https://example.com/token" },
         customHeaders = { { name = "Accept", value = "application/json" } },
         inputMappings = { { key = "city", label = "City", type = "string", exampleValue = "Dublin", mapping = "" } },
         outputMappings = { { outputReference = "current.temp", label = "Temperature", type = "number" } },
         connectionTimeout = 1000,
         socketTimeout = 2000,
         icon = "assets/images/icons/connections/plug.svg",
      }, weather:table())
      local fine, warnings = connections.validate(weather)
      assert.is_true(fine)
      assert.same({}, warnings)
   end)

   it("gives the same in any order", function()
      local steps = {
         function(b) b:description "d" end,
         function(b) b:destination() end,
         function(b) b:post("https://example.com", { a = 1 }) end,
         function(b) b:no_auth() end,
         function(b) b:example { a = json.array {} } end,
         function(b) b:input "a" end,
      }
      local forth, back = connections.build "x", connections.build "x"
      for index = 1, #steps do
         steps[index](forth)
         steps[#steps + 1 - index](back)
      end
      assert.same(forth:table(), back:table())
      assert.equal('{"a":1}', forth:table().request.requestBody)
      assert.equal('{"a":[]}', forth:table().exampleValue)
      assert.equal("DESTINATION", forth:table().systemType)
   end)

   it("takes any method, any system type and any authentication", function()
      local made = connections.build("x"):request("options", "https://x", "body"):system_type("AI")
         :auth { authType = "BASIC", password = "hush" }:table()
      assert.same({ name = "x", systemType = "AI", auth = { authType = "BASIC", password = "hush" },
         request = { requestType = "OPTIONS", connectionUrl = "https://x", requestBody = "body" } }, made)
      for _, method in ipairs { "get", "post", "put", "patch", "delete" } do
         local it = connections.build "x"
         assert.equal(it, it[method](it, "https://x"))
         assert.equal(method:upper(), it:table().request.requestType)
      end
   end)

   it("takes headers and form items of the token call in two ways", function()
      local function auth(given) return connections.build("x"):oauth(given):table().auth end
      assert.same({ { name = "a", value = "1" }, { name = "b", value = "2" } },
         auth({ headers = { b = "2", a = "1" } }).oauthCustomHeaders)
      assert.same({ { name = "b", value = "2" }, { name = "a", value = "1", more = true } },
         auth({ form = { { name = "b", value = "2" }, { name = "a", value = "1", more = true } } }).formUrlEncodedItems)
      assert.same({ { name = "z", value = "1" }, { name = "y", value = "2" }, { name = "a", value = "3" },
         { name = "b", value = "4" } }, auth({ headers = { b = "4", { name = "z", value = "1" }, a = "3",
         { name = "y", value = "2" } } }).oauthCustomHeaders)
      assert.equal('{"authType":"OAUTH","oauthCustomHeaders":[]}', json.encode(auth { headers = {} },
         { canonical = true }))
      assert.is_true(auth({ use_mutual_tls = true }).useMutualTls)
   end)

   it("writes examples as JSON", function()
      local made = connections.build("x"):input("a", { example = { b = 1 } }):input("c", { example = 1.5 })
         :input("d", { example = true }):input("e", { example = personalize.null }):input("f"):table()
      local examples = {}
      for index, mapping in ipairs(made.inputMappings) do examples[index] = mapping.exampleValue end
      assert.same({ '{"b":1}', "1.5", "true", "null", "" }, examples)
   end)

   it("shares nothing with what it was given or gives", function()
      local auth = { authType = "X", list = { 1 } }
      local header = { name = "a", value = "b" }
      local it, oauth = connections.build("x"):auth(auth), connections.build("x"):oauth { headers = { header } }
      auth.list[1], header.value = 2, "c"
      it:table().auth.list[1] = 3
      assert.equal(1, it:table().auth.list[1])
      assert.equal("b", oauth:table().auth.oauthCustomHeaders[1].value)
   end)

   it("refuses contradictions, where they are written", function()
      local it = connections.build("x"):no_auth():get("https://x"):data_system():description("d"):icon("i")
         :example("{}"):timeouts { connect_ms = 1 }:input("a")
      for what, step in pairs {
         ["builder:oauth: auth was already set by builder:no_auth"] = function() it:oauth {} end,
         ["builder:no_auth: auth was already set by builder:no_auth"] = function() it:no_auth() end,
         ["builder:auth: auth was already set by builder:no_auth"] = function() it:auth { authType = "X" } end,
         ["builder:post: request was already set by builder:get"] = function() it:post "https://y" end,
         ["builder:request: request was already set by builder:get"] = function() it:request("A", "https://y") end,
         ["builder:destination: systemType was already set by builder:data_system"] = function() it:destination() end,
         ["builder:system_type: systemType was already set by builder:data_system"] =
            function() it:system_type "A" end,
         ["builder:description: description was already set by builder:description"] =
            function() it:description "e" end,
         ["builder:icon: icon was already set by builder:icon"] = function() it:icon "j" end,
         ["builder:example: exampleValue was already set by builder:example"] = function() it:example "j" end,
         ["builder:timeouts: connectionTimeout was already set by builder:timeouts"] =
            function() it:timeouts { connect_ms = 2 } end,
         ['builder:input: there is an input "a" already'] = function() it:input "a" end,
      } do
         local line = debug.getinfo(step, "S").linedefined
         assert.matches("builder_spec.lua:" .. line .. ": ", raised(step), 1, true)
         assert.matches(what, raised(step), 1, true)
      end
   end)

   it("says what is wrong with an argument, where it is written", function()
      local it = connections.build "x"
      for _, case in ipairs {
         { "connections.build' (expected a string, got nil)", function() connections.build() end },
         { "builder:get' (expected a string, got nil)", function() it:get() end },
         { "bad argument #2 to 'builder:request' (expected a string, got 5)", function() it:request("GET", 5) end },
         { "bad argument #3 to 'builder:request' (expected text", function() it:request("A", "https://x", print) end },
         { "bad argument #2 to 'builder:post' (expected text", function() it:post("https://x", { print }) end },
         { "bad argument #1 to 'builder:header' (expected a string, got 5)", function() it:header(5, "a") end },
         { "bad argument #2 to 'builder:header' (expected a string, got nil)", function() it:header "a" end },
         { "did you mean \"client_secret\"", function() it:oauth { client_secrt = "hush" } end },
         { 'option "client_secret": expected a string, got a number', function() it:oauth { client_secret = 5 } end },
         { "builder:oauth: headers: expected names and values", function() it:oauth { headers = { 1 } } end },
         { "builder:oauth: form[1]: is nested too deeply", function()
            local knot = {}
            knot[1] = knot
            it:oauth { form = knot }
         end },
         { "bad argument #1 to 'example' (expected a builder, got a table)", function() it.example({}, print) end },
         { "expected a table, got nil", function() it:oauth() end },
         { "expected a table, got nil", function() it:timeouts() end },
         { "expected a positive integer, got -1", function() it:timeouts { connect_ms = -1 } end },
         { 'unknown option "exmaple" (did you mean "example"', function() it:input("a", { exmaple = 1 }) end },
         { "expected a string, got nil", function() it:input() end },
         { "expected a string, got a table", function() it:output {} end },
         { "expected a table, got true", function() it:auth(true) end },
         { "bad argument #1 to 'builder:example' (expected text", function() it:example(print) end },
         { "call it as builder:get(...)", function() it.get("https://x") end },
         { "call it as builder:table(...)", function() it.table() end },
      } do
         local lines = debug.getinfo(case[2], "S")
         local line = tonumber(raised(case[2]):match "builder_spec.lua:(%d+): ")
         assert.is_true(line >= lines.linedefined and line <= lines.lastlinedefined, raised(case[2]))
         assert.matches(case[1], raised(case[2]), 1, true)
      end
      assert.same({ name = "x" }, it:table())
   end)

   it("takes a sample that shows its members by metamethods", function()
      local sample = { count = 1, name = "x" }
      local shown = connections.build("Q"):outputs_from(setmetatable({}, { __index = sample,
         __pairs = function() return next, sample, nil end })):table().outputMappings
      assert.same({ "count", "name" }, { shown[1].outputReference, shown[2].outputReference })
      local fine, message = pcall(function()
         connections.build("Q"):outputs_from(setmetatable({}, { __index = function() return 1 end }))
      end)
      assert.is_false(fine)
      assert.matches("builder:outputs_from: the sample has a metatable whose __index is a function", message, 1, true)
   end)

   it("looks at each input once, however many there are", function()
      local it, read = connections.build "Q", 0
      for index = 1, 50 do it:input("k" .. index) end
      debug.sethook(function() read = read + 1 end, "", 1)
      it:input "last"
      local few = read
      debug.sethook()
      for index = 51, 2000 do it:input("k" .. index) end
      read = 0
      debug.sethook(function() read = read + 1 end, "", 1)
      it:input "very last"
      local many = read
      debug.sethook()
      assert.is_true(many < 2 * few, ("%d instructions after 2000 inputs, %d after 50"):format(many, few))
      assert.is_false((pcall(it.input, it, "k1999")))
      assert.is_false((pcall(it.input, it, "very last")))
   end)

   it("shows what was built so far, without secrets", function()
      local it = connections.build("Weather"):oauth { client_id = "id", client_secret = "hush" }
         :get("https://u:hush@example.com")
      assert.equal('builder of "Weather"\n  auth\n    authType      OAUTH\n    clientId      id\n'
         .. "    clientSecret  ***\n  request\n    requestType    GET\n    connectionUrl  https://***@example.com",
         tostring(it))
      for _ in pairs(it) do error "a builder shows members to printers of tables" end
   end)
end)
