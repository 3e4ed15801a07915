-- A token endpoint that answered 404 gave the call the kind of that status: `get` seemed to say that there is no such
-- connection, and who asks "is it there? else create it" would have created it.
local personalize = require "personalize"
local server = require "spec.support.server"

describe("a token endpoint that is not there", function()
   it("says nothing about connections", function()
      local s = server.start [[ return function(connection)
         for _ in function() return connection:request() end do connection:respond(404, { "Content-Length: 0" }) end
      end ]]
      local client = assert(personalize.new { base_url = s.url, token_url = s.url .. "/token", client_id = "id",
         client_secret = "secret of " .. s.url })
      for _, call in ipairs { function() return client.connections.get "r1" end,
         function() return client.connections.find "Weather" end } do
         local value, err = call()
         assert.is_nil(value)
         assert.equal("auth", err.kind)
         assert.equal(404, err.status)
         assert.equal(s.url .. "/token", err.url)
         assert.matches("^no access token: ", err.message)
      end
      s:stop()
   end)
end)
