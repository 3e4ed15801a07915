-- A client's options: defaults, what they need of each other, what they refuse.
local settings = require "personalize.settings"
local errors = require "personalize.error"

describe("settings", function()
   local function resolve(given) return settings.resolve(given, "personalize.new") end

   local function with(more)
      local given = { region = "eu", client_id = "id", client_secret = "hush" }
      for name, value in pairs(more) do given[name] = value end
      return given
   end

   local function refusal(given)
      local resolved, err = resolve(given)
      assert.is_nil(resolved)
      assert.is_true(errors.is(err))
      assert.equal("config", err.kind)
      assert.is_nil(tostring(err):find("hush", 1, true))
      return err.message
   end

   it("knows the published base URLs", function()
      for region, url in pairs {
         us = "https://api-engage-us.sitecorecloud.io", eu = "https://api-engage-eu.sitecorecloud.io",
         ap = "https://api-engage-ap.sitecorecloud.io", jpe = "https://api-engage-jpe.sitecorecloud.io",
      } do
         assert.equal(url, resolve(with { region = region }).base_url)
      end
      assert.equal('region: expected us, eu, ap or jpe, got "mars"', refusal(with { region = "mars" }))
   end)

   it("fills in the documented defaults", function()
      local resolved = resolve(with {})
      assert.equal(30, resolved.timeout)
      assert.equal(5, resolved.connect_timeout)
      assert.equal(10, resolved.stall_timeout)
      assert.same({ attempts = 4, base_delay = 0.25, max_delay = 8 }, resolved.retry)
      assert.equal(64 * 2 ^ 20, resolved.max_response_bytes)
      assert.equal(256, resolved.max_response_headers)
      assert.equal(128, resolved.max_depth)
      assert.is_true(resolved.http2)
      assert.equal("refuse", resolved.missing_secrets)
      assert.equal("https://auth.sitecorecloud.io/oauth/token", resolved.token_url)
      assert.equal("https://api.sitecorecloud.io", resolved.audience)
   end)

   it("completes a retry policy, and takes false for a single attempt", function()
      assert.same({ attempts = 2, base_delay = 0.25, max_delay = 8 }, resolve(with { retry = { attempts = 2 } }).retry)
      assert.equal(1, resolve(with { retry = false }).retry.attempts)
   end)

   it("has the token endpoint of older organisations at the base URL", function()
      local resolved = resolve { region = "us", client_key = "key", api_token = "token" }
      assert.equal("https://api-engage-us.sitecorecloud.io/v2/oauth/token", resolved.token_url)
   end)

   it("needs exactly one complete kind of credentials", function()
      assert.matches("credentials are needed", refusal { region = "eu" })
      assert.equal("client_id and client_secret go together: client_secret is missing",
         refusal { region = "eu", client_id = "id" })
      assert.equal("client_key and api_token go together: client_key is missing",
         refusal { region = "eu", api_token = "hush" })
      assert.equal("give one kind of credentials, not both client_id and access_token",
         refusal(with { access_token = "hush" }))
      assert.equal("client_secret: is empty", refusal(with { client_secret = "" }))
   end)

   it("refuses control characters in what goes into headers", function()
      for _, name in ipairs { "client_id", "client_secret" } do
         assert.matches(name .. ": holds a control character", refusal(with { [name] = "hush\r\nX: 1" }))
      end
      assert.matches("access_token: holds a control", refusal { region = "eu", access_token = "hush\n" })
      assert.matches("user_agent_suffix: holds a control", refusal(with { user_agent_suffix = "a\nb" }))
   end)

   it("sends tokens over plain HTTP to loopback and named hosts alone", function()
      local function base(url, more)
         local given = { base_url = url, access_token = "hush" }
         for name, value in pairs(more or {}) do given[name] = value end
         return given
      end
      for _, url in ipairs { "http://127.0.0.1:8080", "http://localhost", "http://[::1]:1" } do
         assert.equal(url, resolve(base(url)).base_url)
      end
      assert.matches("base_url: http:// would send tokens in clear text to example.com",
         refusal(base "http://example.com"))
      for _, host in ipairs { "localhost.example.com", "127.0.0.1.example.com", "0.0.0.0", "128.0.0.1" } do
         assert.matches("would send tokens in clear text to " .. host, refusal(base("http://" .. host)), 1, true)
      end
      assert.equal("http://emulator:80",
         resolve(base("http://emulator:80", { plain_http_hosts = { "Emulator" } })).base_url)
      assert.matches("token_url: http://", refusal(with { token_url = "http://example.com/token" }))
      assert.matches("plain_http_hosts%[\"emulator\"%]: expected an array of host names, got true",
         refusal(base("https://example.com", { plain_http_hosts = { emulator = true } })))
   end)

   it("refuses base URLs that are none, or hold more", function()
      local function url(text) return refusal { base_url = text, access_token = "hush" } end
      assert.matches("^base_url: ", url "")
      assert.matches("^base_url: ", url "not a url")
      assert.matches("^base_url: ", url "ftp://example.com")
      assert.matches("^base_url: must not hold a user", url "https://user:hush@example.com")
      assert.matches("^base_url: must not hold a query", url "https://example.com/?a=b")
      assert.equal("give region or base_url, not both", refusal(with { base_url = "https://example.com" }))
      assert.matches("region or base_url is needed", refusal { access_token = "hush" })
   end)

   it("checks a token_url that no token is fetched from", function()
      local given = { base_url = "https://api.example.com", access_token = "hush" }
      assert.is_nil(resolve(given).token_url)
      for _, proxy in ipairs { false, "http://127.0.0.1:1" } do
         given.proxy = proxy or nil
         for url, words in pairs { ["auth.example.com/token"] = "token_url: ", [""] = "token_url: ",
            ["http://auth.example.com/token"] = "token_url: http://" } do
            given.token_url = url
            assert.matches("^" .. words, refusal(given))
         end
         given.token_url = "https://auth.example.com/token"
         assert.equal(given.token_url, resolve(given).token_url)
      end
      local personalize = require "personalize"
      local client, err = personalize.from_env { variables = { PERSONALIZE_BASE_URL = "https://api.example.com",
         PERSONALIZE_ACCESS_TOKEN = "hush", PERSONALIZE_PROXY = "http://127.0.0.1:1",
         PERSONALIZE_TOKEN_URL = "auth.example.com/token" } }
      assert.is_nil(client)
      assert.equal("config", err.kind)
      assert.matches("^PERSONALIZE_TOKEN_URL: ", err.message)
   end)

   it("takes a slash off the end of the base URL", function()
      assert.equal("https://example.com/api",
         resolve { base_url = "https://example.com/api//", access_token = "x" }.base_url)
   end)

   it("says which file cannot be read", function()
      assert.matches("^ca_file: /nowhere/ca.pem: ", refusal(with { ca_file = "/nowhere/ca.pem" }))
      assert.equal("ca_file: /etc: Is a directory", refusal(with { ca_file = "/etc" }))
      assert.equal("ca_file: /dev/null: holds no certificate in PEM", refusal(with { ca_file = "/dev/null" }))
      assert.equal("client_cert: /dev/null: holds no certificate in PEM", refusal(with { client_cert = "/dev/null" }))
      assert.equal("client_cert_key needs client_cert", refusal(with { client_cert_key = "/dev/null" }))
   end)

   it("finds a certificate wherever it begins, within the first 16 MiB of a file", function()
      local path = os.tmpname()
      finally(function() os.remove(path) end)
      for before, message in pairs { [0] = false, [65530] = false, [2 ^ 24 - 22] = false,
         [2 ^ 24 - 21] = "ca_file: " .. path .. ": holds no certificate in PEM" } do
         local file = assert(io.open(path, "w"))
         file:write(("\n"):rep(before), "-----BEGIN CERTIFICATE-----\n")
         file:close()
         local _, err = resolve(with { ca_file = path })
         assert.equal(message, err and err.message or false, before)
      end
   end)

   it("raises for misuse without showing secrets", function()
      local fine, message = pcall(resolve, with { client_secret = { "hush" } })
      assert.is_false(fine)
      assert.matches('option "client_secret": expected a string, got a table', message)
      for name, value in pairs { client_secret = 12345, api_token = true, client_cert_passphrase = 12345,
         access_token = 12345 } do
         fine, message = pcall(resolve, with { [name] = value })
         assert.is_false(fine)
         assert.matches(('option "%s": expected a string.*, got a %s$'):format(name, type(value)), message)
      end
      fine, message = pcall(resolve, with { proxy = 12345 })
      assert.is_false(fine)
      assert.matches('option "proxy": expected a string, got a number', message)
   end)
end)
