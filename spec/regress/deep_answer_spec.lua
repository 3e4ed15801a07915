-- With a `max_depth` above the default an answer may be nested more deeply than what is sent: `patch`, `archive` and
-- `ensure` raised for it, in the library's own files.
local personalize = require "personalize"
local server = require "spec.support.server"

describe("an answer that is nested too deeply to be sent back", function()
   local s, connections

   setup(function()
      s = server.start [[ return function(connection)
         for request in function() return connection:request() end do
            local body = '{"ref":"r1","name":"Weather","systemType":"DATA_SYSTEM","auth":{"authType":"NONE"},'
               .. '"request":{"requestType":"GET"},"deep":' .. ("["):rep(150) .. ("]"):rep(150) .. '}'
            if request.path == "/v2/connections" then body = '{"items":[' .. body .. ']}' end
            connection:respond(200, { "Content-Length: " .. #body }, body)
         end
      end ]]
      connections = assert(personalize.new { base_url = s.url, access_token = "token", max_depth = 200 }).connections
   end)

   teardown(function() s:stop() end)

   local calls = {
      patch = function() return connections.patch("r1", { description = "x" }) end,
      archive = function() return connections.archive "r1" end,
      ensure = function()
         return connections.ensure { name = "Weather", systemType = "DATA_SYSTEM", auth = { authType = "NONE" },
            request = { requestType = "POST" } }
      end,
   }

   for name, call in pairs(calls) do
      it("is an error of " .. name, function()
         local result, err = call()
         assert.is_nil(result)
         assert.equal("encode", err.kind)
         assert.equal("the connection is nested too deeply (more than 128 levels), or contains itself", err.message)
      end)
   end
end)
