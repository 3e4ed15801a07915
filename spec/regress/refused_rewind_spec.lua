-- libcurl 8.14.1 and 8.15 keep a refused rewind in a handle through curl_easy_reset. The handle was taken again for
-- each later request, which then failed without a byte sent: one create that was lost on a kept-alive connection made
-- the client unusable. A handle whose transfer failed is thrown away.
local http = require "spec.support.http"
local openresty = require "spec.support.openresty"
local personalize = require "personalize"
local server = require "spec.support.server"

-- Closes the connection at the first POST of the API; gives tokens and answers everything else.
local LOSES_A_CREATE = [[ return function(connection)
   for request in function() return connection:request() end do
      if request.method == "POST" and not request.path:find "token" then return connection:close() end
      local body = request.path:find "token" and '{"access_token":"t","expires_in":' .. EXPIRES_IN .. '}'
         or request.path:find "r1$" and '{"ref":"r1","name":"Weather"}' or '{"items":[]}'
      connection:respond(200, { "Content-Type: application/json", "Content-Length: " .. #body }, body)
   end
end ]]

local function start(expires_in)
   return server.start((LOSES_A_CREATE:gsub("EXPIRES_IN", tostring(expires_in))))
end

local DEFINITION = {
   name = "Weather", systemType = "DATA_SYSTEM", auth = { authType = "NONE" },
   request = { requestType = "GET", connectionUrl = "https://example.com/" },
}

describe("a create that is lost on a kept-alive connection", function()
   local s

   after_each(function() s:stop() end)

   it("leaves the client as usable as it was: calls and tokens", function()
      s = start(0) -- each call asks for a token of its own
      local client = assert(personalize.new { base_url = s.url, client_id = "id", client_secret = "refused-rewind",
         token_url = s.url .. "/token", retry = false })
      for _ = 1, 3 do
         assert.equal("Weather", assert(client.connections.get "r1").name)
         local made, err = client.connections.create(DEFINITION)
         assert.is_nil(made)
         assert.equal("ambiguous", err.kind)
         assert.equal("network", err.cause.kind)
         assert.equal("not_created", err.outcome)
         for _ = 1, 10 do assert.equal("Weather", assert(client.connections.get "r1").name) end
      end
   end)

   it("leaves the engine's other handles as they were", function()
      s = start(900)
      local engine = http.core.http.engine()
      finally(function() engine:close() end)
      for _ = 1, 3 do
         assert.equal(200, assert(http.run(engine, { url = s.url .. "/r1" })).status)
         local answer, err = http.run(engine, { url = s.url, method = "POST", body = "body", replayable = false })
         assert.is_nil(answer)
         assert.equal("network", err.kind)
         assert.is_true(err.sent)
         for _ = 1, 10 do assert.equal(200, assert(http.run(engine, { url = s.url .. "/r1" })).status) end
      end
   end)
end)

describe("a transfer that is cancelled", function()
   it("leaves nothing to the next one", function()
      local s = server.start [[ return function(connection)
         for request in function() return connection:request() end do
            if request.path == "/silent" then connection:sleep(60) end
            connection:answer(request.method .. " " .. #request.body)
         end
      end ]]
      local engine = http.core.http.engine()
      finally(function()
         engine:close()
         s:stop()
      end)
      for _ = 1, 5 do
         local silent = assert(http.add(engine,
            { url = s.url .. "/silent", method = "POST", body = ("x"):rep(1e5), replayable = false }))
         for _ = 1, 3 do engine:wait(5) end
         silent:cancel()
         assert.equal("GET 0", assert(http.run(engine, { url = s.url })).body)
         assert.equal("POST 4", assert(http.run(engine, { url = s.url, method = "POST", body = "body" })).body)
      end
   end)
end)

describe("a create that is lost on a kept-alive connection in nginx #openresty", function()
   it("leaves the worker's client as usable as it was", function()
      local s = start(900)
      local nginx = openresty.start {
         workers = 1,
         server = ([[
            location / { content_by_lua_block {
               client = client or require "personalize".new { base_url = "%s", access_token = "token", retry = false }
               local connections = client.connections
               assert(connections.get "r1")
               local _, err = connections.create { name = "Weather", systemType = "DATA_SYSTEM",
                  auth = { authType = "NONE" },
                  request = { requestType = "GET", connectionUrl = "https://example.com/" } }
               local read = 0
               for _ = 1, 10 do
                  if connections.get "r1" then read = read + 1 end
               end
               ngx.print(err.kind, " ", err.outcome, " ", read)
            } }]]):format(s.url),
      }
      finally(function()
         nginx:terminate()
         s:stop()
      end)
      for _ = 1, 5 do assert.equal("ambiguous not_created 10", nginx:body "/") end
      assert.same({}, nginx:complaints())
   end)
end)
