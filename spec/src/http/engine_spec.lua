-- The engine: its options, its waiting, its end.
local http = require "spec.support.http"
local patient = require "spec.support.patient"
local server = require "spec.support.server"

describe("an engine", function()
   local echo

   setup(function() echo = server.start(server.ECHO) end)
   teardown(function() echo:stop() end)

   it("is made with known options alone", function()
      local new = http.core.http.engine
      assert.has_error(function() new { connections = 3 } end,
         "bad argument #1 to 'new' (unknown field 'connections')")
      for _, wrong in ipairs { 0, -1, 1.5, "8", 1e9 } do
         assert.error_matches(function() new { max_connections = wrong } end, "max_connections")
      end
      assert.equal(0, new({ max_connections = 3 }):active())
      assert.equal(0, new():active())
      assert.matches("^%d+%.%d+", http.core.http.libcurl_version)
   end)

   it("refuses what is not a specification, naming the field", function()
      local engine = http.core.http.engine()
      local function wrong(change, pattern)
         local spec = { method = "GET", url = echo.url, timeout_ms = 1000 }
         for name, value in pairs(change) do spec[name] = value end
         assert.error_matches(function() engine:enqueue(spec) end, pattern)
      end
      wrong({ timout_ms = 3 }, "unknown field 'timout_ms'")
      wrong({ [1] = 3 }, "unknown field")
      wrong({ url = 3 }, "field 'url': string expected")
      wrong({ method = false }, "field 'method': string expected")
      wrong({ timeout_ms = 0 }, "field 'timeout_ms': milliseconds")
      wrong({ timeout_ms = 0 / 0 }, "field 'timeout_ms': milliseconds")
      wrong({ timeout_ms = 2 ^ 40 }, "field 'timeout_ms': milliseconds")
      wrong({ stall_timeout_ms = "3" }, "field 'stall_timeout_ms'")
      wrong({ max_response_bytes = -1 }, "field 'max_response_bytes'")
      wrong({ http2 = 1 }, "field 'http2': boolean expected")
      wrong({ body = 5 }, "field 'body': string expected")
      wrong({ headers = "x" }, "field 'headers': array of pairs expected")
      wrong({ headers = { "x" } }, "field 'headers%[1%]': pair of strings expected")
      wrong({ headers = { { "x", "y" }, { "x", 5 } } }, "field 'headers%[2%]': pair of strings expected")
      assert.error_matches(function() engine:enqueue { url = echo.url, timeout_ms = 1 } end, "field 'method'")
      assert.error_matches(function() engine:enqueue { url = echo.url, method = "GET" } end, "field 'timeout_ms'")
      assert.error_matches(function() engine:wait(-1) end, "milliseconds expected")
      assert.error_matches(function() engine.enqueue(5, {}) end, "personalize.engine")
      assert.equal(0, engine:active())
   end)

   it("carries transfers beside one another", function()
      local slow = server.start [[ return function(connection)
         connection:request()
         connection:sleep(0.2)
         connection:answer "slow"
      end ]]
      finally(function() slow:stop() end)
      local engine = http.core.http.engine()
      local transfers, began = {}, http.core.now()
      for i = 1, 10 do transfers[i] = http.add(engine, { url = slow.url }) end
      assert.equal(10, engine:active())
      http.wait(engine, (table.unpack or unpack)(transfers))
      assert.is_true(http.core.now() - began < patient(1))
      assert.equal(0, engine:active())
      for i = 1, 10 do assert.equal("slow", transfers[i]:result().body) end
   end)

   it("starts what was enqueued with the next tick, and refuses it like what is added", function()
      local engine = http.core.http.engine()
      local spec = { method = "GET", url = echo.url, timeout_ms = patient(10000) }
      local first, second = assert(engine:enqueue(spec)), assert(engine:enqueue(spec))
      assert.equal(2, engine:active())
      assert.equal(0, engine:timeout())
      assert.is_true(engine:tick() <= 2) -- either may be answered already
      assert.is_true((engine:timeout() or 1) > 0)
      http.wait(engine, first, second)
      assert.equal(200, first:result().status)
      assert.equal(200, second:result().status)
      local refused = assert(engine:enqueue { method = "GET", url = "http://127.0.0.1:1/", timeout_ms = 1000 })
      http.wait(engine, refused)
      assert.equal("connect", select(2, refused:result()).kind)
      assert.error_matches(function() engine:enqueue { method = "GET", url = 3, timeout_ms = 1 } end, "field 'url'")
      assert.equal("config", select(2, engine:enqueue { method = "GET", url = "ftp://x/", timeout_ms = 1 }).kind)
      local due = assert(engine:enqueue(spec))
      assert.equal(due:done() == false and engine:run_due(), due:done()) -- it was sent: perhaps it is answered
      http.wait(engine, due)
      assert.equal(200, due:result().status)
      assert.is_false(engine:run_due())
      local cancelled = assert(engine:enqueue(spec))
      cancelled:cancel()
      assert.equal("cancelled", select(2, cancelled:result()).kind)
      assert.equal(0, engine:active())
      engine:close()
      assert.equal("closed", select(2, engine:enqueue(spec)).kind)
      assert.equal("closed", select(2, engine:wake()).kind)
      assert.equal("closed", select(2, engine:run_due()).kind)
   end)

   it("ticks without blocking and waits no longer than told", function()
      local silent = server.start [[ return function(connection)
         connection:request()
         connection:sleep(5)
      end ]]
      finally(function() silent:stop() end)
      local engine = http.core.http.engine()
      local transfer = http.add(engine, { url = silent.url })
      local began = http.core.now()
      for _ = 1, 20 do assert.equal(1, engine:tick()) end
      assert.is_true(http.core.now() - began < patient(0.1))
      began = http.core.now()
      for _ = 1, 3 do engine:wait(1000 * 0.05) end
      assert.is_true(http.core.now() - began < patient(0.3))
      assert.is_false(transfer:done())
      assert.is_true(engine:timeout() <= patient(10000))
      transfer:cancel()
   end)

   it("waits out its time when there is nothing to do", function()
      local engine = http.core.http.engine()
      local began = http.core.now()
      assert.equal(0, engine:wait(50))
      local waited = http.core.now() - began
      assert.is_true(waited >= 0.045 and waited < 0.5)
      assert.is_nil(engine:timeout())
   end)

   it("closes once, ending what is under way", function()
      local silent = server.start [[ return function(connection)
         connection:request()
         connection:sleep(5)
      end ]]
      finally(function() silent:stop() end)
      local engine = http.core.http.engine()
      local transfer = http.add(engine, { url = silent.url })
      assert.matches("1 under way", tostring(engine))
      engine:close()
      engine:close()
      assert.is_true(transfer:done())
      local result, err = transfer:result()
      assert.is_nil(result)
      assert.equal("cancelled", err.kind)
      for _, call in ipairs {
         function() return http.add(engine, { url = silent.url }) end,
         function() return engine:tick() end,
         function() return engine:wait(10) end,
         function() return engine:timeout() end,
      } do
         local value, why = call()
         assert.is_nil(value)
         assert.equal("closed", why.kind)
         assert.is_false(why.sent)
      end
      assert.equal(0, engine:active())
      assert.equal("engine (closed)", tostring(engine))
   end)

   it("is kept alive by its transfers", function()
      local transfer
      do
         local engine = http.core.http.engine()
         transfer = http.add(engine, { url = echo.url })
         http.collect()
         http.wait(engine, transfer)
      end
      http.collect()
      assert.equal(200, transfer:result().status)
   end)

   it("is not taken for a table that has its methods, or its metatable", function()
      local engine = http.core.http.engine()
      for _, metatable in ipairs { engine.__index or {}, debug.getmetatable(engine).__index } do
         assert.error_matches(function() engine.active(setmetatable({}, metatable)) end, "personalize.engine expected")
      end
      assert.is_nil(engine.__index)
      assert.is_nil(engine.__metatable)
      assert.error_matches(function() engine.active(debug.setmetatable({}, debug.getmetatable(engine))) end,
         "personalize.engine expected")
      engine:close()
   end)

   it("tells whether it can be used", function()
      local engine = http.core.http.engine()
      assert.is_true(engine:is_usable())
      engine:close()
      assert.is_false(engine:is_usable())
   end)

   it("reuses connections, within its bound", function()
      local engine = http.core.http.engine()
      local first = http.run(engine, { url = echo.url .. "/a" })
      local second = http.run(engine, { url = echo.url .. "/b" })
      assert.is_false(first.reused)
      assert.is_true(second.reused)
      engine:close()

      local narrow = http.core.http.engine { max_connections = 1 }
      local one = http.add(narrow, { url = echo.url .. "/1" })
      local two = http.add(narrow, { url = echo.url .. "/2" })
      http.wait(narrow, one, two)
      local before = http.open_descriptors()
      narrow:close()
      assert.is_true(before - http.open_descriptors() <= 5) -- epoll, timer, libcurl's two, a connection
   end)

   it("keeps as many connections as were in flight", function()
      local engine = http.core.http.engine()
      local function ask(count)
         local transfers, reused = {}, 0
         for i = 1, count do transfers[i] = http.add(engine, { url = echo.url .. "/" .. i }) end
         http.wait(engine, (table.unpack or unpack)(transfers))
         for i = 1, count do
            local answer = assert(transfers[i]:result())
            assert.matches("^GET /" .. i .. "\n", answer.body)
            if answer.reused then reused = reused + 1 end
         end
         return reused
      end
      -- some of the first hundred may be answered before the last of them are asked, and so share connections
      ask(100)
      ask(100)
      assert.is_true(ask(100) >= 90) -- 64 if it kept no more than at first
      engine:close()
   end)

   it("leaves no descriptor behind", function()
      http.collect()
      local before = http.open_descriptors()
      for _ = 1, 5 do
         local engine = http.core.http.engine()
         local done = http.run(engine, { url = echo.url })
         assert.equal(200, done.status)
         http.add(engine, { url = echo.url })
         http.add(engine, { url = "http://127.0.0.1:1/" })
         http.add(engine, { url = "http://nobody.invalid/" })
      end
      -- the thread of a name look-up that nobody waits for ends in its own time
      local deadline = http.core.now() + 5
      repeat http.collect() until http.open_descriptors() == before or http.core.now() > deadline
      assert.equal(before, http.open_descriptors())
   end)

   it("is closed by leaving its block", function()
      if rawget(_G, "jit") then return end
      local transfer = assert(load [[
         local http, url = ...
         local engine <close> = http.core.http.engine()
         return http.add(engine, { url = url })
      ]])(http, echo.url)
      assert.is_true(transfer:done())
   end)
end)
