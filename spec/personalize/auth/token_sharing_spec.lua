-- Access tokens of many calls at once: one call fetches for all, and fails for all.
local personalize = require "personalize"
local server = require "spec.support.server"

-- Counts the token calls, and lets them last; a call of the API wants the last token.
local SERVER = [[
   local issued, under_way, most = 0, 0, 0
   return function(connection)
      for request in function() return connection:request() end do
         local function json(status, body)
            connection:respond(status, { "Content-Length: " .. #body, "X-Most: " .. most }, body)
         end
         if request.path == "/token" then
            under_way = under_way + 1
            most = math.max(most, under_way)
            connection:sleep(0.1)
            under_way = under_way - 1
            issued = issued + 1
            %s
         elseif request.headers.authorization == "Bearer token-" .. issued then
            json(200, '{"ref":"r1","most":' .. most .. ',"issued":' .. issued .. '}')
         else
            json(401, "")
         end
      end
   end]]

describe("tokens of many calls at once", function()
   local function with_server(token_answer, run)
      local s = server.start(SERVER:format(token_answer))
      local client = assert(personalize.new { base_url = s.url, token_url = s.url .. "/token", client_id = "id",
         client_secret = "secret of " .. s.url, timeout = 5, retry = { attempts = 2, base_delay = 0.01 } })
      local fine, problem = pcall(run, client, s)
      s:stop()
      if not fine then error(problem, 0) end
   end

   local function numbers(count)
      local list = {}
      for index = 1, count do list[index] = index end
      return list
   end

   local function count_of(s, path)
      local count = 0
      for _, request in ipairs(s:requests()) do
         if request.path == path then count = count + 1 end
      end
      return count
   end

   local GIVES = [[json(200, '{"access_token":"token-' .. issued .. '","expires_in":%s}')]]

   it("are renewed by one call for all", function()
      with_server(GIVES:format "900", function(client, s)
         local results, errors = personalize.map(numbers(20), function()
            return client.connections.get "r1"
         end, { concurrency = 20 })
         assert.same({}, errors)
         assert.equal(20, results.n)
         assert.equal(1, results[20].most)
         assert.equal(1, count_of(s, "/token"))
         assert.equal(20, count_of(s, "/v2/connections/r1"))
      end)
   end)

   it("fail for all who waited", function()
      with_server([[json(401, "")]], function(client, s)
         local _, errors = personalize.map(numbers(10), function()
            return client.connections.get "r1"
         end, { concurrency = 10 })
         for index = 1, 10 do assert.equal("auth", errors[index].kind) end
         assert.equal(1, count_of(s, "/token"))
         assert.equal(0, count_of(s, "/v2/connections/r1"))
      end)
   end)

   it("are renewed once when they were revoked", function()
      with_server(GIVES:format "900", function(client, s)
         assert(client.connections.get "r1")
         -- another client's token call makes this one's token the last but one
         local other = assert(personalize.new { base_url = s.url, token_url = s.url .. "/token", client_id = "other",
            client_secret = "secret" })
         assert(other.connections.get "r1")
         local _, errors = personalize.map(numbers(10), function()
            return client.connections.get "r1"
         end, { concurrency = 10 })
         assert.same({}, errors)
         assert.equal(3, count_of(s, "/token"))
      end)
   end)

   it("leave a caller who has more time the chance of a call of his own", function()
      with_server([[connection:sleep(issued == 1 and 1 or 0) ]] .. GIVES:format "900", function(client, s)
         local results, errors = personalize.map({ 0.3, 3 }, function(seconds)
            return client.connections.get("r1", { timeout = seconds, retry = false })
         end)
         assert.equal("timeout", errors[1].kind)
         assert.is_nil(errors[2])
         assert.equal("r1", results[2].ref)
         assert.equal(2, count_of(s, "/token"))
      end)
   end)
end)
