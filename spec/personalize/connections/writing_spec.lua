-- What create and update do when the answer is lost. spec/faults has the rest of what can happen to them.
local personalize = require "personalize"
local ambiguity = require "personalize.connections.ambiguity"
local native = require "personalize.native"
local patient = require "spec.support.patient"
local server = require "spec.support.server"

local function definition()
   return { name = "Weather", systemType = "DATA_SYSTEM", inputMappings = {},
      auth = { authType = "OAUTH", clientId = "id", clientSecret = "the-secret",
         accessTokenUrl = "https://x.example/" },
      request = { requestType = "GET", connectionUrl = "https://example.com/" } }
end

describe("ambiguity.judge", function()
   local NOW = "Wed, 02 Jul 2025 14:05:00 GMT"

   local function found(change)
      local connection = definition()
      connection.auth.clientSecret = nil
      connection.inputMappings = personalize.array {}
      connection.ref, connection.icon = "r1", "plug.svg"
      connection.modifiedAt = "2025-07-02T14:04:58.347Z"
      if change then change(connection) end
      return connection
   end

   -- `seconds`: how long ago the call began when the look-up was answered.
   local function judge(same_name, seconds, headers)
      return ambiguity.judge(definition(), same_name, native.now() - seconds, headers or { date = NOW })
   end

   it("knows a connection that was not created", function()
      assert.equal("not_created", (judge({}, 3)))
   end)

   it("knows its own by what was sent and by when it was changed", function()
      local connection = found()
      local outcome, own = judge({ connection }, 3)
      assert.equal("created", outcome)
      assert.equal(connection, own)
   end)

   it("is not sure of one that was there before, nor of one that nobody could have made yet", function()
      assert.equal("unknown", (judge({ found() }, 0.2)))
      assert.equal("unknown", (judge({ found(function(c) c.modifiedAt = "2025-07-02T14:05:02.000Z" end) }, 3)))
   end)

   it("is not sure without a time, or without the server's date", function()
      for _, value in ipairs { "yesterday", "", 5, personalize.null } do
         assert.equal("unknown", (judge({ found(function(c) c.modifiedAt = value end) }, 3)))
      end
      assert.equal("unknown", (judge({ found(function(c) c.modifiedAt = nil end) }, 3)))
      assert.equal("unknown", (judge({ found() }, 3, {})))
      assert.equal("unknown", (judge({ found() }, 3, { date = "now" })))
   end)

   it("is not sure of one that differs, or of two", function()
      local outcome, own = judge({ found(function(c) c.request.connectionUrl = "https://other.example/" end) }, 3)
      assert.equal("unknown", outcome)
      assert.is_nil(own)
      assert.equal("unknown", (judge({ found(function(c) c.auth = nil end) }, 3)))
      assert.equal("unknown", (judge({ found(), found() }, 3)))
   end)
end)

-- Keeps what is created and updated; drops the first answers.
local SERVER = [[
   local lost, kept, revision = %d, nil, 0
   return function(connection)
      for request in function() return connection:request() end do
         local status, body = 200, kept
         if request.method ~= "GET" then
            revision = revision + 1
            status = request.method == "POST" and 201 or 200
            kept = request.body:sub(1, -2):gsub('"clientSecret":"[^"]*",', "") .. ',"ref":"r1","revision":' .. revision
               .. ',"modifiedAt":"' .. os.date "!%%Y-%%m-%%dT%%H:%%M:%%S.000Z" .. '"}'
            body = kept
            if lost > 0 then
               lost = lost - 1
               return connection:reset()
            end
         elseif request.path == "/v2/connections" then
            body = '{"items":[' .. (kept or "") .. ']}'
         end
         connection:respond(status, { "Date: " .. os.date "!%%a, %%d %%b %%Y %%H:%%M:%%S GMT",
            "Content-Length: " .. #body }, body)
      end
   end]]

describe("a lost answer", function()
   local function with_server(lost, run)
      local s = server.start(SERVER:format(lost))
      local client = assert(personalize.new { base_url = s.url, access_token = "token", missing_secrets = "send",
         retry = { base_delay = 0.01 } })
      local fine, problem = pcall(run, client.connections, function()
         local sent = {}
         for index, request in ipairs(s:requests()) do sent[index] = request.method end
         return table.concat(sent, " ")
      end, client)
      s:stop()
      if not fine then error(problem, 0) end
   end

   it("to a create leaves an error with the connection that was created", function()
      with_server(1, function(connections, sent)
         local value, err = connections.create(definition())
         assert.is_nil(value)
         assert.equal("ambiguous", err.kind)
         assert.equal("created", err.outcome)
         assert.equal("network", err.cause.kind)
         assert.equal(1, err.attempts)
         assert.is_false(err.retryable)
         assert.equal("r1", err.connection.ref)
         assert.matches("but the connection was created", err.message)
         assert.not_matches("the%-secret", tostring(err))
         assert.equal("POST GET", sent())
         -- it is a connection like any other
         err.connection.description = "changed"
         assert.equal(2, assert(err.connection:save()).revision)
         assert.equal("POST GET GET PUT", sent())
      end)
   end)

   it("to ensure's create is ambiguous as well", function()
      with_server(1, function(connections, sent)
         local value, err = connections.ensure(definition())
         assert.is_nil(value)
         assert.equal("ambiguous", err.kind)
         assert.equal("created", err.outcome)
         assert.equal("GET POST GET", sent())
         assert.equal("unchanged", select(2, connections.ensure(definition())))
      end)
   end)

   it("to an update, a patch or an archive has it sent again", function()
      with_server(0, function(connections) assert(connections.create(definition())) end)
      for _, change in ipairs {
         function(connections) return connections.update("r1", definition()) end,
         function(connections) return connections.patch("r1", { description = "changed" }) end,
         function(connections) return connections.archive "r1" end,
      } do
         with_server(1, function(connections, sent)
            connections.create(definition())
            assert.equal("POST GET", sent())
            assert(change(connections))
         end)
      end
      with_server(2, function(connections, sent)
         connections.create(definition())
         local changed, is_changed = connections.patch("r1", { description = "changed" })
         assert.is_true(is_changed)
         assert.equal(3, changed.revision)
         assert.equal("changed", changed.description)
         assert.equal("POST GET GET PUT PUT", sent())
      end)
   end)

   it("of a create that was cancelled says so", function()
      local s = server.start [[ return function(connection)
         for request in function() return connection:request() end do
            if request.method == "POST" then connection:sleep(5) end
            local body = '{"items":[]}'
            connection:respond(200, { "Content-Length: " .. #body }, body)
         end
      end ]]
      local client = assert(personalize.new { base_url = s.url, access_token = "token" })
      local began = personalize.now()
      local _, errors = personalize.map({ 1, 2 }, function(index)
         if index == 1 then return client.connections.create(definition()) end
         local first = client.connections.list() -- so that the create is under way by then
         return nil, "enough " .. #first
      end, { stop_on_error = true, concurrency = 2 })
      assert.is_true(personalize.now() - began < patient(1))
      assert.equal("ambiguous", errors[1].kind)
      assert.equal("cancelled", errors[1].cause.kind)
      assert.equal("unknown", errors[1].outcome)
      s:stop()
   end)
end)
