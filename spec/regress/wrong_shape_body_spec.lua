-- JSON of the wrong shape was found out after the attempt was over, past the place where errors are cleaned: the error
-- carried the whole body, with the secrets that the server had echoed; and no event told of it.
local personalize = require "personalize"
local server = require "spec.support.server"

describe("an answer of the wrong shape", function()
   it("is cut and cleaned like every error, and told in an event", function()
      local s = server.start [[ return function(connection)
         for request in function() return connection:request() end do
            local body = '["' .. (request.headers.authorization .. " "):rep(10000) .. '"]'
            connection:respond(200, { "Content-Length: " .. #body }, body)
         end
      end ]]
      local seen
      local client = assert(personalize.new { base_url = s.url, access_token = "token-0123456789",
         on_event = function(event) seen = event end })
      local _, err = client.connections.get "r1"
      assert.equal("decode", err.kind)
      assert.is_true(#err.body < 5000)
      assert.is_nil(err.body:find("token-0123456789", 1, true))
      assert.equal("response", seen.type)
      assert.equal(err, seen.error)
      s:stop()
   end)
end)
