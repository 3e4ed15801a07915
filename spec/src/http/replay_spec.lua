-- libcurl sends a request a second time, silently, when a kept-alive connection turns out dead. For
-- a request that creates something that must not happen.
local http = require "spec.support.http"
local server = require "spec.support.server"

-- Answers the first request of a connection; reads the second one completely and hangs up.
local TREACHEROUS = [[ return function(connection)
   connection:request()
   connection:answer "first"
   connection:request()
   connection:close()
end ]]

describe("a request on a connection that dies", function()
   local engine, s

   before_each(function()
      engine = http.core.http.engine()
      s = server.start(TREACHEROUS)
   end)
   after_each(function()
      engine:close()
      s:stop()
   end)

   local function ask(spec)
      spec.url = s.url
      return http.run(engine, spec)
   end

   it("is sent again when it may be", function()
      assert.equal("first", ask({ method = "GET" }).body)
      local result = assert(ask { method = "PUT", body = "body", replayable = true })
      assert.equal("first", result.body)
      local requests = s:requests()
      assert.equal(3, #requests)
      assert.same({ 1, 1, 2 }, { requests[1].connection, requests[2].connection, requests[3].connection })
   end)

   it("is never sent twice when it may not be", function()
      for _, body in ipairs { "body", ("x"):rep(300000) } do
         assert.equal("first", ask({ method = "GET" }).body)
         local before = #s:requests()
         local result, err = ask { method = "POST", body = body, replayable = false }
         assert.is_nil(result)
         assert.equal("network", err.kind)
         assert.is_true(err.sent)
         local requests = s:requests()
         assert.equal(before + 1, #requests)
         assert.equal("POST", requests[#requests].method)
         assert.equal(#body, requests[#requests].length)
      end
   end)

   it("is never sent twice when it has no body either", function()
      assert.equal("first", ask({ method = "GET" }).body)
      local result = ask { method = "POST", replayable = false }
      assert.equal("first", result.body) -- over a connection of its own
      assert.is_false(result.reused)
      assert.equal(2, #s:requests())
   end)
end)

describe("SIGPIPE", function()
   it("ends nobody when a server has hung up", function()
      local s = server.start [[ return function(connection)
         connection:head()
         connection:reset()
      end ]]
      finally(function() s:stop() end)
      local engine = http.core.http.engine()
      for _ = 1, 5 do
         local result, err = http.run(engine, { url = s.url, method = "POST", body = ("x"):rep(8e6) })
         assert.is_nil(result)
         assert.equal("network", err.kind)
      end
   end)
end)
