-- The early renewal of a token that still lived had all of the call's time: when the token endpoint hung, calls failed
-- that the old token could have made.
local native = require "personalize.native"
local patient = require "spec.support.patient"
local personalize = require "personalize"
local server = require "spec.support.server"

describe("an early renewal that hangs", function()
   it("leaves the call time to be made with the old token", function()
      local s = server.start [[
         local tokens = 0
         return function(connection)
            for request in function() return connection:request() end do
               if request.path == "/token" then
                  tokens = tokens + 1
                  if tokens > 1 then connection:sleep(5) end
               end
               local body = '{"access_token":"one","expires_in":100,"ref":"r1"}'
               connection:respond(200, { "Content-Length: " .. #body }, body)
            end
         end]]
      local client = assert(personalize.new { base_url = s.url, token_url = s.url .. "/token", client_id = "id",
         client_secret = "secret of " .. s.url, timeout = patient(0.4) })
      assert(client.connections.get "r1")
      local now = native.now
      native.now = function() return now() + 95 end
      local got, err = client.connections.get "r1"
      native.now = now
      assert.is_nil(err)
      assert.equal("r1", got.ref)
      s:stop()
   end)
end)
