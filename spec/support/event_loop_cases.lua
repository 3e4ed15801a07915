-- What holds in any event loop: each is a program in the real one.
local event_loop = require "spec.support.event_loop"
local patient = require "spec.support.patient"

-- `it` and `assert` are those of the spec: a module has none.
return function(name, it, assert)
   local function output(program) return event_loop.output(name, program) end

   it("makes a hundred calls at once, and each gets its own answer", function()
      local out = output [[
         local refs, results = {}, {}
         for i = 1, 100 do refs[i] = assert(client.connections.create(definition("C" .. i))).ref end
         service:fail { path = "/v2/connections/*", delay = 0.5, times = 100 }
         local begun = personalize.now()
         for i = 1, 100 do
            loop.spawn(function()
               local connection, err = client.connections.get(refs[i])
               results[i] = connection and (connection.name == "C" .. i and "right" or "another's") or tostring(err)
            end)
         end
         loop.run()
         print(loop.count(unpack(results)))
         print(personalize.now() - begun)
      ]]
      assert.equal("100 right", out:match "^[^\n]*")
      local seconds = tonumber(out:match "\n(%S+)")
      assert.is_true(seconds >= 0.5 and seconds < patient(10), out)
   end)

   it("lets a timer tick on: its longest gap is under 20 ms", function()
      -- other programs may have the processors for a while: one run of several has to be as it should
      local out = output [[
         for _ = 1, 12 do
            local last, longest, ended = personalize.now(), 0, 0
            for _ = 1, 100 do
               loop.spawn(function()
                  assert(client.connections.list())
                  ended = ended + 1
               end)
            end
            last = personalize.now()
            loop.every(function()
               local now = personalize.now()
               longest, last = math.max(longest, now - last), now
               return ended < 100
            end)
            loop.run()
            print(longest)
            if longest < 0.02 then break end
         end
      ]]
      local shortest = math.huge
      for gap in out:gmatch "%S+" do shortest = math.min(shortest, tonumber(gap)) end
      assert.is_true(shortest < patient(0.02), out)
   end)

   it("reads the answers that came while other code was at work past their time", function()
      assert.equal("40 right\n", (output [[
         local ref, results = client.connections.list()[1].ref, {}
         service:fail { path = "/v2/connections/*", delay = 0.4, times = 40 }
         for i = 1, 40 do
            loop.spawn(function()
               local connection, err = client.connections.get(ref, { timeout = 1, retry = false })
               results[i] = connection and "right" or tostring(err)
            end)
         end
         local begun = personalize.now()
         loop.every(function()
            local is_time = personalize.now() - begun >= 0.2 -- all are sent by then
            local ends = personalize.now() + (is_time and 1.2 or 0)
            repeat until personalize.now() >= ends
            return not is_time
         end)
         loop.run()
         print(loop.count(unpack(results)))
      ]]))
   end)

   it("sleeps before retries while others go on", function()
      assert.equal("12 3, right\n", (output [[
         local ref = client.connections.list()[1].ref
         service:fail { path = "/v2/connections/*", status = 503, retry_after = 1, times = 24 }
         local begun, ticks, results = personalize.now(), 0, {}
         for i = 1, 12 do
            loop.spawn(function()
               local made = assert(client.connections.get(ref, { retry = { attempts = 30 }, timeout = 60 }))
               results[i] = personalize.meta(made).attempts
            end)
         end
         loop.every(function() ticks = ticks + 1 return #results < 12 end)
         loop.run()
         local sum = 0
         for _, attempts in ipairs(results) do sum = sum + attempts end
         print((sum == 36 and "12 3" or sum) .. ", "
            .. ((ticks > 50 and personalize.now() - begun >= 1) and "right" or ticks))
      ]]))
   end)

   it("ends a call at its deadline, sleeping or sending", function()
      local out = output [[
         local ref = client.connections.list()[1].ref
         service:fail { path = "/v2/connections/*", delay = 5, times = 1 }
         local begun, results = personalize.now(), {}
         loop.spawn(function()
            local _, err = client.connections.get(ref, { timeout = 0.3, retry = false })
            results[1] = err.kind
            service:fail { path = "/v2/connections/*", status = 503, retry_after = 30 }
            _, err = client.connections.get(ref, { timeout = 0.3 })
            results[2] = err.kind
         end)
         loop.run()
         print(results[1], results[2], personalize.now() - begun)
      ]]
      assert.is_truthy(out:find "^timeout\tserver\t0?%.[3-9]" or out:find "^timeout\tserver\t[12]%.", out)
   end)

   it("has map within a coroutine, and maps beside each other", function()
      assert.equal("250 right\n", (output [[
         local refs, seen = {}, {}
         for i = 1, 10 do refs[i] = assert(client.connections.create(definition("C" .. i))).ref end
         for _ = 1, 5 do
            loop.spawn(function()
               local outer, problems = personalize.map({ 1, 2, 3, 4, 5 }, function()
                  local inner, errors = personalize.map(refs, function(ref) return client.connections.get(ref) end)
                  assert(next(errors) == nil)
                  for i = 1, 10 do seen[#seen + 1] = inner[i].name == "C" .. i and "right" or "wrong" end
                  return true
               end)
               assert(next(problems) == nil and outer.n == 5)
            end)
         end
         loop.run()
         print(loop.count(unpack(seen)))
      ]]))
   end)

   it("slows a map down without holding up others", function()
      assert.equal("20 right\n", (output [[
         local ref, seen = client.connections.list()[1].ref, {}
         service:fail { path = "/v2/connections/*", status = 429, retry_after = 1, times = 6 }
         loop.spawn(function()
            local items = {}
            for i = 1, 20 do items[i] = i end
            local results = personalize.map(items, function()
               return client.connections.get(ref, { retry = { attempts = 30 } })
            end, { concurrency = 10 })
            for i = 1, 20 do seen[i] = results[i] and "right" or "wrong" end
         end)
         loop.run()
         print(loop.count(unpack(seen)))
      ]]))
   end)

   it("cancels the calls of a map, and no others", function()
      local out = output [[
         local ref, seen, begun = client.connections.list()[1].ref, {}, personalize.now()
         service:fail { path = "/v2/connections/slow*", delay = 8, times = 20 }
         service:fail { path = "/v2/connections/" .. ref, delay = 0.3, times = 1 }
         loop.spawn(function()
            local items = { "slow1", "slow2", "stop", "slow3", "slow4" }
            local _, errors = personalize.map(items, function(item)
               if item == "stop" then
                  client.connections.list()
                  return nil, "enough"
               end
               return client.connections.get(item)
            end, { concurrency = 4, stop_on_error = true })
            for i = 1, 5 do seen[#seen + 1] = type(errors[i]) == "table" and errors[i].kind or errors[i] end
         end)
         loop.spawn(function()
            local connection = assert(client.connections.get(ref))
            seen[#seen + 1] = connection.ref == ref and "got"
         end)
         loop.run()
         print(loop.count(unpack(seen)) .. (personalize.now() - begun < 6 and "" or " late"))
      ]]
      assert.equal("1 enough, 1 got, 4 cancelled\n", out)
   end)

   it("blocks outside of its coroutines, also while calls are in flight, and both are answered", function()
      assert.equal("3\tin\tout\t3\n", (output [[
         local ref, order = client.connections.list()[1].ref, {}
         service:fail { path = "/v2/connections/*", delay = 0.2, times = 1 }
         order[1] = #assert(client.connections.list())
         loop.spawn(function()
            assert(client.connections.get(ref))
            order[#order + 1] = "in"
         end)
         local calls = 0
         loop.every(function()
            calls = calls + 1
            if calls < 3 then
               local begun = personalize.now()
               -- the other's answer comes while this one blocks
               repeat assert(client.connections.list()) until personalize.now() - begun > 0.3
            end
            return #order < 2
         end)
         loop.run()
         order[#order + 1] = "out"
         order[#order + 1] = #assert(client.connections.list())
         print(unpack(order))
      ]]))
   end)

   it("blocks below a C function", function()
      assert.equal("axc 3\n", (output [[
         loop.spawn(function()
            local count
            local text = ("abc"):gsub("b", function()
               count = #assert(client.connections.list())
               return "x"
            end)
            print(text .. " " .. count)
         end)
         loop.run()
      ]]))
   end)

   it("makes sure of a name once from many coroutines", function()
      assert.equal("1 created, 29 unchanged 1\n", (output [[
         local seen = {}
         for i = 1, 30 do
            loop.spawn(function()
               local connection, what = client.connections.ensure(definition "One")
               seen[i] = connection and what or tostring(what)
            end)
         end
         loop.run()
         local found = 0
         for _, each in ipairs(client.connections.list()) do found = found + (each.name == "One" and 1 or 0) end
         print(loop.count(unpack(seen)) .. " " .. found)
      ]]))
   end)

   it("does not wait long for a turn whose coroutine will never go on", function()
      local out = output [[
         service:fail { path = "/v2/connections", delay = 3, times = 1 }
         local seen = {}
         loop.spawn(function()
            local _, err = client.connections.ensure(definition "One", { timeout = 0.3, retry = false })
            seen[1] = err.kind
         end)
         loop.spawn(function()
            local connection, what = client.connections.ensure(definition "One")
            seen[2] = connection and what
         end)
         loop.run()
         print(seen[1], seen[2])
      ]]
      assert.equal("timeout\tcreated\n", out)
   end)

   it("shares one renewal of the token, and wakes those that wait for it at once", function()
      local out = output [[
         service:fail { path = "/oauth/token", delay = 0.3, times = 1 }
         local begun, ended, seen = personalize.now(), 0, {}
         for i = 1, 50 do
            loop.spawn(function() seen[i] = client.connections.list() and "listed" end)
         end
         loop.run()
         print(loop.count(unpack(seen)), service:counts().tokens, personalize.now() - begun)
      ]]
      local what, tokens, seconds = out:match "^(.-)\t(%d+)\t(%S+)"
      assert.equal("50 listed", what)
      assert.equal("1", tokens)
      assert.is_true(tonumber(seconds) < patient(3), out)
   end)

   it("shares the failure of a renewal", function()
      assert.equal("20 auth\t1\n", (output [[
         service:fail { path = "/oauth/token", status = 401, delay = 0.2, times = 1 }
         local seen = {}
         for i = 1, 20 do
            loop.spawn(function()
               local _, err = client.connections.list()
               seen[i] = err and err.kind or "listed"
            end)
         end
         loop.run()
         local asked = 0
         for _, request in ipairs(service:requests()) do asked = asked + (request.path:find "token" and 1 or 0) end
         print(loop.count(unpack(seen)), asked)
      ]]))
   end)

   it("answers what is in flight when the client is closed, and refuses the rest", function()
      assert.equal("10 answered, 11 closed\n", (output [[
         local ref, seen = client.connections.list()[1].ref, {}
         service:fail { path = "/v2/connections/*", delay = 1, times = 10 }
         for _ = 1, 10 do
            loop.spawn(function()
               local connection, err = client.connections.get(ref)
               seen[#seen + 1] = connection and "answered" or err.kind
               connection, err = client.connections.get(ref)
               seen[#seen + 1] = connection and "answered" or err.kind
            end)
         end
         local ticks = 0
         loop.every(function()
            ticks = ticks + 1
            if ticks == 30 then client:close() end
            return ticks < 30
         end)
         loop.run()
         local _, err = client.connections.list()
         seen[#seen + 1] = err.kind
         print(loop.count(unpack(seen)))
      ]]))
   end)

   it("can be left and chosen again between calls, not while they are in flight", function()
      assert.equal(("true true true nil config personalize.use_loop: calls are in flight, which wait by another loop; "
         .. "choose before the first call, or when all have returned; true; done true true\n"), (output (([[
         local parts = {}
         local function note(...)
            for i = 1, select("#", ...) do parts[#parts + 1] = tostring((select(i, ...))) end
         end
         note(personalize.use_loop "NAME", personalize.use_loop(false), personalize.use_loop "NAME")
         service:fail { path = "/v2/connections", delay = 1, times = 1 } -- still in flight when the other one asks
         loop.spawn(function()
            assert(client.connections.list())
            note "done"
         end)
         local asked = false
         loop.every(function()
            if not asked then
               asked = true
               local fine, err = personalize.use_loop(false)
               note(fine, err.kind, err.message .. ";", tostring(personalize.use_loop "NAME") .. ";")
            end
            return false
         end)
         loop.run()
         note(personalize.use_loop(false), personalize.use_loop "NAME")
         print(table.concat(parts, " "))
      ]]):gsub("NAME", name))))
   end)

   it("loses nothing while the collector is at work", function()
      assert.equal("200 right\n", (output [[
         collectgarbage("setpause", 0)
         local ref, seen = client.connections.list()[1].ref, {}
         for _ = 1, 20 do
            loop.spawn(function()
               for _ = 1, 10 do
                  local connection = client.connections.get(ref)
                  seen[#seen + 1] = connection and connection.ref == ref and "right" or "wrong"
                  connection = nil -- luacheck: ignore
               end
            end)
         end
         loop.every(function()
            collectgarbage()
            return #seen < 200
         end)
         loop.run()
         print(loop.count(unpack(seen)))
      ]]))
   end)
end
