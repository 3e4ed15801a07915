-- Findings as workflow commands of GitHub.
local annotations = require "personalize.cli.annotations"

describe("an annotation", function()
   it("names file, place, code and path, as far as these are known", function()
      for expected, found in pairs {
         ["::error file=a.json::m"] = { file = "a.json", message = "m" },
         ["::error file=a.json,line=3,col=1::m"] = { file = "a.json", line = 3, message = "m", path = "" },
         ["::error file=a.json,line=3,col=9::auth.x: m"] = { file = "a.json", line = 3, column = 9, message = "m",
            path = "auth.x" },
         ["::error file=a.json,title=hyphen::m"] = { file = "a.json", code = "hyphen", message = "m" },
         ["::error file=a.json,line=3,col=1,title=hyphen::m"] = { file = "a.json", line = 3, code = "hyphen",
            message = "m" },
      } do
         assert.equal(expected, annotations.of("error", found))
      end
   end)

   it("escapes what would end it", function()
      assert.equal("::warning file=a%25%3A%2C%0D%0A.json,title=x%3Ay::100%25: a, b\\nc",
         annotations.of("warning", { file = "a%:,\r\n.json", code = "x:y", message = "100%: a, b\nc" }))
   end)
end)
