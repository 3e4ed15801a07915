-- A renewal of the token whose maker was gone (a request of nginx that was aborted; here a map that was given up) held
-- up every call of the same credentials until the deadline of the call that had begun it: half a minute by default.
local personalize = require "personalize"
local server = require "spec.support.server"

describe("a renewal whose maker is gone", function()
   local s

   teardown(function() s:stop() end)

   it("is made by another call after a few seconds", function()
      s = server.start [[
         local asked = 0
         return function(connection)
            for request in function() return connection:request() end do
               local body = '{"ref":"r1"}'
               if request.path == "/token" then
                  asked = asked + 1
                  if asked == 1 then connection:sleep(60) end
                  body = '{"access_token":"token","expires_in":900}'
               end
               connection:respond(200, { "Content-Length: " .. #body }, body)
            end
         end]]
      local client = assert(personalize.new { base_url = s.url, token_url = s.url .. "/token", client_id = "id",
         client_secret = "secret of " .. s.url, timeout = 60, stall_timeout = 60 })
      local given_up = coroutine.create(function()
         personalize.map({ 1, 2 }, function(index) return index == 2 or client.connections.get "r1" end,
            { on_progress = coroutine.yield })
      end)
      assert(coroutine.resume(given_up))
      local results, errors = personalize.map({ 1, 2, 3 }, function()
         return client.connections.get("r1", { timeout = 30 })
      end)
      assert.same({}, errors)
      assert.equal("r1", results[3].ref)
      local tokens = 0
      for _, request in ipairs(s:requests()) do
         if request.path == "/token" then tokens = tokens + 1 end
      end
      assert.equal(2, tokens)
   end)
end)
