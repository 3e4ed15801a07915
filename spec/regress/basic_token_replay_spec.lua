-- The replay after a 401 was meant for calls with a token that may have been revoked. A token call with HTTP Basic
-- looked like one, and wrong credentials were sent twice.
local personalize = require "personalize"
local server = require "spec.support.server"

describe("wrong credentials", function()
   it("are sent once", function()
      local s = server.start [[ return function(connection)
         for _ in function() return connection:request() end do connection:respond(401, { "Content-Length: 0" }) end
      end ]]
      local client = assert(personalize.new { base_url = s.url, client_key = "key", api_token = "wrong" })
      local _, err = client.connections.get "r1"
      assert.equal("auth", err.kind)
      assert.equal(1, err.attempts)
      assert.equal(1, #s:requests())
      s:stop()
   end)
end)
