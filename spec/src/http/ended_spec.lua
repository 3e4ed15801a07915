-- How an engine tells which transfers have ended.
local http = require "spec.support.http"
local server = require "spec.support.server"

describe("engine:take_ended", function()
   local echo

   setup(function() echo = server.start(server.ECHO) end)
   teardown(function() echo:stop() end)

   local function add(engine)
      return assert(engine:enqueue { method = "GET", url = echo.url, timeout_ms = 5000 })
   end

   it("names each transfer that ended once, however it ended", function()
      local engine = http.core.http.engine()
      assert.is_nil(engine:take_ended())
      local first, second, cancelled = add(engine), add(engine), add(engine)
      assert.same({ 1, 2, 3 }, { first:number(), second:number(), cancelled:number() })
      cancelled:cancel()
      http.wait(engine, first)
      http.wait(engine, second)
      local ended = {}
      for number in engine.take_ended, engine do ended[number] = (ended[number] or 0) + 1 end
      assert.same({ 1, 1, 1 }, ended)
      engine:close()
      assert.is_nil(engine:take_ended())
   end)

   it("says so when they were too many to remember", function()
      local engine = http.core.http.engine()
      for _ = 1, 300 do add(engine):cancel() end
      assert.is_true(engine:take_ended())
      assert.is_nil(engine:take_ended())
      local last = add(engine)
      last:cancel()
      assert.equal(301, engine:take_ended())
      engine:close()
   end)
end)
