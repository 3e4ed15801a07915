-- The names of files and of variables for secrets.
local naming = require "personalize.sync.naming"

local function files(names, taken)
   local items = {}
   for index, name in ipairs(names) do items[index] = { name = name, identity = name } end
   return naming.files(items, taken or {})
end

describe("the name of a connection's file", function()
   it("is the connection's where that is safe", function()
      assert.same({ "Weather.json", "My-weather-2.json", "a_b.json", "v1-2.json" },
         files { "Weather", "My weather 2", "a_b", "v1.2" })
   end)

   it("is as long as 80 characters", function()
      assert.equal(("n"):rep(80) .. ".json", files({ ("n"):rep(80) })[1])
      assert.matches("^" .. ("n"):rep(80) .. "~%x+%.json$", files({ ("n"):rep(81) })[1])
   end)

   it("is told apart by digits where it is not", function()
      for _, name in ipairs { "../../x", "CON", "com1", "lpt9", ("n"):rep(300), "a\nb", "😀", "a/b", "a:b", "",
         ".", "..", "a*", "\226\128\174", "\255", "\237\160\128", "…", "\227\128\128", "a\0b" } do
         assert.matches("^[%w_-]+~%x%x%x%x%x%x%x%x%.json$", files({ name })[1])
      end
   end)

   it("has letters of any script, and digits, for systems differ in which letters are one", function()
      for name, stem in pairs { ["天気"] = "天気", ["天気 予報"] = "天気-予報", ["Wetter für Köln"] = "Wetter-für-Köln",
         ["Погода (тест)"] = "Погода-тест", ["طقس"] = "طقس", ["मौसम"] = "मौसम", ["날씨"] = "날씨", ["é"] = "é",
         ["e\204\129"] = "e\204\129", ["天気😀予報"] = "天気-予報", ["«Weather»"] = "Weather", ["ﾃｽﾄ"] = "ﾃｽﾄ",
         ["price €"] = "price", ["a\226\128\174b"] = "a-b", ["天\255気"] = "天-気" } do
         local file = files({ name })[1]
         assert.equal(stem, file:match "^(.*)~%x%x%x%x%x%x%x%x%.json$", name)
      end
      assert.not_equal(files({ "é" })[1], files({ "e\204\129" })[1])
      assert.not_equal(files({ "É" })[1]:lower(), files({ "é" })[1]:lower())
   end)

   it("is cut between characters", function()
      for length = 1, 3 do
         local file = files({ ("x"):rep(length) .. ("天"):rep(60) })[1]
         assert.matches("^" .. ("x"):rep(length) .. ("天"):rep(math.floor((80 - length) / 3)) .. "~%x+%.json$", file)
      end
   end)

   it("is distinct where case does not count, whatever the order", function()
      local names = { "Weather", "weather", "WEATHER", "a b", "a.b", "a-b", "Other" }
      local first, seen = files(names), {}
      for _, name in ipairs(first) do
         assert.is_nil(seen[name:lower()])
         seen[name:lower()] = true
      end
      assert.equal("Other.json", first[7])
      local turned = {}
      for index = #names, 1, -1 do turned[#turned + 1] = names[index] end
      local second = files(turned)
      for index = 1, #names do assert.equal(first[index], second[#names + 1 - index]) end
   end)

   it("avoids what is there", function()
      local taken, seen = {}, {}
      for _ = 1, 4 do
         local name = files({ "Weather" }, taken)[1]
         assert.is_nil(seen[name])
         seen[name], taken[name:lower()] = true, true
      end
      assert.is_true(seen["Weather.json"])
      seen["Weather.json"] = nil
      for name in pairs(seen) do assert.matches("^Weather~%x%x%x%x%x%x%x%x%.json$", name) end
   end)

   it("differs for equal names of different identity", function()
      local named = naming.files({ { name = "W", identity = "W" }, { name = "W", identity = "W\0archived" } }, {})
      assert.equal("W.json", named[1])
      assert.matches("^W~%x+%.json$", named[2])
   end)
end)

describe("the variable of a secret", function()
   it("says whose it is", function()
      local taken = {}
      local function variable(name, what) return naming.variable({ name = name, identity = name }, what, taken) end
      assert.equal("WEATHER_CLIENT_SECRET", variable("Weather", "clientSecret"))
      assert.equal("WEATHER_CLIENT_SECRET", variable("Weather", "clientSecret"))
      assert.equal("MY_API_2_CUSTOM_HEADERS_X_API_KEY", variable("my-api 2", "customHeaders X-Api-Key"))
      assert.equal("CONNECTION_CLIENT_SECRET", variable("😀", "clientSecret"))
      assert.equal("CONNECTION_9_LIVES_CLIENT_SECRET", variable("9 lives", "clientSecret"))
      assert.matches("^WEATHER_CLIENT_SECRET_[0-9A-F]+$", variable("weather", "clientSecret"))
   end)
end)

describe("digests", function()
   it("are the same on every interpreter", function()
      assert.equal(8, #naming.digest "")
      assert.equal("00000000", naming.digest "")
      assert.equal(16, #naming.fingerprint(("x"):rep(100000)))
      assert.not_equal(naming.digest "a", naming.digest "b")
      assert.equal("1de2dca4", naming.digest "Weather")
      assert.equal("42f52345dc9d4283", naming.fingerprint(("a"):rep(100)))
   end)
end)
