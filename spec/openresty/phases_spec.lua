-- Calls from every phase of a real nginx, with both ways of driving the engine.
local emulator = require "personalize.emulator"
local openresty = require "spec.support.openresty"

for _, mode in ipairs { "wake", "tick" } do
   describe("in nginx, driven by " .. mode .. " #openresty", function()
      local service, server

      local function lua(code)
         return ([[
            local personalize = require "personalize"
            local client = personalize.new { base_url = "%s", token_url = "%s/oauth/token",
               client_id = "emulator-client-id", client_secret = "emulator-client-secret", nginx_driver = "%s" }
            local connections = client.connections
            %s]]):format(service.url, service.url, mode, code)
      end

      setup(function()
         service = assert(emulator.start { seed = true })
         server = openresty.start {
            workers = 2,
            http = ([[
               lua_shared_dict results 1m;
               init_by_lua_block {
                  %s
                  local list, err = connections.list()
                  in_init = list and #list or tostring(err)
               }
               init_worker_by_lua_block {
                  %s
                  local list, err = connections.list()
                  in_init_worker = err and err.kind or "no error"
                  ngx.timer.at(0, function()
                     local list, err = connections.list()
                     ngx.shared.results:set("timer", list and #list or tostring(err))
                  end)
               }
               upstream balanced {
                  server %s;
                  balancer_by_lua_block { %s local list, err = connections.list()
                     ngx.shared.results:set("balancer", err and err.kind) }
               }]]):format(lua "", lua "", service.url:match "//(.*)$", lua ""),
            server = ([[
               location /init { content_by_lua_block { ngx.print(in_init) } }
               location /init_worker { content_by_lua_block { ngx.print(in_init_worker) } }
               location /timer { content_by_lua_block { ngx.print(ngx.shared.results:get "timer") } }
               location /content { content_by_lua_block { %s ngx.print(#connections.list()) } }
               location /rewrite {
                  rewrite_by_lua_block { %s ngx.ctx.count = #connections.list() }
                  content_by_lua_block { ngx.print(ngx.ctx.count) }
               }
               location /access {
                  access_by_lua_block { %s ngx.ctx.count = #connections.list() }
                  content_by_lua_block { ngx.print(ngx.ctx.count) }
               }
               location /set {
                  set_by_lua_block $outcome { %s local list, err = connections.list() return err and err.kind }
                  content_by_lua_block { ngx.print(ngx.var.outcome) }
               }
               location /header_filter {
                  content_by_lua_block { ngx.print "x" }
                  header_filter_by_lua_block { %s local list, err = connections.list()
                     ngx.header.outcome = err and err.kind }
               }
               location /body_filter {
                  content_by_lua_block { ngx.print "x" }
                  body_filter_by_lua_block { %s local list, err = connections.list()
                     if ngx.arg[1] ~= "" then ngx.arg[1] = err and err.kind end }
               }
               location /log {
                  content_by_lua_block { ngx.print "x" }
                  log_by_lua_block { %s local list, err = connections.list()
                     ngx.shared.results:set("log", err and err.kind .. "|" .. err.message) }
               }
               location /balancer { proxy_pass http://balanced/; proxy_set_header Host localhost; }
               location /balanced { content_by_lua_block { ngx.print(ngx.shared.results:get "balancer") } }
               location /logged { content_by_lua_block { ngx.print(ngx.shared.results:get "log") } }
            ]]):format(lua "", lua "", lua "", lua "", lua "", lua "", lua ""),
         }
      end)

      teardown(function()
         assert.is_true(server:stop())
         service:stop()
      end)

      it("waits in rewrite, access, content and timers", function()
         assert.equal("3", server:body "/content")
         assert.equal("3", server:body "/rewrite")
         assert.equal("3", server:body "/access")
         assert.equal("3", server:body "/timer")
      end)

      it("blocks in init, before there is anything else to do", function()
         assert.equal("3", server:body "/init")
      end)

      it("says where it cannot wait, and what to do instead", function()
         assert.equal("cannot_wait", server:body "/init_worker")
         assert.equal("cannot_wait", server:body "/set")
         local _, headers = server:body "/header_filter"
         assert.equal("cannot_wait", headers.outcome)
         assert.equal("cannot_wait", server:body "/body_filter")
         assert.matches("emulator", (server:body "/balancer"))
         assert.equal("cannot_wait", server:body "/balanced")
         server:body "/log"
         local text = openresty.wait_for(function()
            local _, logged = server:get "/logged"
            return logged ~= "nil" and logged
         end, 2)
         assert.equal("cannot_wait|nginx cannot wait in the phase log; make the call in a timer: "
            .. "ngx.timer.at(0, function() ... end)", text)
      end)

      it("complains of nothing", function()
         assert.same({}, server:complaints())
      end)
   end)
end
