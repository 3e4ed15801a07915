-- A URL that has a scheme and no host.
local personalize = require "personalize"

local function codes(url)
   local list = {}
   for index, warning in ipairs(select(2, assert(personalize.connections.validate {
      name = "Offer", systemType = "DESTINATION", auth = { authType = "NONE" },
      request = { requestType = "GET", connectionUrl = url },
   }))) do
      list[index] = warning.code
   end
   return table.concat(list, " ")
end

describe("a URL without a host", function()
   it("is not absolute", function()
      for _, url in ipairs { "https:///x", "http:///x", "HTTPS:///x", " https:///x", "https://", "https://?a=b",
         "https://#f", "https://:80/x", "https://u@/x", "https://u@:80", "http://:/" } do
         assert.matches("url_not_absolute", codes(url), 1, true)
         assert.is_nil(codes(url):find "url_http")
      end
   end)

   it("is another matter than one with an unusual host", function()
      for _, url in ipairs {
         "https://127.0.0.1:80/", "https://[::1]:80/", "https://2130706433/x", "https://<baseURL>/x", "https://a",
         "https://${x.host!}/y", "https://${x!\"a@b\"}/y", "file:///etc", "https://:host/x",
      } do
         assert.is_nil(codes(url):find "url_not_absolute", url)
      end
   end)
end)
