-- Requests, light threads and workers that end while calls are in flight.
local openresty = require "spec.support.openresty"
local socket = require "socket"
local upstream = require "spec.support.upstream"

for _, mode in ipairs { "wake", "tick" } do
   describe("what ends in nginx, driven by " .. mode .. " #openresty", function()
      local service

      setup(function() service = upstream.start() end)
      teardown(function() service:terminate() end)

      local function start(options)
         local prelude = upstream.prelude(service, mode)
         return openresty.start {
            workers = options.workers or 2,
            main = options.main,
            http = options.http,
            library = options.library,
            server = ([[
               location ~ ^/get/(?<name>\w+)$ { content_by_lua_block {
                  %s
                  local c, err = connections.get(ngx.var.name)
                  ngx.print(c and c.ref or tostring(err))
               } }
               location ~ ^/kill/(?<name>\w+)$ { content_by_lua_block {
                  %s
                  local thread = ngx.thread.spawn(function() return connections.get(ngx.var.name) end)
                  ngx.sleep(0.05)
                  ngx.print(tostring(ngx.thread.kill(thread)))
               } }
               lua_check_client_abort on;
            ]]):format(prelude, prelude) .. (options.server or ""),
         }
      end

      local function send_many(server, count, milliseconds, prefix)
         local sent = {}
         for index = 1, count do sent[index] = server:send(("/get/%s%d_%d"):format(prefix, index, milliseconds)) end
         return sent
      end

      local function receive_all(server, sent, milliseconds, prefix)
         for index, connection in ipairs(sent) do
            local status, body = server:receive(connection)
            assert.equal("200 " .. ("%s%d_%d"):format(prefix, index, milliseconds),
               tostring(status) .. " " .. tostring(body), server:log())
         end
      end

      local function all_begun(count)
         local before = upstream.counts(service)
         return function()
            assert.is_truthy(openresty.wait_for(function() return upstream.counts(service) >= before + count end, 5))
         end
      end

      it("aborted clients and killed threads leave nothing behind", function()
         local server = start { workers = 1 }
         local pid = server:workers()[1]
         receive_all(server, send_many(server, 20, 10, "warm"), 10, "warm")
         local threads, descriptors = openresty.threads(pid), openresty.descriptors(pid)
         for round = 1, 5 do
            local wait = all_begun(20)
            for _, connection in ipairs(send_many(server, 20, 400, "abort" .. round .. "n")) do connection:close() end
            wait()
            for index = 1, 10 do
               assert.equal("1", (select(2, server:get(("/kill/kill%d_400"):format(index)))))
            end
         end
         receive_all(server, send_many(server, 20, 500, "after"), 500, "after")
         assert.equal(threads, openresty.threads(pid))
         assert.is_true(openresty.descriptors(pid) <= descriptors + 64, "descriptors of idle connections alone")
         assert.is_true(server:stop())
      end)

      it("a reload answers the 40 calls in flight, and the next ones", function()
         local server = start {}
         local wait = all_begun(40)
         local sent = send_many(server, 40, 700, "reload")
         wait()
         local old = server:workers()
         server:signal "HUP"
         receive_all(server, sent, 700, "reload")
         receive_all(server, send_many(server, 10, 0, "next"), 0, "next")
         for _, pid in ipairs(old) do
            assert.is_truthy(openresty.wait_for(function() return not openresty.is_running(pid) end, 5))
         end
         assert.same({}, server:complaints())
         assert.is_true(server:stop())
      end)

      it("a quit answers the 40 calls in flight", function()
         local server = start {}
         local wait = all_begun(40)
         local sent = send_many(server, 40, 700, "quit")
         wait()
         server:signal "QUIT"
         receive_all(server, sent, 700, "quit")
         assert.is_truthy(openresty.wait_for(function() return not openresty.is_running(server.pid) end, 5))
         assert.same({}, server:complaints())
         server:stop()
      end)

      it("a quit or a reload ends a worker whose calls were all abandoned", function()
         for _, signal in ipairs { "QUIT", "HUP" } do
            local server = start { workers = 1 }
            local old = server:workers()[1]
            local wait = all_begun(3)
            local sent = send_many(server, 3, 25000, "left" .. signal)
            wait()
            for _, connection in ipairs(sent) do connection:close() end
            receive_all(server, send_many(server, 1, 300, "beside"), 300, "beside")
            server:signal(signal)
            assert.is_truthy(openresty.wait_for(function() return not openresty.is_running(old) end, 5), signal)
            assert.same({}, server:complaints())
            assert.is_true(server:stop())
         end
      end)

      it("a quit ends a worker whose call is abandoned after it, and answers the others", function()
         local server = start { workers = 1 }
         local old = server:workers()[1]
         local wait = all_begun(2)
         local left, kept = server:send "/get/left_25000", server:send "/get/kept_2000"
         wait()
         server:signal "HUP"
         assert.is_truthy(openresty.wait_for(function() return #server:workers() == 2 end, 5)) -- one is new
         left:close()
         local status, body = server:receive(kept)
         assert.same({ 200, "kept_2000" }, { status, body })
         assert.is_truthy(openresty.wait_for(function() return not openresty.is_running(old) end, 5))
         assert.same({}, server:complaints())
         assert.is_true(server:stop())
      end)

      it("a worker whose first call comes after it was told to quit answers it, and ends without a word", function()
         local server = start { workers = 1, server = ([[
            location ~ ^/late/(?<name>\w+)$ { content_by_lua_block {
               ngx.sleep(0.4)
               %s
               local c, err = connections.get(ngx.var.name)
               ngx.print(ngx.worker.exiting() and "exiting " or "", c and c.ref or tostring(err))
            } }]]):format(upstream.prelude(service, mode)) }
         local connection = server:send "/late/one_100"
         local other = server:send "/late/another_0"
         socket.sleep(0.2)
         local old = server:workers()[1]
         server:signal "HUP"
         for text, each in pairs { ["exiting one_100"] = connection, ["exiting another_0"] = other } do
            local status, body = server:receive(each)
            assert.same({ 200, text }, { status, body })
         end
         assert.is_truthy(openresty.wait_for(function() return not openresty.is_running(old) end, 5))
         assert.same({}, server:complaints())
         assert.is_true(server:stop())
      end)

      it("ten reloads under load lose no answer and no worker", function()
         local server = start {}
         for round = 1, 10 do
            local sent = send_many(server, 30, 60, "round" .. round .. "n")
            server:signal "HUP"
            receive_all(server, sent, 60, "round" .. round .. "n")
         end
         assert.is_truthy(openresty.wait_for(function() return #server:workers() == 2 end, 5))
         assert.same({}, server:complaints())
         assert.is_true(server:stop())
      end)

      it("worker_shutdown_timeout ends a worker whose call takes longer", function()
         local server = start { main = "user root; worker_shutdown_timeout 1s;" }
         local wait = all_begun(4)
         local sent = send_many(server, 4, 20000, "long")
         wait()
         local old = server:workers()
         server:signal "HUP"
         for _, pid in ipairs(old) do
            assert.is_truthy(openresty.wait_for(function() return not openresty.is_running(pid) end, 5))
         end
         for _, connection in ipairs(sent) do connection:close() end
         receive_all(server, send_many(server, 10, 0, "after"), 0, "after")
         assert.same({}, server:complaints "open socket")
         assert.is_true(server:stop())
      end)

      it("without the code cache no thread and no descriptor stays", function()
         local server = start { workers = 1, http = "lua_code_cache off;" }
         local pid = server:workers()[1]
         receive_all(server, send_many(server, 5, 0, "warm"), 0, "warm")
         openresty.wait_for(function() return openresty.threads(pid) == 1 end, 5)
         local descriptors = openresty.descriptors(pid)
         receive_all(server, send_many(server, 40, 20, "cold"), 20, "cold")
         assert.is_truthy(openresty.wait_for(function() return openresty.threads(pid) == 1 end, 5))
         assert.is_truthy(openresty.wait_for(function() return openresty.descriptors(pid) <= descriptors end, 5),
            ("%d descriptors, then %d"):format(descriptors, openresty.descriptors(pid)))
         assert.same({}, server:complaints "lua_code_cache is off")
         assert.is_true(server:stop())
      end)

      -- nginx runs the next request in the same coroutine
      it("a request that ends within its hook leaves the hook to the next ones", function()
         local server = start { workers = 1, http = ([[init_by_lua_block {
               counted = 0
               hooked = require("personalize").new { base_url = "%s", access_token = "t", nginx_driver = "%s",
                  retry = false, on_event = function()
                     counted = counted + 1
                     if ngx.ctx.ends then ngx.exit(503) end
                  end }
            }]]):format(service.url, mode), server = [[
               location = /end { content_by_lua_block {
                  ngx.ctx.ends = true
                  hooked.connections.get "end_1" } }
               location = /count { content_by_lua_block {
                  local before = counted
                  hooked.connections.get "count_1"
                  ngx.print(counted - before) } }]] }
         for _ = 1, 3 do
            assert.equal(503, (server:get "/end"))
            assert.equal("2", (select(2, server:get "/count"))) -- the request's event and the response's
            assert.equal("2", (select(2, server:get "/count")))
         end
         assert.is_true(server:stop())
      end)

      it("a worker without rights works as well", function()
         local library = openresty.copy_library()
         finally(function() openresty.run("rm -rf " .. library) end)
         local server = start { main = "user nobody nogroup;", library = library }
         receive_all(server, send_many(server, 20, 30, "nobody"), 30, "nobody")
         assert.same({}, server:complaints())
         assert.is_true(server:stop())
      end)
   end)
end
