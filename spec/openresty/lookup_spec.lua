-- A name server that does not answer: the worker goes on, the call has an end, and so has the worker.
local libcurl = require "spec.support.libcurl"
local openresty = require "spec.support.openresty"
local patient = require "spec.support.patient"
local slow_lookup = require "spec.support.slow_lookup"
local socket = require "socket"

for _, mode in ipairs { "wake", "tick" } do
   describe("a name look-up that hangs in nginx, driven by " .. mode .. " #openresty", function()
      local library, server

      setup(function() library = slow_lookup.build() end)
      teardown(function() os.remove(library) end)
      before_each(function()
         server = openresty.start {
            workers = 1, preload = library,
            server = ([[
               location ~ ^/look/(?<name>[a-z.]+)/(?<limit>[0-9.]+)$ { content_by_lua_block {
                  local client = require "personalize".new { base_url = "http://" .. ngx.var.name .. ":1",
                     plain_http_hosts = { ngx.var.name }, access_token = "token", nginx_driver = "%s", retry = false,
                     connect_timeout = tonumber(ngx.var.limit) }
                  ngx.update_time()
                  local began = ngx.now()
                  local _, err = client.connections.list()
                  ngx.update_time()
                  ngx.say(err.kind, " ", err.phase, " ", ngx.now() - began)
               } }
               location = /quick { content_by_lua_block { ngx.print "quick" } }
            ]]):format(mode),
         }
      end)
      after_each(function() server:terminate() end)

      local function quick()
         local status, body = server:get "/quick"
         assert.equal("200 quick", tostring(status) .. " " .. tostring(body))
      end

      -- Sends it, and returns when the look-up has begun: it has a thread of its own.
      local function look(target)
         local pid = assert(openresty.wait_for(function() return server:workers()[1] end, 5))
         local before = openresty.threads(pid)
         local connection = server:send(target)
         assert.is_truthy(openresty.wait_for(function() return openresty.threads(pid) > before end, 5))
         return connection, pid
      end

      local function ended(pid, seconds)
         return openresty.wait_for(function() return not openresty.is_running(pid) end, seconds) ~= nil
      end

      local function timed_out(connection, limit)
         local status, body = server:receive(connection)
         assert.equal(200, status, server:log())
         local kind, phase, elapsed = body:match "^(%S+) (%S+) ([%d.]+)\n$"
         assert.equal("timeout connect", tostring(kind) .. " " .. tostring(phase), body)
         assert.is_true(tonumber(elapsed) >= limit - 0.01, elapsed)
         return tonumber(elapsed)
      end

      it("takes no longer than it takes: where the name is found in time, the connection is what fails", function()
         local status, body = server:get "/look/api.slow/20"
         assert.equal(200, status)
         assert.matches("^connect nil [345678]", body)
         assert.same({}, server:complaints())
      end)

      if not libcurl.is_at_least "7.87" then
         it("keeps the worker until the look-up has ended", function()
            local status, body = server:get "/look/api.slow/1"
            assert.equal(200, status)
            assert.matches("^timeout connect [345678]", body)
            quick()
         end)
         return
      end

      it("leaves the worker to others, and ends at connect_timeout", function()
         local connections = { (look "/look/api.stuck/3") }
         for index = 2, 10 do connections[index] = server:send "/look/api.stuck/3" end
         for _ = 1, 50 do quick() end
         -- all fifty came while every one of the ten was still looking
         assert.equal(0, #(socket.select(connections, nil, 0)))
         for _, connection in ipairs(connections) do assert.is_true(timed_out(connection, 3) < patient(10)) end
         quick()
         assert.same({}, server:complaints())
      end)

      it("does not keep a worker that is told to quit: the call ends at its limit, the worker with it", function()
         local connection, pid = look "/look/api.stuck/1"
         server:signal "QUIT"
         timed_out(connection, 1)
         assert.is_true(ended(pid, 10), server:log())
         assert.is_true(ended(server.pid, 10))
         assert.same({}, server:complaints())
      end)

      it("does not keep a worker that is replaced", function()
         local connection, pid = look "/look/api.stuck/1"
         server:signal "HUP"
         timed_out(connection, 1)
         assert.is_true(ended(pid, 10), server:log())
         quick()
         assert.same({}, server:complaints())
      end)

      it("does not keep a worker that is to end at once", function()
         local connection, pid = look "/look/api.stuck/50"
         server:signal "TERM"
         assert.is_true(ended(pid, 10), server:log())
         connection:close()
         assert.same({}, server:complaints())
      end)

      it("does not keep a worker whose client went away", function()
         local connection, pid = look "/look/api.stuck/1"
         connection:close()
         quick()
         server:signal "QUIT"
         assert.is_true(ended(pid, 10), server:log())
         assert.same({}, server:complaints())
      end)
   end)
end
