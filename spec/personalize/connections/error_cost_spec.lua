-- What an error answer to a large write costs: the definition is looked through for secrets, and the answer for them.
local patient = require "spec.support.patient"
local personalize = require "personalize"
local server = require "spec.support.server"

describe("an error answer to a write of more than a megabyte", function()
   local s, client

   setup(function()
      s = server.start [[ return function(connection)
         for request in function() return connection:request() end do
            local is_good = request.path:find "good"
            local body = is_good and '{"ref":"good","name":"x"}' or '{"message":"no"}'
            if request.path:find "echo" then body = request.body:sub(1, 200000) end
            connection:respond(is_good and 200 or 400, { "Content-Length: " .. #body }, body)
         end
      end ]]
      client = assert(personalize.new { base_url = s.url, access_token = "the-token-of-the-spec", retry = false })
   end)
   teardown(function() s:stop() end)

   local function definition(request, auth)
      request.requestType, request.connectionUrl = "POST", "https://example.com/"
      return { name = "Large", systemType = "DATA_SYSTEM", auth = auth or { authType = "NONE" }, request = request }
   end

   -- Seconds of CPU; other programs may have the caches for a while.
   local function cost_of(ref, given)
      local least = math.huge
      for _ = 1, 3 do
         local began = os.clock()
         client.connections.update(ref, given)
         least = math.min(least, os.clock() - began)
      end
      return least
   end

   local headers = {}
   for index = 1, 400 do
      headers[index] = { name = "X-Api-Key-" .. index, value = ("secret%06d"):format(index) .. ("z"):rep(3500) }
   end
   local with_headers = definition { requestBody = "{}" }
   with_headers.customHeaders = headers
   local prose = '"' .. ("lorem ipsum dolor "):rep(80000) .. '"'
   local cases = {
      ["a long text"] = definition { requestBody = prose },
      ["a long text and a secret"] = definition({ requestBody = prose }, { authType = "OAUTH2", clientId = "id",
         clientSecret = "canary-secret", accessTokenUrl = "https://example.com/token" }),
      ["what looks like credentials"] = definition { requestBody = "{"
         .. ('"token":"abcdefgh12345678","k":"v",'):rep(40000) .. '"a":1}' },
      ["400 secrets"] = with_headers,
   }

   -- The aim is twice; the rest is for machines with other things to do.
   for name, given in pairs(cases) do
      it("costs little more than the call: " .. name, function()
         local whole = cost_of("good", given)
         for _, ref in ipairs { "refused", "echo" } do
            local refused = cost_of(ref, given)
            assert.is_true(refused < patient(3) * whole, ("%g of %g s"):format(refused, whole))
         end
      end)
   end
end)
