-- Many requests at a time: nobody waits for another's call, nobody gets another's answer, nothing grows.
local openresty = require "spec.support.openresty"
local upstream = require "spec.support.upstream"

for _, mode in ipairs { "wake", "tick" } do
   describe("nginx under load, driven by " .. mode .. " #openresty", function()
      local service, server, descriptors_at_first

      local function descriptors_of_workers()
         local count = 0
         for _, pid in ipairs(server:workers()) do count = count + openresty.descriptors(pid) end
         return count
      end

      setup(function()
         service = upstream.start()
         server = openresty.start {
            workers = 2,
            server = ([[
               location ~ ^/get/(?<name>\w+)$ { content_by_lua_block {
                  %s
                  local c, err = connections.get(ngx.var.name)
                  ngx.print(c and c.ref or tostring(err), " ", ngx.worker.pid())
               } }
               location = /quick { content_by_lua_block { ngx.print "quick" } }
               location = /collect { content_by_lua_block { collectgarbage() collectgarbage() ngx.print "collected" } }
            ]]):format(upstream.prelude(service, mode)),
         }
         descriptors_at_first = descriptors_of_workers()
      end)

      teardown(function()
         assert.is_true(server:stop())
         service:terminate()
      end)

      local function get_all(count, milliseconds, prefix)
         local targets = {}
         for index = 1, count do targets[index] = ("/get/%s%d_%d"):format(prefix, index, milliseconds) end
         local results, pids = server:get_all(targets), {}
         for index, result in ipairs(results) do
            assert.equal(200, result.status)
            local ref, pid = result.body:match "^(%S+) (%d+)$"
            assert.equal(("%s%d_%d"):format(prefix, index, milliseconds), ref)
            pids[pid] = true
         end
         return pids
      end

      it("answers 100 clients of a slow service, each with its own answer, in two workers", function()
         local pids, count = {}, 0
         for round = 1, 3 do
            for pid in pairs(get_all(100, 100, "r" .. round .. "n")) do pids[pid] = true end
         end
         for _ in pairs(pids) do count = count + 1 end
         assert.equal(2, count)
      end)

      it("goes on with other requests meanwhile", function()
         local slow = {}
         for index = 1, 40 do slow[index] = server:send("/get/slow" .. index .. "_1000") end
         openresty.wait_for(function()
            local begun, answered = upstream.counts(service)
            return begun >= answered + 40
         end, 5)
         for _ = 1, 50 do
            local status, body = server:get "/quick"
            assert.equal("200 quick", status .. " " .. body)
         end
         -- all fifty came while every one of the forty was still waiting
         local begun, answered = upstream.counts(service)
         assert.equal(40, begun - answered)
         for _, connection in ipairs(slow) do assert.equal(200, (server:receive(connection))) end
      end)

      it("does not grow over 10,000 requests", function()
         local function totals()
            for _ = 1, 20 do server:get "/collect" end -- either worker may answer
            local kilobytes, threads = 0, 0
            for _, pid in ipairs(server:workers()) do
               kilobytes = kilobytes + openresty.memory_kb(pid)
               threads = threads + openresty.threads(pid)
            end
            return kilobytes, threads
         end
         -- the allocator's own stock settles at some time within these; what is lost is lost each time
         local kilobytes, threads, kilobytes_after, threads_after
         for round = 1, 6 do
            kilobytes, threads = kilobytes_after, threads_after
            for _ = 1, 100 do get_all(100, 0, "many") end
            kilobytes_after, threads_after = totals()
            if round >= 3 and kilobytes_after - kilobytes < 1024 then break end
         end
         local descriptors_after = descriptors_of_workers()
         assert.is_true(kilobytes_after - kilobytes < 1024, ("grew by %d kB"):format(kilobytes_after - kilobytes))
         -- but for connections that are kept alive: as many as were in flight, which are 100 in each worker at most
         assert.is_true(descriptors_after <= descriptors_at_first + 2 * 100 + 16,
            ("%d descriptors, then %d"):format(descriptors_at_first, descriptors_after))
         assert.is_true(threads_after <= threads + 2)
      end)

      it("complains of nothing", function()
         assert.same({}, server:complaints())
      end)
   end)
end
