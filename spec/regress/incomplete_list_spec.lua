-- A service that states more connections than it gives, whatever it is asked, was believed to have none of a name that
-- was not among those: `ensure` created a second one, and a create whose answer was lost was said to have failed.
local personalize = require "personalize"
local server = require "spec.support.server"

local definition = {
   name = "Weather", systemType = "DATA_SYSTEM", auth = { authType = "NONE" },
   request = { requestType = "GET", connectionUrl = "https://example.com/" },
}

describe("a list that lacks connections", function()
   local s, connections

   setup(function()
      s = server.start [[ return function(connection)
         for request in function() return connection:request() end do
            if request.method == "POST" then
               connection:respond(502, { "Content-Length: 0" }, "")
            else
               local body = '{"total":2,"items":[{"ref":"r1","name":"Other"}]}'
               connection:respond(200, { "Content-Length: " .. #body }, body)
            end
         end
      end ]]
      connections = assert(personalize.new { base_url = s.url, access_token = "token" }).connections
   end)

   teardown(function() s:stop() end)

   it("is no reason for ensure to create", function()
      local nothing, err = connections.ensure(definition)
      assert.is_nil(nothing)
      assert.equal("incomplete", err.kind)
      assert.matches("states that there are more", err.message, 1, true)
      for _, request in ipairs(s:requests()) do assert.equal("GET", request.method) end
   end)

   it("does not tell that a create was not carried out", function()
      local nothing, err = connections.create(definition)
      assert.is_nil(nothing)
      assert.equal("ambiguous", err.kind)
      assert.equal("unknown", err.outcome)
      assert.is_false(err.retryable)
   end)
end)
