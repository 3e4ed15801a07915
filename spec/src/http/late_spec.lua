-- Answers that arrived while nobody drove the engine, past the limits of their transfers: they are read before a limit
-- is judged.
local http = require "spec.support.http"
local patient = require "spec.support.patient"
local server = require "spec.support.server"
local socket = require "socket"

local unpack = table.unpack or unpack -- luacheck: ignore 113

local function burn(seconds)
   local ends = http.core.now() + seconds
   repeat until http.core.now() > ends
end

describe("an engine that is driven too late", function()
   local engine, s

   setup(function()
      s = server.start [[ return function(connection)
         for request in function() return connection:request() end do
            local after, length = request.path:match "^/(%d+)/(%d+)"
            connection:sleep(tonumber(after) / 1000)
            connection:answer(("x"):rep(tonumber(length)))
         end
      end ]]
   end)
   teardown(function() s:stop() end)
   before_each(function() engine = http.core.http.engine() end)
   after_each(function() engine:close() end)

   -- Sends as many requests; returns when they were written.
   local function send(count, spec)
      local transfers = {}
      for index = 1, count do
         local own = {}
         for name, value in pairs(spec) do own[name] = value end
         transfers[index] = assert(http.add(engine, own))
      end
      local ends = http.core.now() + patient(0.03)
      while http.core.now() < ends do engine:wait(5) end
      return transfers
   end

   -- Looks as an event loop does.
   local function tick_until_done(transfers)
      for _, transfer in ipairs(transfers) do
         while not transfer:done() do assert(engine:tick()) end
      end
   end

   local limits = {
      ["of the whole"] = { timeout_ms = 250, stall_timeout_ms = 10000 },
      ["without a byte"] = { timeout_ms = 10000, stall_timeout_ms = 250 },
      ["both"] = { timeout_ms = 250, stall_timeout_ms = 240 },
   }

   for what, limit in pairs(limits) do
      for how, finish in pairs { waiting = function(transfers) http.wait(engine, unpack(transfers)) end,
         ticking = tick_until_done } do
         it(("reads what came before it judges the limit %s, %s"):format(what, how), function()
            local transfers = send(60, { url = s.url .. "/100/1000", timeout_ms = limit.timeout_ms,
               stall_timeout_ms = limit.stall_timeout_ms })
            burn(1.5) -- long enough for a server that has to wait for a processor
            finish(transfers)
            for _, transfer in ipairs(transfers) do
               local result, err = transfer:result()
               assert.is_nil(err)
               assert.equal(1000, #result.body)
            end
         end)
      end
   end

   it("reads a long answer that takes several looks", function()
      local transfers = send(4, { url = s.url .. "/50/1500000", timeout_ms = 250, stall_timeout_ms = 10000 })
      burn(0.6)
      tick_until_done(transfers)
      local whole = 0
      for _, transfer in ipairs(transfers) do
         local result = transfer:result() -- the system may hold less of one than all
         if result and #result.body == 1500000 then whole = whole + 1 end
      end
      assert.is_true(whole >= 1, whole)
   end)

   it("still ends those to which nothing came", function()
      local late = send(20, { url = s.url .. "/5000/10", timeout_ms = 250 })
      burn(0.4)
      local began = http.core.now()
      http.wait(engine, unpack(late))
      assert.is_true(http.core.now() - began < patient(0.15))
      for _, transfer in ipairs(late) do
         local _, err = transfer:result()
         assert.equal("timeout", err.kind)
         assert.equal("total", err.phase)
      end
   end)

   it("does not send what is too late already", function()
      local before = #s:requests()
      local transfer = assert(engine:enqueue { method = "POST", body = "x", url = s.url .. "/0/0", timeout_ms = 50 })
      burn(0.1)
      http.wait(engine, transfer)
      local _, err = transfer:result()
      assert.equal("timeout", err.kind)
      assert.equal("total", err.phase)
      assert.is_false(err.sent)
      assert.equal(before, #s:requests())
   end)

   -- A listener whose queue is full lets nobody connect, and refuses nobody.
   local function full_listener()
      local listener = assert(socket.bind("127.0.0.1", 0, 0))
      local _, port = listener:getsockname()
      local fillers = {}
      for index = 1, 3 do
         fillers[index] = socket.tcp()
         fillers[index]:settimeout(0)
         fillers[index]:connect("127.0.0.1", port)
      end
      finally(function()
         for _, filler in ipairs(fillers) do filler:close() end
         listener:close()
      end)
      return "http://127.0.0.1:" .. port
   end

   local function assert_not_connected(from, to, transfer)
      http.wait(engine, transfer)
      local _, err = transfer:result()
      assert.equal("timeout", err.kind)
      assert.equal("connect", err.phase)
      assert.is_true(err.elapsed >= from and err.elapsed < patient(to), err.elapsed)
   end

   it("counts no time towards the limit of connecting in which nobody drove it", function()
      local profile = assert(http.core.http.profile { connect_timeout_ms = 150, stall_timeout_ms = 5000 })
      local transfers = {}
      for index = 1, 20 do
         transfers[index] = assert(engine:enqueue({ method = "GET", url = s.url .. "/0/10", timeout_ms = 10000 },
            profile))
      end
      engine:run_due()
      burn(0.4)
      http.wait(engine, unpack(transfers))
      for _, transfer in ipairs(transfers) do assert.is_nil(select(2, transfer:result())) end
      -- their handles, which go on to others, have their own limit again
      assert_not_connected(0.15, 0.35, assert(engine:enqueue({ method = "GET", url = full_listener(),
         timeout_ms = 10000 }, profile)))
   end)

   it("still ends connecting, after it was late", function()
      local transfer = assert(http.add(engine, { url = full_listener(), timeout_ms = 10000, connect_timeout_ms = 200 }))
      burn(0.3)
      assert_not_connected(0.3, 0.7, transfer)
   end)
end)
