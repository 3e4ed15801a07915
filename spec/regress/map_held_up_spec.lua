-- After a 429 a map lowers its limit. An item whose answer was there and that the lower limit held up made the map ask
-- for something that is done, over and over: in nginx, where asking does not wait for that, the worker ran in a circle
-- and answered nobody any more.
local openresty = require "spec.support.openresty"
local server = require "spec.support.server"

describe("a map whose limit was lowered #openresty", function()
   it("lets the others be answered", function()
      -- "fast" ones are refused once, "slow" ones take their time
      local service = server.start [[
         local refused = {}
         return function(connection)
            for request in function() return connection:request() end do
               if request.path:find "slow" then connection:sleep(0.3) end
               if request.path:find "fast" and not refused[request.path] then
                  refused[request.path] = true
                  connection:respond(429, { "Retry-After: 0", "Content-Length: 0" }, "")
               else
                  connection:answer '{"ref": "r", "name": "n"}'
               end
            end
         end]]
      local nginx = openresty.start {
         workers = 1,
         server = ([[ location / { content_by_lua_block {
            local personalize = require "personalize"
            local client = personalize.new { base_url = "%s", access_token = "t", retry = { base_delay = 0.01 } }
            local refs = { "fast1", "fast2", "fast3", "fast4", "slow1", "slow2", "slow3", "slow4" }
            local results, errors = personalize.map(refs, function(ref) return client.connections.get(ref) end,
               { concurrency = 8 })
            local fine = 0
            for index = 1, results.n do fine = fine + (results[index] and 1 or 0) end
            ngx.print(fine, " ", tostring(next(errors))) } } ]]):format(service.url),
      }
      assert.equal("8 nil", nginx:body "/")
      assert.is_true(nginx:stop())
      service:stop()
   end)
end)
