-- Where nginx can suspend Lua code, and where it would crash a worker.
local openresty = require "spec.support.openresty"
local upstream = require "spec.support.upstream"

for _, mode in ipairs { "wake", "tick" } do
   describe("a call in nginx, driven by " .. mode .. " #openresty", function()
      local service, server

      setup(function()
         service = upstream.start()
         local prelude = upstream.prelude(service, mode)
         local function location(name, code)
            return ("location /%s { content_by_lua_block { %s %s } }\n"):format(name, prelude, code)
         end
         server = openresty.start {
            workers = 1,
            http = ([[init_worker_by_lua_block { package.preload.waits_while_required = function() %s
                  local _, err = connections.get "required_0"
                  return err and err.kind or "no error"
               end }]]):format(prelude),
            server = location("gsub", [[
                  local kind
                  local text = ("abc"):gsub("b", function()
                     local c, err = connections.get "gsub_10"
                     kind = err and err.kind
                     return "x"
                  end)
                  ngx.print(text, " ", kind) ]])
               .. location("sort", [[
                  local kind
                  local list = { 3, 1, 2 }
                  table.sort(list, function(a, b)
                     local c, err = connections.get "sort_10"
                     kind = err and err.kind
                     return a < b
                  end)
                  ngx.print(table.concat(list), " ", kind) ]])
               .. location("require", [[ ngx.print(require "waits_while_required") ]])
               .. location("pcall", [[
                  local fine, c = pcall(connections.get, "pcall_10")
                  ngx.print(tostring(fine), " ", c.ref) ]])
               .. location("wrap", [[
                  local get = coroutine.wrap(function()
                     local c = connections.get "wrap_10"
                     coroutine.yield(c.ref)
                     return connections.get("wrapped_10").ref
                  end)
                  ngx.print(get(), " ", get()) ]])
               .. location("threads", [[
                  local threads = {}
                  for i = 1, 5 do
                     threads[i] = ngx.thread.spawn(function() return connections.get("thread" .. i .. "_20").ref end)
                  end
                  local refs = {}
                  for i = 1, 5 do local fine, ref = ngx.thread.wait(threads[i]) refs[i] = ref end
                  ngx.print(table.concat(refs, " ")) ]])
               .. location("map", [[
                  local names = {}
                  for i = 1, 20 do names[i] = "map" .. i .. "_10" end
                  local seen = 0
                  local results, errors = personalize.map(names, function(name, index)
                     local c, err = connections.get(name)
                     if index % 5 == 0 then return nil, "refused " .. index end
                     local inner = personalize.map({ "a", "b" }, function(part)
                        return connections.get(part .. index .. "_1")
                     end)
                     return c.ref .. inner[1].ref .. inner[2].ref
                  end, { concurrency = 7, on_progress = function() seen = seen + 1 end })
                  local wrong = 0
                  for i = 1, 20 do
                     local expected = names[i] .. "a" .. i .. "_1b" .. i .. "_1"
                     if i % 5 == 0 then
                        if errors[i] ~= "refused " .. i then wrong = wrong + 1 end
                     elseif results[i] ~= expected then wrong = wrong + 1 end
                  end
                  ngx.print(results.n, " ", seen, " ", wrong) ]])
               .. location("map_sleep", [[
                  local results = personalize.map({ "call", "sleep" }, function(task)
                     if task == "call" then return connections.get "beside_10" end
                     ngx.sleep(1)
                     return true
                  end)
                  local elapsed = personalize.meta(results[1]).elapsed
                  ngx.print(results[1].ref, " ", elapsed < 0.9 and "meanwhile" or elapsed) ]])
               .. location("busy", [[
                  local names = { "quick_90" }
                  for i = 2, 30 do names[i] = "busy" .. i .. "_150" end
                  local results, errors = personalize.map(names, function(name, i)
                     local c, err = connections.get(name, { timeout = 0.3 })
                     local ends = personalize.now() + (i == 1 and 0.6 or 0)
                     repeat until personalize.now() >= ends
                     return c, err
                  end, { concurrency = 30 })
                  local threads = {}
                  for i = 1, 30 do
                     threads[i] = ngx.thread.spawn(function()
                        return connections.get("beside" .. i .. "_150", { timeout = 0.3 })
                     end)
                  end
                  ngx.sleep(0.09)
                  local ends = personalize.now() + 0.6
                  repeat until personalize.now() >= ends
                  local right = 0
                  for i = 1, 30 do
                     local fine, c, err = ngx.thread.wait(threads[i])
                     if c and c.ref == "beside" .. i .. "_150" then right = right + 1 end
                  end
                  ngx.print(#results, " ", tostring((select(2, next(errors)))), " ", right) ]])
               .. location("map_stop", [[
                  local names = {}
                  for i = 1, 50 do names[i] = "stop" .. i .. "_" .. (i == 3 and 1 or 5000) end
                  local results, errors = personalize.map(names, function(name, i)
                     local c, err = connections.get(name)
                     if c then return nil, "enough" end
                     return nil, err
                  end, { concurrency = 5, stop_on_error = true })
                  ngx.print(tostring(errors[3]), " ", errors[1].kind, " ", errors[50].kind) ]])
               .. location("sleep", [[
                  local begun = personalize.now()
                  local c, err = personalize.new { base_url = "http://127.0.0.1:1", access_token = "t",
                     retry = { attempts = 3, base_delay = 0.01 } }.connections.get "nobody_1"
                  ngx.print(err.kind, " ", err.attempts) ]]),
         }
      end)

      teardown(function()
         assert.is_true(server:stop())
         service:terminate()
      end)

      it("is refused below a C function, before anything is sent", function()
         local before = upstream.counts(service)
         assert.equal("axc cannot_wait", server:body "/gsub")
         assert.equal("123 cannot_wait", server:body "/sort")
         assert.equal("cannot_wait", server:body "/require")
         assert.equal(before, (upstream.counts(service)))
      end)

      it("waits within pcall, coroutine.wrap and light threads", function()
         assert.equal("true pcall_10", server:body "/pcall")
         assert.equal("wrap_10 wrapped_10", server:body "/wrap")
         assert.equal("thread1_20 thread2_20 thread3_20 thread4_20 thread5_20", server:body "/threads")
      end)

      it("runs map, nested, with errors by index", function()
         assert.equal("20 20 0", server:body "/map")
      end)

      it("sends what one item of a map asked for while another one sleeps", function()
         assert.equal("beside_10 meanwhile", server:body "/map_sleep")
      end)

      it("leaves nothing in flight when a map is stopped", function()
         assert.equal("enough cancelled cancelled", server:body "/map_stop")
      end)

      it("reads the answers that came while Lua code kept the worker busy past their time", function()
         assert.equal("30 nil 30", server:body "/busy")
      end)

      it("pauses between attempts without blocking", function()
         assert.equal("connect 3", server:body "/sleep")
      end)

      it("complains of nothing", function()
         assert.same({}, server:complaints())
      end)
   end)
end
