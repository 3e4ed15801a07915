-- What the requests of one client have in common.
local http = require "spec.support.http"
local server = require "spec.support.server"

describe("a profile", function()
   local new = http.core.http.profile

   it("stands for what requests have in common, and requests go before it", function()
      local s = server.start [[ return function(connection)
         for request in function() return connection:request() end do
            connection:answer(request.headers["user-agent"] or "none")
         end
      end ]]
      finally(function() s:stop() end)
      local engine = http.core.http.engine()
      local given = { user_agent = "profile/1", stall_timeout_ms = 1000 }
      local profile = assert(new(given))
      given.user_agent = "changed afterwards"
      given = nil -- luacheck: ignore 311
      http.collect()
      local function agent(spec)
         spec.method, spec.url, spec.timeout_ms = "GET", s.url, 5000
         local transfer = assert(engine:add(spec, profile))
         http.wait(engine, transfer)
         return assert(transfer:result()).body
      end
      assert.equal("profile/1", agent {})
      assert.equal("own/2", agent { user_agent = "own/2" })
      engine:close()
   end)

   it("refuses what belongs to a request, and wrong values", function()
      assert.error_matches(function() new { url = "http://x" } end, "field 'url': belongs to a request")
      assert.error_matches(function() new { headers = {} } end, "field 'headers': belongs to a request")
      assert.error_matches(function() new { user_agnet = "x" } end, "unknown field 'user_agnet'")
      assert.error_matches(function() new { http2 = "yes" } end, "field 'http2': boolean expected")
      assert.error_matches(function() new() end, "table expected")
      local profile, err = new { ca_file = "a\0b" }
      assert.is_nil(profile)
      assert.equal("ca_file: has a NUL byte", err.message)
   end)

   it("is not taken for something else", function()
      local engine = http.core.http.engine()
      assert.error_matches(function() engine:add({ method = "GET", url = "http://x", timeout_ms = 1 }, {}) end,
         "personalize.profile expected")
      engine:close()
   end)
end)
