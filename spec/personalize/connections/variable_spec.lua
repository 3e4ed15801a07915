-- The variable that decision models have for a connection.
local variable = require "personalize.connections.variable"

describe("the variable of a connection", function()
   it("is its name in camel case, capitals within a word folded", function()
      for name, expected in pairs {
         ["Loyalty Tier"] = "loyaltyTier", ["Content Hub SpinBanking"] = "contentHubSpinbanking",
         ["Weather"] = "weather", ["OpenWeather"] = "openweather", ["Tier 2"] = "tier2", ["  a  b "] = "aB",
         ["Zürich Wetter"] = "zürichWetter", [""] = "",
      } do
         assert.equal(expected, variable.of(name))
      end
   end)

   it("may be a reserved word", function()
      for _, word in ipairs { "class", "new", "default", "this" } do
         assert.is_true(variable.is_reserved(word), word)
      end
      assert.is_false(variable.is_reserved "weather")
   end)

   it("may be that of two names", function()
      assert.same({ [3] = "Loyalty Tier", [5] = "Loyalty Tier" },
         variable.twins { "Loyalty Tier", "Weather", "loyalty tier", "Loyalty Tier", "LOYALTY TIER" })
      assert.same({}, variable.twins { "a", "b" })
   end)
end)
