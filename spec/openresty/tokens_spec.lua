-- One access token for all workers of an nginx.
local emulator = require "personalize.emulator"
local openresty = require "spec.support.openresty"
local server = require "spec.support.server"

describe("a token cache in a lua_shared_dict #openresty", function()
   local function start(base_url, token_url, workers, timeout)
      return openresty.start {
         workers = workers,
         http = ([[
            lua_shared_dict tokens 64k;
            init_by_lua_block {
               personalize = require "personalize"
               client = assert(personalize.new { base_url = "%s", token_url = "%s", client_id = "emulator-client-id",
                  client_secret = "emulator-client-secret", token_cache = "tokens", timeout = %d })
            }]]):format(base_url, token_url, timeout or 20),
         server = [[
            lua_check_client_abort on;
            location = /list { content_by_lua_block {
               local list, err = client.connections.list()
               ngx.print(list and #list or tostring(err), " ", ngx.worker.pid())
            } }
            location = /keys { content_by_lua_block {
               ngx.print(table.concat(ngx.shared.tokens:get_keys(0), "\n"))
            } }
         ]],
      }
   end

   local function list_many(nginx, count)
      local targets, pids, number = {}, {}, 0
      for index = 1, count do targets[index] = "/list" end
      for _, result in ipairs(nginx:get_all(targets)) do
         local found, pid = tostring(result.body):match "^(%d+) (%d+)$"
         assert.equal("3", found, result.body .. nginx:log())
         if not pids[pid] then number = number + 1 end
         pids[pid] = true
      end
      return number
   end

   it("is filled once for all workers, without a secret in its keys", function()
      local service = assert(emulator.start { seed = true })
      local nginx = start(service.url, service.url .. "/oauth/token", 2)
      local workers = math.max(list_many(nginx, 60), list_many(nginx, 60))
      assert.equal(2, workers)
      assert.equal(1, service:counts().tokens)
      local _, keys = nginx:get "/keys"
      local expected = "personalize|%s/oauth/token|emulator-client-id|https://api.sitecorecloud.io"
      assert.equal(expected:format(service.url), keys)
      assert.is_nil(nginx:log():find("emulator-client-secret", 1, true))
      assert.same({}, nginx:complaints())
      assert.is_true(nginx:stop())
      service:stop()
   end)

   it("is renewed once when the service refuses the token", function()
      local service = assert(emulator.start { seed = true })
      local nginx = start(service.url, service.url .. "/oauth/token", 2)
      list_many(nginx, 20)
      service:reset() -- its tokens are gone
      list_many(nginx, 60)
      -- a worker that already had the refused token may be asked before the new one is there
      assert.is_true(service:counts().tokens <= 2)
      assert.is_true(nginx:stop())
      service:stop()
   end)

   -- Its first token call is not answered.
   local function start_slow_once()
      return server.start [[
         local asked = 0
         return function(connection)
            for request in function() return connection:request() end do
               if request.path == "/oauth/token" then
                  asked = asked + 1
                  if asked == 1 then connection:sleep(30) end
                  connection:answer '{"access_token": "t", "expires_in": 900}'
               else
                  connection:answer '{"items": [{"ref": "a"}, {"ref": "b"}, {"ref": "c"}]}'
               end
            end
         end]]
   end

   for name, leave in pairs {
      ["a worker that was killed"] = function(nginx) openresty.run("kill -KILL " .. nginx:workers()[1]) end,
      ["a request that was aborted"] = function(_, doomed) doomed:close() end,
   } do
      it("fails no call with a short timeout for " .. name .. " in mid-renewal", function()
         local service = start_slow_once()
         local nginx = start(service.url, service.url .. "/oauth/token", 1, 3)
         local doomed = nginx:send "/list"
         assert.is_truthy(openresty.wait_for(function() return #service:requests() == 1 end, 5))
         leave(nginx, doomed)
         assert.is_truthy(openresty.wait_for(function() return nginx:workers()[1] end, 5))
         list_many(nginx, 10)
         list_many(nginx, 10)
         assert.same({}, nginx:complaints "exited on signal 9")
         nginx:terminate()
         service:stop()
      end)
   end

   it("is not held up for long by a worker that dies in mid-renewal", function()
      local service = start_slow_once()
      local nginx = start(service.url, service.url .. "/oauth/token", 1)
      local doomed = nginx:send "/list"
      assert.is_truthy(openresty.wait_for(function() return #service:requests() == 1 end, 5))
      openresty.run("kill -KILL " .. nginx:workers()[1])
      assert.is_nil((nginx:receive(doomed)))
      assert.is_truthy(openresty.wait_for(function() return nginx:workers()[1] end, 5))
      list_many(nginx, 10)
      local tokens = 0
      for _, request in ipairs(service:requests()) do
         if request.path == "/oauth/token" then tokens = tokens + 1 end
      end
      assert.equal(2, tokens)
      assert.same({}, nginx:complaints "exited on signal 9")
      nginx:terminate()
      service:stop()
   end)

   it("has to exist", function()
      local nginx = openresty.start {
         server = [[ location / { content_by_lua_block {
            local client, err = require "personalize".new { region = "eu", access_token = "t", token_cache = "nowhere" }
            ngx.print(tostring(client), " ", tostring(err)) } } ]],
      }
      local _, body = nginx:get "/"
      assert.equal('nil config: token_cache: there is no lua_shared_dict named "nowhere"', body)
      assert.is_true(nginx:stop())
   end)
end)
