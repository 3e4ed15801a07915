-- Whatever Lua allocates may start its collector, and that runs finalizers: arbitrary code, in the midst of a function
-- of C. Some functions had looked up what their first argument stands for before they allocated, and used it after a
-- finalizer had closed it.
local emulator = require "personalize.emulator"
local http = require("personalize.core").http
local requests = require "spec.support.http"
local server = require "spec.support.server"

-- Calls `finalizer` when it is collected, which nothing prevents.
local function leave_to_collector(finalizer)
   if newproxy then
      local proxy = newproxy(true)
      getmetatable(proxy).__gc = finalizer
   else
      setmetatable({}, { __gc = finalizer })
   end
end

describe("what a finalizer closes while a method of it is running", function()
   -- Whatever starts the collector has it do all of its work at once.
   local function with_eager_collector(f, ...)
      if _VERSION == "Lua 5.5" then -- its "incremental" takes no numbers
         local mode, before = collectgarbage "incremental", {}
         for name, number in pairs { pause = 0, stepmul = 0, stepsize = 1 } do
            before[name] = collectgarbage("param", name, number)
         end
         local result, problem = f(...)
         for name, number in pairs(before) do collectgarbage("param", name, number) end
         collectgarbage(mode)
         return result, problem
      end
      if not newproxy then
         collectgarbage("incremental", 1, 1000, 40)
         local result, problem = f(...)
         collectgarbage("incremental", 200, 100, 13)
         return result, problem
      end
      local pause, multiplier = collectgarbage("setpause", 1), collectgarbage("setstepmul", 0)
      local result, problem = f(...)
      collectgarbage("setpause", pause)
      collectgarbage("setstepmul", multiplier)
      return result, problem
   end

   -- The loop allocates nothing itself, so that the collector starts within the method.
   local function call_until_closed(close, method, ...)
      return with_eager_collector(function(...)
         collectgarbage()
         leave_to_collector(close)
         for _ = 1, 1e5 do
            local result, problem = method(...)
            if not result then return result, problem end
         end
         return "never closed"
      end, ...)
   end

   it("is a closed engine", function()
      for _ = 1, 10 do
         local engine = assert(http.engine())
         local transfer, err = call_until_closed(function() engine:close() end, engine.enqueue, engine,
            { method = "GET", url = "http://127.0.0.1:1/", timeout_ms = 1000 })
         assert.is_nil(transfer)
         assert.equal("closed", err.kind)
      end
   end)

   it("is the body of an answer that is being decoded", function()
      local text = '[{"name":"one","list":[1,{"a":"b"}]},{"name":"two"}]' -- each allocation is a whole collection
      local s = server.start(([[ return function(connection)
         for _ in function() return connection:request() end do connection:answer(%q) end
      end ]]):format(text))
      finally(function() s:stop() end)
      local engine = http.engine()
      for _, read in ipairs { function(answer) return http.decode_body(answer, 10) end,
         function(answer) return answer.body end } do
         for _ = 1, 2 do
            local answer = assert(requests.run(engine, { url = s.url .. "/" }))
            local dropped = false
            local value = with_eager_collector(function()
               collectgarbage()
               leave_to_collector(function()
                  http.drop_body(answer)
                  dropped = true
               end)
               return read(answer)
            end)
            if type(value) == "table" then
               assert.same({ { name = "one", list = { 1, { a = "b" } } }, { name = "two" } }, value)
            else
               assert.equal(text, value)
            end
            if not dropped then collectgarbage() end
         end
      end
      engine:close()
   end)

   for _, name in ipairs { "requests", "stored_secret", "counts" } do
      it("is a stopped emulator, asked for " .. name, function()
         for _ = 1, 3 do
            local running = assert(emulator.start())
            local handle = running._handle
            local result, message = call_until_closed(function() running:stop() end, function()
               local result, message = handle[name](handle, "47c20b31-b5d8-492f-94e5-064958716c21")
               return message == nil and (result or true), message
            end)
            assert.is_false(result)
            assert.equal("the emulator has been stopped", message)
         end
      end)
   end
end)
