-- Which hosts are this machine.
local url = require("personalize.core").url

describe("core.url.is_loopback", function()
   it("knows what never leaves the machine", function()
      for _, host in ipairs { "localhost", "LOCALHOST", "127.0.0.1", "127.255.0.9", "127.0.0.0", "::1" } do
         assert.is_true(url.is_loopback(host), host)
      end
   end)

   -- "localhost." is asked of the name service, "127.1" is not what is in a parsed URL
   it("takes nothing else for it", function()
      for _, host in ipairs {
         "", "localhost.", "localhost.evil.com", "evil.localhost", "xlocalhost", "127.1", "127.0.0.1.", "127.0.0.01",
         "127.0.0.256", "127.0.0.1.evil.com",
         "127.0.0.", "127.0.0", "127..0.1", "127.0.0.-1", "127.0.0.1 ", "127.0.0.1000",
         "127.0.0.00", "128.0.0.1", "0127.0.0.1", "1127.0.0.1", "0.0.0.0", "[::1]", "::", "::2", "::1%lo",
         "::ffff:127.0.0.1", "localhost\0", "127.0.0.1\0", "\0",
      } do
         assert.is_false(url.is_loopback(host), host)
      end
   end)
end)
