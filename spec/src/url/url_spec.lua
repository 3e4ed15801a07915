-- URLs as libcurl understands them.
local libcurl = require "spec.support.libcurl"
local url = require("personalize.core").url

describe("core.url.parse", function()
   it("takes a URL apart", function()
      assert.same({ scheme = "https", host = "api.example.com", port = 8443, path = "/v2/x", query = "a=1&b=%20",
                    has_user = false }, url.parse "HTTPS://API.Example.com:8443/v2/x?a=1&b=%20#fragment")
      assert.same({ scheme = "http", host = "h", port = 80, path = "/", has_user = false }, url.parse "http://h")
      assert.equal(443, url.parse("https://h").port)
      assert.equal(443, url.parse("https://h:/").port)
      assert.equal("::1", url.parse("http://[::1]:8080/").host)
      assert.equal("2001:db8::1", url.parse("http://[2001:DB8::1]/").host)
   end)

   it("sees through other ways to write an address, as libcurl does when it connects", function()
      for _, text in ipairs { "http://127.1/", "http://0x7f.0.0.1/", "http://2130706433/", "http://017700000001/" } do
         -- libcurl before 7.77 leaves them as they are: such a host is no loopback then, and so refused over http
         assert.equal(libcurl.is_at_least "7.77" and "127.0.0.1" or text:match "//(.-)/", url.parse(text).host)
      end
   end)

   it("tells of user info, even an empty one", function()
      for _, text in ipairs { "https://u@h", "https://u:p@h/", "https://@h", "https://:p@h/?x" } do
         assert.is_true(url.parse(text).has_user, text)
      end
      for _, text in ipairs { "https://h/@", "https://h?a@b", "https://h#a@b" } do
         assert.is_false(url.parse(text).has_user, text)
      end
   end)

   it("refuses what is not such a URL, quoting nothing", function()
      for _, text in ipairs {
         "", "h", "//h/", "ftp://h/", "file:///etc/passwd", "javascript:x", "http:/h", "http:h", "http:///h",
         "http://", "https://s3cret:s3cret@", "http://h:0/", "http://h:65536/", "http://h:x/", "http://h:-1/",
         "http://[::1", "http://[:::1]/", "http://a b/", "http://h/a b", "http://h/\t", "http://h/\r\nX: y",
         "http://h/\0",
         "http://h\0.evil/", " http://h/", "http://h/ ", "http://h\\@evil/", "http://h/\127", "http://h/\195\188",
         "https://s3cret:s3cret@h:x/", "http://" .. ("x"):rep(300) .. "/", "http://h/" .. ("x"):rep(9000),
      } do
         local parts, why = url.parse(text)
         assert.is_nil(parts, text)
         assert.is_string(why)
         assert.is_nil(why:find "s3cret")
      end
      assert.has_error(function() url.parse(nil) end)
   end)

   it("says what is wrong", function()
      local faults = {
         ["has a space, a control character or a byte outside ASCII"] = { "http://h/a b", "\127", "http://h/\31", "\\",
            "http://h\0" },
         ["does not begin with http:// or https://"] = { "", "h", "http:/h", "https:h", "ftp://h/" },
         ["has no host, or one that is not valid"] = { "http://", "https:///h", "http://[::1", "http://[:::1]/",
            "https://u:p@", "http://" .. ("x"):rep(256) .. "/" },
         ["has a port that is not one of 1 to 65535"] = { "http://h:0/", "http://h:65536/", "http://h:x/" },
         ["too long"] = { "http://h/" .. ("x"):rep(8192 - 8) },
      }
      for fault, texts in pairs(faults) do
         for _, text in ipairs(texts) do assert.same({ nil, fault }, { url.parse(text) }, text) end
      end
   end)

   it("takes ports, hosts and URLs up to their bounds", function()
      assert.equal(1, url.parse("http://h:1/").port)
      assert.equal(65535, url.parse("https://h:65535/").port)
      assert.equal(255, #url.parse("http://" .. ("x"):rep(255) .. "/").host)
      assert.equal(8192 - 8, #url.parse("http://h/" .. ("x"):rep(8192 - 9)).path)
   end)
end)
