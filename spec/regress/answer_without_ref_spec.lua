-- Any object with a status of 2xx was taken for a connection: what a proxy said (`{"status": "ok"}`) counted as an
-- update that was carried out, and a connection saved by such an answer lost its `ref`, so that the next `save` made
-- another one.
local personalize = require "personalize"
local server = require "spec.support.server"

local definition = {
   name = "Weather", systemType = "DATA_SYSTEM", auth = { authType = "NONE" },
   request = { requestType = "GET", connectionUrl = "https://example.com/" },
}

describe("an answer without a ref", function()
   local s, connections

   setup(function()
      s = server.start [[ return function(connection)
         for request in function() return connection:request() end do
            local body = '{"status":"ok"}'
            if request.path == "/v2/connections" and request.method == "GET" then body = '{"items":[]}' end
            connection:respond(200, { "Content-Length: " .. #body }, body)
         end
      end ]]
      connections = assert(personalize.new { base_url = s.url, access_token = "token" }).connections
   end)

   teardown(function() s:stop() end)

   it("is no connection", function()
      for _, call in ipairs { connections.get, connections.update } do
         local connection, err = call("r1", call == connections.update and definition or nil)
         assert.is_nil(connection)
         assert.equal("decode", err.kind)
         assert.equal("expected a connection (an object with a ref), got an object", err.message)
      end
   end)

   it("does not tell what became of a create", function()
      local connection, err = connections.create(definition)
      assert.is_nil(connection)
      assert.equal("ambiguous", err.kind)
      assert.equal("not_created", err.outcome)
   end)
end)
