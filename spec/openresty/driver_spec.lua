-- The timer that drives the engine: when it can't run, when it can't be woken, when it has nothing to do.
local native = require "personalize.native"
local openresty = require "spec.support.openresty"
local patient = require "spec.support.patient"
local upstream = require "spec.support.upstream"

describe("the driver in nginx #openresty", function()
   local service

   setup(function() service = upstream.start() end)
   teardown(function() service:terminate() end)

   local function start(options)
      local prelude = upstream.prelude(service, options.mode)
      return openresty.start {
         workers = 1, main = options.main, http = options.http, library = options.library,
         server = ([[
            location ~ ^/get/(?<name>\w+)$ { content_by_lua_block {
               %s
               local c, err = connections.get(ngx.var.name)
               ngx.print(c and c.ref or tostring(err))
            } }
            location = /busy { content_by_lua_block {
               %s
               local first = connections.get "busy_0"
               local busy_until = personalize.now() + 1.2
               repeat until personalize.now() > busy_until
               local began = personalize.now()
               local second = connections.get "busy_0"
               ngx.print(first.ref, " ", second.ref, " ", personalize.now() - began)
            } }
            location = /chain { content_by_lua_block {
               %s
               local threads = {}
               for thread = 1, 40 do
                  threads[thread] = ngx.thread.spawn(function()
                     repeat connections.get "chain_0" until chain_ends
                  end)
               end
               chain_ends = false
               ngx.sleep(0.3)
               chain_ends = true
               for _, thread in ipairs(threads) do ngx.thread.wait(thread) end
               ngx.print "ended"
            } }
            location = /occupy { content_by_lua_block {
               for _ = 1, 2 do ngx.timer.at(0, function() ngx.sleep(3) end) end
               ngx.sleep(0.05)
               ngx.print "occupied"
            } }
         ]]):format(prelude, prelude, prelude),
      }
   end

   local function get(server, name)
      local status, body = server:get("/get/" .. name)
      assert.equal("200 " .. name, tostring(status) .. " " .. tostring(body), server:log())
   end

   for _, mode in ipairs { "wake", "tick" } do
      it("is done without, when nginx drops its timers: " .. mode, function()
         local server = start { mode = mode, http = "lua_max_running_timers 2;" }
         assert.equal("occupied", (select(2, server:get "/occupy")))
         get(server, "dropped_20")
         get(server, "dropped_300")
         local targets = {}
         for index = 1, 20 do targets[index] = ("/get/many%d_100"):format(index) end
         for index, result in ipairs(server:get_all(targets)) do
            assert.equal(("many%d_100"):format(index), result.body)
         end
         assert.same({}, server:complaints "lua_max_running_timers are not enough")
         server:terminate()
      end)

      it("stays the only one when a request was busy for long: " .. mode, function()
         local server = start { mode = mode }
         for _ = 1, 2 do
            local refs, seconds = server:body("/busy"):match "^(%S+ %S+) (%S+)$"
            assert.equal("busy_0 busy_0", refs)
            assert.is_true(tonumber(seconds) < patient(0.4)) -- no fallback had to come
         end
         get(server, "after_10")
         assert.same({}, server:complaints())
         assert.is_true(server:stop()) -- a starter that is left behind would keep the worker
      end)

      -- whoever has an answer asks again in the same turn of nginx's loop, which has to end all the same
      it("lets a turn end though every answer brings another call: " .. mode, function()
         local server = start { mode = mode }
         assert.equal("ended", server:body "/chain")
         assert.same({}, server:complaints())
         assert.is_true(server:stop())
      end)

      it("has a thread to wake it, or none where it ticks: " .. mode, function()
         local server = start { mode = mode }
         local pid = server:workers()[1]
         local before = openresty.threads(pid)
         get(server, "one_10")
         local wakes = mode == "wake" and native.http.waker -- by poll(2) nginx ticks
         assert.equal(before + (wakes and 1 or 0), openresty.threads(pid))
         assert.is_true(server:stop())
      end)

      it("starts again after it rested: " .. mode, function()
         local server = start { mode = mode }
         for _ = 1, 3 do
            get(server, "first_10")
            openresty.run "sleep 0.4"
            get(server, "second_10")
         end
         assert.same({}, server:complaints())
         assert.is_true(server:stop())
      end)
   end

   -- by poll(2) it ticks in any case
   local it_wakes = native.http.waker and it or function() end
   it_wakes("ticks, and says so once, where no socket can be made to wake it by", function()
      local server = start { mode = "wake", http = [[
         init_by_lua_block {
            local core = require "personalize.core"
            core.http.waker = function() return nil, { kind = "config", message = "no folder" } end
         }]] }
      get(server, "one_10")
      get(server, "two_10")
      local _, count = server:log():gsub("cannot wake the worker, so it ticks: no folder", "")
      assert.equal(1, count)
      assert.same({}, server:complaints "cannot wake the worker")
      assert.is_true(server:stop())
   end)

   it("leaves no folder behind", function()
      local function folders() return openresty.run "find /tmp -maxdepth 1 -name 'personalize-??????'" end
      local before = folders() -- of programs that were killed
      local server = start { mode = "wake" }
      get(server, "one_10")
      for path in folders():gmatch "[^\n]+" do assert.is_truthy(before:find(path, 1, true), path) end
      assert.is_true(server:stop())
   end)

   it("does nothing when there is nothing to do", function()
      local server = start { mode = "wake" }
      get(server, "one_10")
      openresty.run "sleep 0.5"
      local pid = server:workers()[1]
      local function switches()
         local file = assert(io.open(("/proc/%d/status"):format(pid)))
         local text = file:read "*a"
         file:close()
         return tonumber(text:match "\nvoluntary_ctxt_switches:%s*(%d+)")
      end
      local before = switches()
      openresty.run "sleep 1"
      assert.is_true(switches() - before <= 2)
      assert.is_true(server:stop())
   end)
end)
