-- Where `http://` is allowed: whether a URL leads to this machine, whatever follows the host.
local loopback = require "personalize.connections.loopback"
local personalize = require "personalize"

local function validate(url, token_url)
   local is_valid, told = personalize.connections.validate {
      name = "Weather", systemType = "DATA_SYSTEM", request = { requestType = "GET", connectionUrl = url },
      auth = { authType = "OAUTH", clientId = "id", clientSecret = "s3cr3t99", accessTokenUrl = token_url },
      inputMappings = { { key = "port", type = "string" } },
   }
   return is_valid, tostring(told)
end

describe("a URL of this machine", function()
   it("is one whatever follows the host", function()
      for _, rest in ipairs { "", ":80", "/", ":80/é", '/${a!"b c"}', "/a b", "?q=é#ü", "#f", ":${port}/",
         ":${port}" } do
         for _, host in ipairs { "127.0.0.1", "localhost", "LocalHost", "[::1]", "127.8.9.1", "u:p@localhost" } do
            local url = "http://" .. host .. rest
            assert.is_true(loopback.is_url(url), url)
            local is_valid, told = validate(url, url)
            assert.is_true(is_valid, told)
            assert.is_nil(told:find("in clear over", 1, true), url)
         end
      end
      assert.is_true(loopback.is_url "HTTP://localhost:1/tök")
   end)

   it("is none with another host, or a host that nobody knows", function()
      for _, url in ipairs {
         "http://example.com/", "http://localhost.example.com/é", "http://localhost@example.com/é",
         "http://127.0.0.1:80@example.com/${a}", "http://example.com/http://localhost",
         "http://example.com#@localhost/",
         "http://localhost\\@example.com/", "http://${host}/", "http://local${host}/", "http://${host}:80/",
         "http://localhost:${port}@example.com/", "http:///localhost", "http://", "ftp://localhost/", "localhost", "",
         "http://localhost:x/", "http://localhost:99999/", "http://localhost./",
      } do
         assert.is_false(loopback.is_url(url), url)
         if url:find "^http://[^/]" then
            assert.matches("in clear over http://", select(2, validate(url, "https://e.example/")), 1, true)
            local is_valid, told = validate("https://e.example/", url)
            assert.is_nil(is_valid, url)
            assert.matches("auth.accessTokenUrl: must be an https:// URL", told, 1, true)
         end
      end
   end)
end)
