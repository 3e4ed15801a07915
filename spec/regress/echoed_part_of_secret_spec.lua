-- A server that echoed a part of what it was sent, a token without its scheme or a password without its user, or a
-- credential of the query, had it shown: only the whole values of a definition were known as secrets.
local personalize = require "personalize"
local server = require "spec.support.server"

local secrets = { "of-the-query+1", "of-the-header-2", "of-the-user-3", "of-the-auth-4" }

describe("a part of a secret that a server echoes", function()
   local s, client, events

   setup(function()
      s = server.start(([[ return function(connection)
         for _ in function() return connection:request() end do
            local body = '{"message":"%s"}'
            connection:respond(400, { "Content-Length: " .. #body, "X-Request-Id: %s" }, body)
         end
      end ]]):format(table.concat(secrets, " "), secrets[1]))
   end)
   teardown(function() s:stop() end)

   before_each(function()
      events = {}
      client = assert(personalize.new { base_url = s.url, access_token = "the-token-of-the-spec", retry = false,
         on_event = function(event) events[#events + 1] = event end })
   end)

   local function shown(err)
      return { err.message, err.body, err.request_id }
   end

   it("is hidden if it was sent in the query", function()
      for _, call in ipairs { { path = "/x", query = { api_key = secrets[1] } },
         { path = "/x?a=b&token=of-the-query%2B1" },
         { path = "/x", query = { code = { "a", secrets[1] } }, method = "POST", body = { city = "Dublin" } } } do
         local _, err = client:request(call)
         assert.same({ "*** of-the-header-2 of-the-user-3 of-the-auth-4",
            '{"message":"*** of-the-header-2 of-the-user-3 of-the-auth-4"}', "***" }, shown(err))
         assert.equal("response", events[#events].type)
         assert.equal("***", events[#events].request_id)
      end
   end)

   it("is shown if nothing of the query is a credential", function()
      local _, err = client:request { path = "/x", query = { city = secrets[1] } }
      assert.equal(table.concat(secrets, " "), err.message)
      assert.equal(secrets[1], events[#events].request_id)
   end)

   it("is hidden if it was sent in a definition", function()
      local _, err = client.connections.create { name = "Weather", systemType = "DATA_SYSTEM",
         request = { requestType = "GET",
            connectionUrl = "https://me:of-the-user-3@example.com/?key=of-the-query%2B1" },
         auth = { authType = "HEADER", header = "x", token = "Bearer of-the-auth-4" },
         customHeaders = { { name = "Authorization", value = "Token of-the-header-2" } } }
      assert.same({ "*** *** *** ***", '{"message":"*** *** *** ***"}', "***" }, shown(err))
   end)
end)
