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
         local transfer = assert(engine:enqueue(spec, profile))
         http.wait(engine, transfer)
         return assert(transfer:result()).body
      end
      assert.equal("profile/1", agent {})
      assert.equal("own/2", agent { user_agent = "own/2" })
      engine:close()
   end)

   it("leaves nothing behind for a request of another one, or of none", function()
      local s = server.start [[ return function(connection)
         for request in function() return connection:request() end do
            local headers = request.headers
            connection:answer(table.concat({ request.method, headers["user-agent"] or "none",
               headers["x-own"] or "none", #request.body }, " "))
         end
      end ]]
      finally(function() s:stop() end)
      local engine = http.core.http.engine()
      local function asked(profile, spec)
         spec.method, spec.url, spec.timeout_ms = spec.method or "GET", s.url, 5000
         local transfer = assert(engine:enqueue(spec, profile))
         http.wait(engine, transfer)
         return assert(transfer:result()).body
      end
      local one, other = assert(new { user_agent = "one" }), assert(new { user_agent = "other" })
      for _ = 1, 3 do
         assert.equal("GET one mine 0", asked(one, { headers = { { "X-Own", "mine" } } }))
         assert.equal("GET one none 0", asked(one, {}))
         assert.equal("GET other none 0", asked(other, {}))
         assert.equal("GET none none 0", asked(nil, {}))
         assert.equal("PUT one none 5", asked(one, { method = "PUT", body = "12345" }))
         assert.equal("GET one none 0", asked(one, {}))
         assert.equal("DELETE one none 0", asked(one, { method = "DELETE" }))
         assert.equal("POST one none 3", asked(one, { method = "POST", body = "abc", replayable = false }))
         assert.equal("GET own none 0", asked(one, { user_agent = "own" }))
         assert.equal("GET one none 0", asked(one, {}))
      end
      engine:close()
   end)

   it("has each request go where its own URL says", function()
      local program = [[ return function(connection)
         for request in function() return connection:request() end do
            connection:answer(request.headers.host .. " " .. request.path)
         end
      end ]]
      local first, second = server.start(program), server.start(program)
      finally(function()
         first:stop()
         second:stop()
      end)
      local engine = http.core.http.engine()
      local profile = assert(new { user_agent = "one" })
      local function asked(method, url)
         local transfer = assert(engine:enqueue({ method = method, url = url, timeout_ms = 5000 }, profile))
         http.wait(engine, transfer)
         return assert(transfer:result()).body
      end
      local paths = { { "a", "a" }, { "a", "a" }, { "b", "b" }, { "b?q=1", "b?q=1" }, { "b?q=1", "b?q=1" },
         { "b?q=2", "b?q=2" }, { "b", "b" }, { "b/../c", "c" }, { "b/../c", "c" }, { "", "" } }
      for _, each in ipairs { first, second, first } do
         for _, pair in ipairs(paths) do
            local expected = each.url:match "//([^/]+)" .. " /" .. pair[2]
            assert.equal(expected, asked("GET", each.url .. "/" .. pair[1]))
            assert.equal(expected, asked("POST", each.url .. "/" .. pair[1]))
            assert.equal(expected, asked("GET", each.url .. "/" .. pair[1]))
         end
      end
      local transfer, err = engine:enqueue({ method = "GET", url = "http://[::1", timeout_ms = 5000 }, profile)
      assert.is_nil(transfer)
      assert.equal("config", err.kind)
      assert.matches("URL", err.message, 1, true)
      assert.equal(first.url:match "//([^/]+)" .. " /a", asked("GET", first.url .. "/a"))
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
      assert.error_matches(function() engine:enqueue({ method = "GET", url = "http://x", timeout_ms = 1 }, {}) end,
         "personalize.profile expected")
      engine:close()
   end)
end)
