-- What a probe finds in the answer of a token endpoint.
local client = require "personalize.client"
local personalize = require "personalize"
local server = require "spec.support.server"
local tenant = require "spec.support.tenant"
local token = require "personalize.probe.token"

describe("a probe's token", function()
   local made

   setup(function() made = tenant.start { token_ttl = 77 } end)
   teardown(function() made:stop() end)
   after_each(function() made.emulator:heal() end)

   it("is for connections when its scope has the word", function()
      local own = "personalize.external_webservices:manage"
      assert.same({ true, true, true }, { token.is_for_connections(own), token.is_for_connections("a " .. own .. " b"),
         token.is_for_connections(own .. "\tb") })
      assert.same({ false, false, false }, { token.is_for_connections "a b", token.is_for_connections(own .. "r"),
         token.is_for_connections " " })
      assert.same({}, { token.is_for_connections(nil) })
      assert.same({}, { token.is_for_connections "" })
      assert.same({}, { token.is_for_connections(5) })
   end)

   it("is fetched with each kind of credentials, and decoded", function()
      for _, kind in ipairs { "client_id", "api_token" } do
         local other = assert(personalize.new(made.emulator:options(kind)))
         local value = assert(token.fetch(client.settings(other), 20))
         assert.same({ "string", 77 }, { type(value.access_token), tonumber(value.expires_in) })
         other:close()
      end
   end)

   it("is not fetched when it was given", function()
      local other = assert(personalize.new { base_url = made.emulator.url, access_token = "given" })
      assert.same({ nil, "the token was given" }, { token.fetch(client.settings(other), 20) })
   end)

   it("is fetched through the proxy where the calls need none", function()
      local proxy = server.start [[return function(connection)
         connection:request()
         connection:respond(407, { "Content-Length: 0" })
      end]]
      local other = assert(personalize.new { base_url = made.emulator.url, token_url = "https://token.example/token",
         client_id = "id", client_secret = "canary-canary", proxy = proxy.url })
      finally(function()
         other:close()
         proxy:stop()
      end)
      local value, why = token.fetch(client.settings(other), 20)
      assert.is_nil(value)
      assert.is_string(why)
      assert.same({ 1, "CONNECT", "token.example:443" }, { #proxy:requests(), proxy:requests()[1].method,
         proxy:requests()[1].path })
   end)

   it("is none when the endpoint refuses, answers something else, or not in time", function()
      local settings = client.settings(made.client)
      made.emulator:fail { path = "*", status = 401, times = 1 }
      assert.same({ nil, "the token endpoint answered 401" }, { token.fetch(settings, 20) })
      for _, body in ipairs { "{}", "", "<html>", '{"access_token":5}' } do
         made.emulator:fail { path = "*", status = 200, body = body, times = 1 }
         assert.same({ nil, "the token endpoint answered 200" }, { token.fetch(settings, 20) })
      end
      made.emulator:fail { path = "*", status = 201, body = '{"access_token":"a","expires_in":5}', times = 1 }
      assert.same({ nil, "the token endpoint answered 201" }, { token.fetch(settings, 20) })
      made.emulator:fail { path = "*", delay = 5, times = 1 }
      local value, why = token.fetch(settings, 0.2)
      assert.is_nil(value)
      assert.matches("^timeout: no complete answer within ", why)
   end)
end)
