-- examples/openresty/redis_tokens.lua: one access token for two nginx, as on two machines, through a real Redis.
local openresty = require "spec.support.openresty"
local redis = require "spec.support.redis"
local server = require "spec.support.server"

-- Token calls last; a call of the API wants the last token, and tells how many token calls there were, and how many at
-- a time at most.
local SERVICE = [[
   local issued, revoked, under_way, most = 0, 0, 0, 0
   return function(connection)
      for request in function() return connection:request() end do
         if request.path == "/oauth/token" then
            under_way = under_way + 1
            most = math.max(most, under_way)
            connection:sleep(%s)
            under_way = under_way - 1
            issued = issued + 1
            connection:answer('{"access_token": "token-' .. issued .. '", "expires_in": 900}')
         elseif request.path == "/revoke" then
            revoked = issued
            connection:answer "{}"
         elseif request.headers.authorization == "Bearer token-" .. issued and issued > revoked then
            connection:answer(('{"ref": "r", "issued": %%d, "most": %%d}'):format(issued, most))
         else
            connection:respond(401, { "Content-Length: 0" }, "")
         end
      end
   end]]

describe("access tokens in Redis #openresty", function()
   local store, service, machines

   local function machine()
      return openresty.start {
         workers = 2,
         http = ([[
            init_by_lua_block {
               package.path = "%s/examples/openresty/?.lua;" .. package.path
               local redis_tokens = require "redis_tokens"
               personalize = require "personalize"
               client = assert(personalize.new { base_url = "%s", token_url = "%s/oauth/token", client_id = "id",
                  client_secret = "hush-hush", timeout = 20,
                  token_cache = redis_tokens.new { port = %d, password = "%s" } })
            }]]):format(os.getenv "PWD", service.url, service.url, store.port, redis.password),
         server = [[
            location = /get { content_by_lua_block {
               local got, err = client.connections.get "r"
               ngx.print(got and got.issued .. " " .. got.most or tostring(err))
            } }
            location = /map { content_by_lua_block {
               local results, errors = personalize.map({ 1, 2, 3, 4 }, function() return client.connections.get "r" end)
               ngx.print(results[4] and results[4].issued or tostring(errors[4]))
            } }
            location = /revoke { content_by_lua_block { ngx.print(tostring(client:request { path = "/revoke" })) } }
         ]],
      }
   end

   local function start(seconds)
      store, service = redis.start(), server.start(SERVICE:format(seconds or "0.2"))
      machines = { machine(), machine() }
   end

   after_each(function()
      for _, nginx in ipairs(machines) do assert.is_true(nginx:stop()) end
      store:stop()
      service:stop()
   end)

   -- What a number of requests at each machine, all at a time, were answered: "issued most" -> how often.
   local function ask_both(count)
      local connections, answers = {}, {}
      for _ = 1, count do
         for _, nginx in ipairs(machines) do connections[#connections + 1] = nginx:send "/get" end
      end
      for _, connection in ipairs(connections) do
         local _, body = machines[1]:receive(connection)
         answers[body] = (answers[body] or 0) + 1
      end
      return answers
   end

   local function complaints(expected)
      local lines = {}
      for _, nginx in ipairs(machines) do
         for _, line in ipairs(nginx:complaints(expected)) do lines[#lines + 1] = line end
      end
      return lines
   end

   it("are fetched once for all workers of all machines, and stand there without a secret", function()
      start()
      assert.same({ ["1 1"] = 40 }, ask_both(20))
      local key = ("personalize|%s/oauth/token|id|https://api.sitecorecloud.io"):format(service.url)
      assert.same({ [key] = "token-1" }, store:contents())
      assert.equal("1", (machines[2]:body "/map"))
      assert.same({}, complaints())
   end)

   it("are renewed once for all after the service refused one", function()
      start()
      ask_both(10)
      machines[1]:body "/revoke"
      assert.same({ ["2 1"] = 40 }, ask_both(20))
      assert.same({}, complaints())
   end)

   it("are not held up for long by a machine that dies in mid-renewal", function()
      start "2"
      local doomed = machines[1]:send "/get"
      local lock = ("personalize|%s/oauth/token|id|https://api.sitecorecloud.io|lock"):format(service.url)
      assert.is_truthy(openresty.wait_for(function() return store:contents()[lock] end, 5))
      for _, pid in ipairs(machines[1]:workers()) do openresty.run("kill -KILL " .. pid) end
      assert.is_nil((machines[1]:receive(doomed)))
      assert.equal("2 1", (machines[2]:body "/get")) -- the service made the first one too
      assert.same({}, complaints "exited on signal 9")
   end)

   it("are each worker's own while Redis is away, and the log says so", function()
      start "0"
      store:stop()
      assert.matches("^%d+ %d+$", (machines[1]:body "/get"))
      assert.matches("access tokens in Redis: connection refused", machines[1]:complaints()[2])
      assert.is_nil(machines[1]:log():find("hush-hush", 1, true))
   end)
end)
