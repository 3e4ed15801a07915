-- `ensure` in nginx: light threads of one request, and requests of one worker, make sure of one name one after the
-- other.
local openresty = require "spec.support.openresty"
local personalize = require "personalize"
local tenant = require "spec.support.tenant"

for _, mode in ipairs { "wake", "tick" } do
   describe("ensure in nginx, driven by " .. mode .. " #openresty", function()
      local made, server

      setup(function()
         made = tenant.start()
         local options = made.emulator:options()
         server = openresty.start {
            workers = 1,
            http = ([[init_by_lua_block {
               local personalize = require "personalize"
               client = assert(personalize.new { base_url = %q, token_url = %q, client_id = %q, client_secret = %q,
                  nginx_driver = %q })
               function ensure(name, opts)
                  local c, what = client.connections.ensure({ name = name, systemType = "DATA_SYSTEM",
                     auth = { authType = "NONE" },
                     request = { requestType = "GET", connectionUrl = "https://example.com/" } }, opts)
                  return c and what or tostring(what)
               end
            }]]):format(options.base_url, options.token_url, options.client_id, options.client_secret, mode),
            server = [[
               location /threads { content_by_lua_block {
                  local threads, counts = {}, {}
                  for i = 1, 8 do threads[i] = ngx.thread.spawn(ensure, "threads") end
                  for i = 1, 8 do
                     local _, what = ngx.thread.wait(threads[i])
                     counts[what] = (counts[what] or 0) + 1
                  end
                  ngx.print(tostring(counts.created), " ", tostring(counts.unchanged)) } }
               location /one { content_by_lua_block { ngx.print(ensure "requests") } }
               location /many { content_by_lua_block {
                  local uris = {}
                  for i = 1, 8 do uris[i] = { "/one" } end
                  local counts = {}
                  for _, answer in ipairs { ngx.location.capture_multi(uris) } do
                     counts[answer.body] = (counts[answer.body] or 0) + 1
                  end
                  ngx.print(tostring(counts.created), " ", tostring(counts.unchanged)) } }
               location /killed { content_by_lua_block {
                  local thread = ngx.thread.spawn(ensure, "killed", { timeout = 2 })
                  ngx.sleep(0.001)
                  ngx.thread.kill(thread)
                  ngx.print(ensure "killed") } }
               location /ended { content_by_lua_block {
                  ngx.thread.spawn(function() ngx.sleep(0.1) ngx.exit(504) end)
                  ensure("ended", { timeout = 2 }) } }
               location /after { content_by_lua_block {
                  ngx.print(ensure "ended") } }
            ]],
         }
      end)

      teardown(function()
         server:stop()
         made:stop()
      end)

      local function count(name)
         local found = 0
         for _, each in ipairs(assert(made.connections.list())) do found = found + (each.name == name and 1 or 0) end
         return found
      end

      it("creates once in light threads of a request", function()
         assert.equal("1 7", (server:body "/threads"))
         assert.equal(1, count "threads")
      end)

      it("creates once in requests of a worker", function()
         assert.equal("1 7", (server:body "/many"))
         assert.equal(1, count "requests")
      end)

      -- nginx runs the next request in the same coroutine
      it("waits for the turn of a request that was ended while the service was at work", function()
         made.emulator:fail { method = "POST", path = "/v2/connections", delay = 0.6 }
         assert.equal(504, (server:get "/ended"))
         assert.equal("unchanged", (server:body "/after"))
         assert.equal(1, count "ended")
      end)

      it("goes on when a light thread was killed in the middle of its turn", function()
         local started = personalize.now()
         local what = server:body "/killed"
         assert.is_true(what == "created" or what == "unchanged", what)
         assert.is_true(personalize.now() - started < 10)
      end)
   end)
end
