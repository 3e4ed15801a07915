-- `ensure` merged a definition into what the list shows of a connection, and sent that: were a list to show less than a
-- retrieval does, the update would have erased the rest.
local personalize = require "personalize"
local server = require "spec.support.server"

local definition = {
   name = "Weather", description = "new", systemType = "DATA_SYSTEM", auth = { authType = "NONE" },
   request = { requestType = "GET", connectionUrl = "https://example.com/" },
}

describe("ensure", function()
   local s, client

   setup(function()
      s = server.start [[ return function(connection)
         local shown = '"ref":"r1","name":"Weather"'
         local whole = shown .. ',"systemType":"DATA_SYSTEM","auth":{"authType":"NONE"},"description":"old",'
            .. '"request":{"requestType":"GET","connectionUrl":"https://example.com/"},"note":"kept"'
         for request in function() return connection:request() end do
            local body = "{" .. whole .. "}"
            if request.method == "PUT" then body = '{"ref":"r1",' .. request.body:sub(2) end
            if request.path == "/v2/connections" then body = '{"items":[{' .. shown .. '}]}' end
            connection:respond(200, { "Content-Length: " .. #body }, body)
         end
      end ]]
      client = assert(personalize.new { base_url = s.url, access_token = "token" })
   end)

   teardown(function() s:stop() end)

   it("sends what is there beside what it was given, also where a list shows less", function()
      local updated, what = assert(client.connections.ensure(definition))
      assert.equal("updated", what)
      assert.equal("new", updated.description)
      assert.equal("kept", updated.note)
   end)

   it("sends nothing when what a list does not show is as wanted", function()
      definition.description = "old"
      local _, what = assert(client.connections.ensure(definition))
      assert.equal("unchanged", what)
      local requests = s:requests()
      assert.equal("GET", requests[#requests].method)
   end)
end)
