-- Text as a part of a URL.
local url = require("personalize.core").url

describe("core.url.escape", function()
   it("encodes everything but unreserved characters", function()
      assert.equal("", url.escape "")
      local unreserved = "ABCXYZabcxyz0189-._~"
      assert.equal(unreserved, url.escape(unreserved))
      assert.equal("a%20b%2Fc%3Fd%26e%3D%25%2B", url.escape "a b/c?d&e=%+")
      assert.equal("%C3%BC%00%FF", url.escape "ü\0\255")
   end)

   it("can be undone for every byte", function()
      local bytes = {}
      for i = 0, 255 do bytes[#bytes + 1] = string.char(i) end
      local text = table.concat(bytes)
      local back = url.escape(text):gsub("%%(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end)
      assert.equal(text, back)
   end)
end)
