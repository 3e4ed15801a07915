-- Names that are suggested where one is not found.
local suggestion = require "personalize.resource.suggestion"
local tenant = require "spec.support.tenant"

describe("a name that is not there", function()
   local names = { "Weather Data System", "First web service", "Loyalty Tier", "loyalty", "Plug", "Plug", "天気", "" }

   it("is answered by near ones", function()
      for wanted, expected in pairs {
         ["weather data system"] = '"Weather Data System"', ["Weather Data Sistem"] = '"Weather Data System"',
         Wether = '"Weather Data System"', Weather = '"Weather Data System"', web = '"First web service"',
         ["  Plug "] = '"Plug"', Plgu = '"Plug"', ["Plug 2"] = '"Plug"', LOYALTY = '"loyalty" or "Loyalty Tier"',
         ["天気"] = '"天気"',
      } do
         assert.equal((" (did you mean %s?)"):format(expected), suggestion.of(wanted, names), wanted)
      end
   end)

   it("is answered by nothing where none is near", function()
      for _, wanted in ipairs { "", " ", "Zebra", "x", ("long"):rep(100), "(", "%" } do
         assert.equal("", suggestion.of(wanted, names), wanted)
      end
      assert.equal("", suggestion.of("Weather", {}))
   end)

   it("shows nothing that a terminal would obey", function()
      assert.equal(' (did you mean "Weath\\027er"?)', suggestion.of("Weather", { "Weath\27er" }))
   end)

   it("takes time in proportion #timed", function()
      local many = {}
      for index = 1, 100000 do many[index] = ("Connection number %d of a very long list"):format(index) end
      local started = os.clock()
      assert.matches("^ %(did you mean ", suggestion.of("Conection number 77 of a very long list", many))
      assert.is_true(os.clock() - started < 10)
   end)

   it("takes time in proportion to a name of blanks #timed", function()
      local started = os.clock()
      assert.equal(' (did you mean "Weather"?)', suggestion.of(" \n Wether\t ", { "Weather" }))
      assert.equal("", suggestion.of("a" .. (" "):rep(200000) .. "b", { "Weather" }))
      assert.equal("", suggestion.of((" "):rep(200000), { "Weather" }))
      assert.is_true(os.clock() - started < 2)
   end)

   it("is named by find, for each resource", function()
      local made = tenant.start { seed = true }
      local _, err = made.connections.find "Wether"
      assert.equal('not_found: no connection is named "Wether" (did you mean "Weather Data System"?)', tostring(err))
      _, err = made.connections.find { name = "Wether" }
      assert.equal("not_found: no connection fits", tostring(err))
      for _, name in ipairs { "flows", "templates", "decision_models" } do
         local first = assert(made.client[name].list())[1]
         local _, problem = made.client[name].find(first.name .. "x")
         assert.matches(('did you mean "%s"'):format(first.name), tostring(problem), 1, true)
      end
      made:stop()
   end)
end)
