-- What an error says when the whole call's time was over: what it took, its attempts, what became of the last.
local patient = require "spec.support.patient"
local personalize = require "personalize"
local retry = require "personalize.http.retry"
local server = require "spec.support.server"

describe("a call whose time is over #timed", function()
   local s, random

   setup(function()
      random = retry.random
      retry.random = function() return 1 end
      s = server.start [[
         local seen = {}
         local function json(connection, status, body)
            connection:respond(status, { "Content-Type: application/json", "Content-Length: " .. #body }, body)
         end
         return function(connection)
            for request in function() return connection:request() end do
               local name = request.path:match "^/v2/connections/(.*)" or request.path
               seen[name] = (seen[name] or 0) + 1
               if name == "/slow-token" or name:find "^silent" then
                  connection:sleep(5)
               elseif name == "/late-token" then
                  connection:sleep(0.2)
                  json(connection, 200, '{"access_token":"late","expires_in":100}')
               elseif name == "/second-token" then
                  if seen[name] > 1 then connection:sleep(5) end
                  json(connection, 200, '{"access_token":"first","expires_in":100}')
               elseif name:find "^refused" then
                  json(connection, 401, '{"message":"who are you?"}')
               elseif name:find "^busy" and seen[name] > 2 then
                  connection:sleep(5)
               else
                  json(connection, 503, '{"message":"too busy"}')
               end
            end
         end]]
   end)

   teardown(function()
      s:stop()
      retry.random = random
   end)

   local function new(options)
      options.base_url = s.url
      if options.token_url then
         options.token_url = s.url .. options.token_url
         options.client_id, options.client_secret = "id" .. options.token_url, "a secret of the spec"
      else
         options.access_token = "the-token-of-the-spec"
      end
      return assert(personalize.new(options))
   end

   -- The seconds that a message states are those of the call.
   local function assert_took(least, text)
      local seconds = tonumber(text)
      assert.is_true(seconds >= least and seconds < least + patient(0.25), text)
   end

   it("in an attempt says what all took, how many there were, and what came before", function()
      local client = new { retry = { attempts = 4, base_delay = 0.05 } }
      local _, err = client.connections.get("busy", { timeout = 0.4 })
      assert.equal("timeout", err.kind)
      assert.equal("total", err.phase)
      assert.equal(3, err.attempts)
      assert.equal(503, err.cause.status)
      local took, rest = err.message:match "^the call's time was over after ([%d.]+) s and 3 attempts; (.*)$"
      assert_took(0.4, took)
      assert.matches("^the last: no complete answer within %d+ ms; the one before: server %(503%): too busy$", rest)
      assert.matches(", 3 attempts%]$", tostring(err))
   end)

   it("in map says the same of each item", function()
      local client = new { retry = { attempts = 4, base_delay = 0.05 } }
      local _, failed = personalize.map({ "busy1", "busy2", "silent" }, function(ref)
         return client.connections.get(ref, { timeout = 0.4 })
      end)
      for index = 1, 2 do
         assert.equal(3, failed[index].attempts)
         assert.matches("^the call's time was over after [%d.]+ s and 3 attempts; the last: no complete answer within "
            .. "%d+ ms; the one before: server %(503%): too busy$", failed[index].message)
      end
      assert.equal(1, failed[3].attempts)
      assert.matches("^no complete answer within %d+ ms$", failed[3].message)
   end)

   it("before an attempt that would be too late says what the attempts took", function()
      local client = new { retry = { attempts = 4, base_delay = 3 } }
      local _, err = client.connections.get("unavailable", { timeout = 0.5 })
      assert.equal("server", err.kind)
      assert.equal(503, err.status)
      assert.equal(2, err.attempts)
      assert.matches("^too busy %(the timeout leaves no time for another attempt after [%d.]+ s and 2 attempts%)$",
         err.message)
   end)

   it("while the token is fetched says that of the token's call", function()
      local _, err = new { token_url = "/slow-token" }.connections.get("r1", { timeout = 0.3 })
      assert.equal("timeout", err.kind)
      assert.equal(1, err.attempts)
      assert.equal("POST", err.method)
      assert.matches("^no access token: no complete answer within %d+ ms$", err.message)
   end)

   it("after a slow token says what the call took, beside what the attempt had", function()
      local _, err = new { token_url = "/late-token" }.connections.get("silent", { timeout = 0.5 })
      assert.equal(1, err.attempts)
      local left, took = err.message:match "^no complete answer within (%d+) ms; the call took ([%d.]+) s$"
      assert.is_true(tonumber(left) <= 300, left)
      assert_took(0.5, took)
   end)

   it("while a second token is fetched says why it was needed", function()
      local _, err = new { token_url = "/second-token" }.connections.get("refused", { timeout = 0.4 })
      assert.equal("timeout", err.kind)
      assert.equal("POST", err.method)
      assert.equal(401, err.cause.status)
      assert.matches("^no access token: no complete answer within %d+ ms; the call took [%d.]+ s and 1 attempt; "
         .. "the last: auth %(401%): who are you%?", err.message)
   end)

   it("while another call fetches the token says what this call took", function()
      local client = new { token_url = "/slow-token" }
      local _, failed = personalize.map({ 1, 0.3 }, function(timeout)
         return client.connections.get("r1", { timeout = timeout })
      end)
      assert.equal("timeout", failed[2].kind)
      assert.equal(0, failed[2].attempts)
      assert.equal("GET", failed[2].method)
      local took = failed[2].message:match
         "^no access token: another call's renewal took too long; the call took ([%d.]+) s$"
      assert_took(0.3, took)
   end)

   it("before the first attempt says so", function()
      local client = assert(personalize.new { base_url = s.url, access_token = function()
         local ends = personalize.now() + 0.1
         repeat until personalize.now() > ends
         return "the-token-of-the-spec"
      end })
      local _, err = client.connections.get("r1", { timeout = 0.05 })
      assert.equal("timeout", err.kind)
      assert.equal(0, err.attempts)
      assert.matches("^the timeout left no time to make the call; the call took 0%.1%d* s$", err.message)
   end)
end)
