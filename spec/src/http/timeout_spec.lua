-- Three limits on time: of the whole, until connected, and without a byte.
local http = require "spec.support.http"
local patient = require "spec.support.patient"
local server = require "spec.support.server"
local socket = require "socket"

describe("a time limit", function()
   local engine

   setup(function() engine = http.core.http.engine() end)
   teardown(function() engine:close() end)

   local function run(behaviour, spec)
      local s = server.start("return function(connection) " .. behaviour .. " end")
      finally(function() s:stop() end)
      spec.url = s.url
      return http.run(engine, spec)
   end

   local function assert_timed_out(phase, from, to, result, err)
      assert.is_nil(result)
      assert.equal("timeout", err.kind)
      assert.equal(phase, err.phase)
      assert.is_true(err.elapsed >= from, err.elapsed)
      assert.is_true(err.elapsed < patient(to), err.elapsed)
   end

   it("ends the whole", function()
      local result, err = run("connection:request() connection:sleep(5)", { timeout_ms = patient(200) })
      assert_timed_out("total", 0.2, 0.3, result, err)
      assert.is_true(err.sent)
      assert.matches(("%d ms"):format(patient(200)), err.message)
   end)

   it("ends the whole even while bytes come", function()
      local result, err = run([[ connection:request()
         connection:send "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"
         for _ = 1, 100 do connection:send "x" connection:sleep(0.02) end ]],
         { timeout_ms = 300, stall_timeout_ms = patient(100) })
      assert_timed_out("total", 0.3, 0.4, result, err)
      assert.equal(200, err.status)
   end)

   -- A listener whose queue is full lets nobody connect, and refuses nobody.
   it("ends connecting", function()
      local listener = assert(socket.bind("127.0.0.1", 0, 0))
      local _, port = listener:getsockname()
      local fillers = {}
      for i = 1, 3 do
         fillers[i] = socket.tcp()
         fillers[i]:settimeout(0)
         fillers[i]:connect("127.0.0.1", port)
      end
      finally(function()
         for _, filler in ipairs(fillers) do filler:close() end
         listener:close()
      end)
      local result, err = http.run(engine,
         { url = "http://127.0.0.1:" .. port, timeout_ms = 3000, connect_timeout_ms = 150 })
      assert_timed_out("connect", 0.15, 0.3, result, err)
      assert.is_false(err.sent)
      result, err = http.run(engine, { url = "http://127.0.0.1:" .. port, timeout_ms = 150 })
      assert_timed_out("total", 0.15, 0.3, result, err)
      assert.is_false(err.sent)
   end)

   it("ends a TLS handshake that goes nowhere", function()
      local s = server.start "return function(connection) connection:sleep(5) end"
      finally(function() s:stop() end)
      local function shake_hands()
         return http.run(engine, { url = s.url:gsub("http:", "https:"), timeout_ms = patient(3000),
            connect_timeout_ms = 150 })
      end
      shake_hands() -- the first reads the system's authorities
      local result, err = shake_hands()
      assert_timed_out("connect", 0.15, 0.3, result, err)
      assert.is_false(err.sent)
   end)

   it("ends a stall before the answer", function()
      local result, err = run("connection:request() connection:sleep(5)",
         { timeout_ms = 5000, stall_timeout_ms = 200 })
      assert_timed_out("stall", 0.2, 0.25, result, err)
      assert.is_true(err.sent)
   end)

   it("ends a stall within the headers", function()
      local result, err = run([[ connection:request()
         for c in ("HTTP/1.1 200 OK\r\nX-Slow: 12345678"):gmatch "." do
            connection:send(c) connection:sleep(0.02) end
         connection:sleep(5) ]], { timeout_ms = 5000, stall_timeout_ms = patient(200) })
      assert_timed_out("stall", 0.83, 1.2, result, err)
   end)

   it("ends a stall within the body", function()
      local result, err = run([[ connection:request()
         connection:send "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"
         for _ = 1, 4 do connection:send "x" connection:sleep(0.1) end
         connection:sleep(5) ]], { timeout_ms = 5000, stall_timeout_ms = patient(200) })
      assert_timed_out("stall", 0.5, 0.56, result, err)
      assert.equal(200, err.status)
   end)

   it("ends a stall while sending", function()
      local result, err = run("connection:head() connection:sleep(5)",
         { method = "POST", body = ("x"):rep(20 * 1024 * 1024), timeout_ms = 5000, stall_timeout_ms = 200 })
      assert_timed_out("stall", 0.2, 1.5, result, err) -- sending what the system takes is slow on a busy machine
   end)

   it("is no stall while bytes trickle", function()
      local result = assert(run([[ connection:request()
         for c in ("HTTP/1.1 200 OK\r\nContent-Length: 10\r\nX-Slow: 12345\r\n\r\n0123456789"):gmatch "." do
            connection:send(c) connection:sleep(0.01) end ]], { timeout_ms = 5000, stall_timeout_ms = patient(100) }))
      assert.equal("0123456789", result.body)
      assert.is_true(result.elapsed > 0.5)
   end)

   it("holds for each transfer by itself", function()
      local s = server.start [[ return function(connection)
         local request = connection:request()
         connection:sleep(tonumber(request.path:match "%d+") / 1000)
         connection:answer "x"
      end ]]
      finally(function() s:stop() end)
      local late = http.add(engine, { url = s.url .. "/1000", stall_timeout_ms = 150 })
      local good = http.add(engine, { url = s.url .. "/300", stall_timeout_ms = patient(500) })
      local later = http.add(engine, { url = s.url .. "/1000", stall_timeout_ms = 250 })
      http.wait(engine, late, good, later)
      assert_timed_out("stall", 0.15, 0.2, late:result())
      assert_timed_out("stall", 0.25, 0.3, later:result())
      assert.equal(200, good:result().status)
   end)

   it("does not wait for a name look-up that is given up", function()
      local began = http.core.now()
      local transfer = http.add(engine, { url = "http://slow.invalid/" })
      transfer:cancel()
      assert.is_true(http.core.now() - began < patient(0.2))
   end)
end)
