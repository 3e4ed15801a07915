-- A name server that takes three seconds: in a process of its own, for it is a library loaded before the C library.
local child = require "spec.faults.child"
local libcurl = require "spec.support.libcurl"
local patient = require "spec.support.patient"
local server = require "spec.support.server"
local slow_lookup = require "spec.support.slow_lookup"
local text = require "personalize.text"

-- As a program has it, whatever the locale.
local function number(value) return text.number("%s", value) end

-- libcurl before 7.87 does not abandon a look-up: the call is over when the look-up is, after three seconds.
local ABANDONS = libcurl.is_at_least "7.87"
local LOOKUP = 3

describe("a slow name look-up", function()
   local library, s

   setup(function()
      library = slow_lookup.build()
      s = server.start(server.ECHO)
   end)
   teardown(function()
      os.remove(library)
      s:stop()
   end)

   local function run(script)
      local before = os.getenv "LD_PRELOAD"
      return child.run(([[
         local personalize = require "personalize"
         local function new(options)
            options.base_url, options.plain_http_hosts = "http://api.slow:%d", { "api.slow" }
            options.access_token = "token"
            return assert(personalize.new(options))
         end
         local began = personalize.now()
         local function is_within(seconds) return personalize.now() - began < seconds * %s end
      ]]):format(s.port, number(patient(1))) .. script, { LD_PRELOAD = before and before .. " " .. library or library })
   end

   it("ends at the time limit for connections, and does not hold up the end of the process", function()
      local socket = require "socket"
      local began = socket.gettime()
      local output, status = run(([[
         local _, err = new({ connect_timeout = 0.2, retry = { attempts = 2, base_delay = 0 } }).connections.list()
         print(err.kind, err.phase, err.attempts, err.retryable, is_within(%s))
         print(err.message)
      ]]):format(number(ABANDONS and 0.7 or 2 * LOOKUP + 1)))
      assert.matches("^timeout\tconnect\t2\ttrue\ttrue\n", output)
      assert.matches("no connection within %d+ ms: the host's name had not been looked up", output)
      assert.equal(0, status)
      assert.is_true(socket.gettime() - began < patient(ABANDONS and 2 or 2 * LOOKUP + 2))
   end)

   it("ends at the call's timeout; nothing was sent, so a create is not ambiguous", function()
      local output = run(([[
         local _, err = new({ timeout = 0.3 }):request { method = "POST", path = "/" }
         print(err.kind, err.phase, err.attempts, personalize.now() - began >= 0.29, is_within(%s))
      ]]):format(number(ABANDONS and 0.4 or LOOKUP + 1)))
      assert.equal("timeout\ttotal\t1\ttrue\ttrue\n", output)
   end)

   it("holds up no other call", function()
      local output = run(([[
         local other = assert(personalize.new { base_url = "http://127.0.0.1:%d", access_token = "token" })
         local slow = new { timeout = 1 }
         local _, errors = personalize.map({ slow, other, other, other }, function(client)
            local _, err = client:request { path = "/" }
            return nil, (err.kind == "decode" and is_within(0.5)) and "quick" or err.kind
         end)
         print(errors[1], errors[2], errors[3], errors[4])
      ]]):format(s.port))
      assert.equal("timeout\tquick\tquick\tquick\n", output)
   end)

   -- `call_all` calls with all clients at once; `told` counts what the calls ended with. For "watch" it counts the
   -- threads while the others' look-ups go on.
   local MANY = [[
      local function threads()
         for line in io.lines "/proc/self/status" do
            local count = line:match "^Threads:%s+(%d+)"
            if count then return tonumber(count) end
         end
      end
      local function new_for(host, options)
         options.base_url, options.plain_http_hosts = "http://" .. host .. ":" .. PORT, { host }
         options.access_token, options.retry = "token", false
         return assert(personalize.new(options))
      end
      local told, most_threads
      local function call_all(clients, path)
         told, most_threads = {}, 0
         personalize.map(clients, function(client)
            if client == "watch" then
               new_for("127.0.0.1", {}):request { path = "/" }
               most_threads = threads()
               return true
            end
            local answer, err = client:request { path = path or "/" }
            local word = "answered"
            if not answer and err.kind ~= "decode" then
               word = err.message:match "for %d+ other look%-ups" or err.message:match "had not been looked up"
                  or err.message
            end
            told[word] = (told[word] or 0) + 1
            return true
         end, { concurrency = #clients })
      end
   ]]

   local function run_many(script)
      return run(("local PORT = %d\n"):format(s.port) .. MANY .. script)
   end

   -- Without a thread of its own that goes on, a look-up that is abandoned ends with the call.
   if ABANDONS then
      it("has 20 threads at most; the other calls fail at their time limit, and say why", function()
         local output, status = run_many [[
            local clients = {}
            for index = 1, 60 do clients[index] = new_for(index .. ".stuck", { connect_timeout = 0.3 }) end
            clients[61] = "watch"
            call_all(clients)
            print(most_threads, (told["had not been looked up"] or 0) + (told["for 20 other look-ups"] or 0))
            print(told["for 20 other look-ups"])
            call_all(clients) -- the threads are at it still
            print(most_threads, (told["had not been looked up"] or 0) + (told["for 20 other look-ups"] or 0))
         ]]
         local of_libcurl = libcurl.is_at_least "8.20"
         assert.equal("21\t60\n" .. (of_libcurl and "nil" or "40") .. "\n21\t60\n", output)
         assert.equal(0, status)
      end)

      it("holds up no call whose connection is open, though no place is left", function()
         local output = run_many [[
            local open = new_for("open.slow", { connect_timeout = 30 })
            call_all { open }
            print(told.answered)
            local clients = {}
            for index = 1, 30 do clients[index] = new_for(index .. ".stuck", { connect_timeout = 0.2 }) end
            call_all(clients)
            call_all { open }
            print(told.answered)
         ]]
         assert.equal("1\n1\n", output)
      end)

      it("holds up no other name for long, once those that hold the places were given up", function()
         local output = run_many [[
            local clients = {}
            for index = 1, 30 do clients[index] = new_for(index .. ".stuck", { connect_timeout = 0.2 }) end
            call_all(clients)
            call_all { new_for("other.slow", { connect_timeout = 20 }) }
            print(told.answered)
         ]]
         assert.equal("1\n", output)
      end)

      it("holds up no call to an address or to localhost, though no place is left and it is the first", function()
         local output = run_many [[
            local clients = {}
            for index = 1, 30 do clients[index] = new_for(index .. ".stuck", { connect_timeout = 0.2 }) end
            call_all(clients)
            call_all { new_for("127.0.0.1", {}), new_for("localhost", {}) }
            print(told.answered)
            -- the proxy would look for it; this one speaks no TLS
            local behind = assert(personalize.new { base_url = "https://1.stuck", access_token = "token", retry = false,
               proxy = "http://127.0.0.1:" .. PORT })
            local _, err = behind:request { path = "/" }
            print(err.kind)
         ]]
         assert.equal("2\ntls\n", output)
      end)

      it("fails a call that waited at its time to connect, over https too", function()
         local output = run_many [[
            local function to(host, connect_timeout)
               return assert(personalize.new { base_url = "https://" .. host .. ":" .. PORT, access_token = "token",
                  retry = false, connect_timeout = connect_timeout })
            end
            local clients, waited = {}, to("x.stuck", 3.5)
            for index = 1, 20 do clients[index] = to(index .. ".slow", 30) end
            clients[21] = waited
            personalize.map(clients, function(client)
               local _, err = client:request { path = "/" }
               if client == waited then print(err.kind, err.phase, is_within(5.5)) end
            end, { concurrency = 21 })
         ]]
         assert.equal("timeout\tconnect\ttrue\n", output)
      end)

      it("takes no place longer than it goes on, behind a SOCKS proxy that leaves it to the client", function()
         local socks = server.start [[
            return function(connection)
               while #connection.buffer < 9 do
                  if not connection:fill() then return end
               end
               connection.buffer = connection.buffer:sub(10)
               connection:send("\0\90" .. ("\0"):rep(6))
               if connection:request() then
                  connection:sleep(4)
                  connection:answer "x"
               end
            end]]
         finally(function() socks:stop() end)
         local output = run(([[
            local engine, transfers = require "personalize.core".http.engine(), {}
            for index = 1, 25 do
               transfers[index] = assert(engine:enqueue { method = "GET", url = "http://one.slow/", timeout_ms = 60000,
                  connect_timeout_ms = 6500, http2 = false, proxy = "socks4://127.0.0.1:%d" })
            end
            while engine:active() > 0 do engine:wait(1000) end
            local told = {}
            for _, transfer in ipairs(transfers) do
               local answer, err = transfer:result()
               local word = answer and answer.status or err.message
               told[word] = (told[word] or 0) + 1
            end
            print(told[200], next(told, next(told)))
         ]]):format(socks.port))
         assert.equal("25\tnil\n", output)
      end)

      it("lets those that waited go on when the name is known", function()
         local output = run_many [[
            local client, clients = new_for("one.slow", { connect_timeout = 30 }), {}
            for index = 1, 60 do clients[index] = client end
            call_all(clients)
            print(threads() <= 21, told.answered)
         ]]
         assert.equal("true\t60\n", output)
      end)

      it("lets those that waited be cancelled", function()
         local output = run_many [[
            local client, clients = new_for("one.stuck", { connect_timeout = 30 }), {}
            for index = 1, 40 do clients[index] = client end
            local _, errors = personalize.map(clients, function(each, index)
               return each:request { path = "/", timeout = index == 1 and 0.3 or nil }
            end, { concurrency = 40, stop_on_error = true })
            local count = {}
            for _, err in pairs(errors) do count[err.kind] = (count[err.kind] or 0) + 1 end
            print(count.timeout, count.cancelled, is_within(2))
         ]]
         assert.equal("1\t39\ttrue\n", output)
      end)
   end
end)
