-- Many calls at once: order, errors, nesting, an early end.
local personalize = require "personalize"
local emulator = require "personalize.emulator"
local patient = require "spec.support.patient"
local server = require "spec.support.server"

local function definition(name)
   return { name = name, systemType = "DATA_SYSTEM", auth = { authType = "NONE" },
      request = { requestType = "GET", connectionUrl = "https://example.com/" .. name } }
end

describe("map", function()
   describe("with a service", function()
      local service, client, connections

      before_each(function()
         service = assert(emulator.start {})
         client = assert(personalize.new(service:options()))
         connections = client.connections
      end)
      after_each(function() service:stop() end)

      it("creates, updates and retrieves many at a time, in order", function()
         local definitions = {}
         for index = 1, 60 do definitions[index] = definition("c" .. index) end
         local created, errors = connections.create_all(definitions, { concurrency = 8 })
         assert.same({}, errors)
         assert.equal(60, created.n)
         for index = 1, 60 do
            assert.equal("c" .. index, created[index].name)
            created[index].description = "number " .. index
         end
         local seen = {}
         local updated, update_errors = connections.update_all(created, { concurrency = 8,
            on_progress = function(done, total, item, result)
               seen[#seen + 1] = done
               assert.equal(60, total)
               assert.equal(item.ref, result.ref)
            end })
         assert.same({}, update_errors)
         assert.equal(60, #seen)
         assert.equal(60, seen[60])
         assert.equal("number 33", updated[33].description)
         local retrieved = personalize.map(created, function(connection) return connections.get(connection) end)
         for index = 1, 60 do assert.equal("number " .. index, retrieved[index].description) end
         assert.equal(1, service:counts().tokens)
         assert.equal(60, service:counts().creates)
      end)

      it("reads the answers that came while an item was at work past their time", function()
         local ref = assert(connections.create(definition "Late")).ref
         -- all are sent before the first answer
         service:fail { path = "/v2/connections/*", delay = 0.2, times = 1 }
         service:fail { path = "/v2/connections/*", delay = 0.4, times = 39 }
         local busy = false
         local results, errors = personalize.map({ n = 40, ("x"):rep(40):byte(1, 40) }, function()
            local connection, err = connections.get(ref, { timeout = 1, retry = false })
            local ends = personalize.now() + (busy and 0 or 1.2)
            busy = true
            repeat until personalize.now() >= ends
            return connection, err
         end, { concurrency = 40 })
         assert.same({}, errors)
         assert.equal(40, #results)
      end)

      it("works within itself", function()
         local outer = personalize.map({ 1, 2, 3 }, function(number)
            local inner, errors = personalize.map({ "a", "b" }, function(letter)
               return connections.create(definition(letter .. number))
            end)
            assert.same({}, errors)
            return inner[1].name .. inner[2].name
         end)
         assert.same({ "a1b1", "a2b2", "a3b3", n = 3 }, outer)
      end)

      it("collects what fn raises and what it returns as nil, err", function()
         local boom = {}
         local results, errors = personalize.map({ 1, 2, 3, 4 }, function(number)
            if number == 1 then error(boom) end
            if number == 2 then return connections.get "00000000-0000-4000-8000-000000000000" end
            if number == 3 then return nil end
            return number
         end)
         assert.same({ true, n = 1 }, (personalize.map({ 1 }, function() return true, "more" end)))
         assert.same({ nil, nil, nil, 4, n = 4 }, results)
         assert.equal(boom, errors[1])
         assert.equal("not_found", errors[2].kind)
         assert.is_nil(errors[3])
      end)

      it("says of an error who called it, which the stack of its item does not tell", function()
         local line = debug.getinfo(1, "l").currentline + 1
         local _, errors = personalize.map({ "a", "b" }, function(name) return connections.get(name) end)
         for index = 1, 2 do
            local before, after = errors[index].traceback:match "^(.*)\ncalled by personalize.map: (.*)$"
            assert.matches("^stack traceback:\n.*resource/call.lua:", before)
            assert.matches("^stack traceback:\n%s+[^\n]*map_spec.lua:" .. line .. ":", after)
         end
         local one = errors[1]
         line = debug.getinfo(1, "l").currentline + 1
         local _, shared = personalize.map({ 1, 2 }, function() return nil, one end)
         assert.equal(one, shared[2])
         local _, times = one.traceback:gsub("map_spec.lua:" .. line .. ":", "")
         assert.equal(1, times)
      end)

      it("tests many", function()
         local results, errors = connections.test_all({ definition "a" }, { concurrency = 2, timeout = 10 })
         assert.same({}, errors)
         assert.equal(1, results.n)
      end)

      it("refuses what is no list, no function and no concurrency", function()
         local function refused(pattern, ...)
            local fine, message = pcall(...)
            assert.is_false(fine)
            assert.matches(pattern, message)
         end
         refused("bad argument #1 to 'personalize.map' %(expected a table, got nil%)", personalize.map)
         refused("bad argument #2", personalize.map, {})
         for _, concurrency in ipairs { 0, -1, 1.5, "4", 0 / 0 } do
            refused('option "concurrency": expected a positive integer', personalize.map, {}, print,
               { concurrency = concurrency })
         end
         refused("bad argument #1 to 'connections.create_all'", connections.create_all)
         refused('unknown option "concurency" %(did you mean "concurrency"', connections.create_all, {},
            { concurency = 1 })
      end)

      it("blocks in a coroutine of somebody else's, and below a C function", function()
         local created = assert(connections.create(definition "x"))
         local results = personalize.map({ 1, 2 }, function()
            local found
            local get = coroutine.wrap(function() return connections.get(created).name end)
            local text = ("a"):gsub("a", function()
               found = connections.get(created).name
               return "b"
            end)
            return text .. found .. get()
         end)
         assert.same({ "bxx", "bxx", n = 2 }, results)
      end)

      it("sends what an item asked for while others take their time", function()
         local listener = assert(require("socket").bind("127.0.0.1", 0))
         finally(function() listener:close() end)
         listener:settimeout(patient(5))
         local _, port = listener:getsockname()
         local other = assert(personalize.new { base_url = "http://127.0.0.1:" .. port, access_token = "t",
            retry = false })
         local results, errors = personalize.map({ "call", "work", "accept" }, function(task)
            if task == "call" then return other.connections.get "sent" end
            if task == "accept" then
               assert(listener:accept(), "the call was kept back"):close()
               return "accepted"
            end
            local busy_until = personalize.now() + 0.01
            repeat until personalize.now() > busy_until
            return "worked"
         end)
         assert.same({ nil, "worked", "accepted", n = 3 }, results)
         assert.equal("network", errors[1].kind)
      end)

      it("says so when fn yields by itself", function()
         local _, errors = personalize.map({ 1 }, function() coroutine.yield() end)
         assert.equal("fn yielded by itself: only calls of this library can wait in personalize.map", errors[1])
      end)
   end)

   describe("with a service that takes its time", function()
      -- counts how many requests are under way at once; /slow takes 5 s, /busy<n> says 429 for the first n
      local behaviour = [[
         local open, most, refused = 0, 0, {}
         return function(connection)
            for request in function() return connection:request() end do
               if request.path == "/most" then
                  connection:answer(tostring(most))
                  most = 0
               elseif request.path:find "busy" and (refused[request.path] or 0) < 1 then
                  refused[request.path] = 1
                  connection:respond(429, { "Content-Length: 0", "Retry-After: 0" })
               else
                  open = open + 1
                  most = math.max(most, open)
                  connection:sleep(request.path:find "slow" and 5 or 0.03)
                  open = open - 1
                  connection:answer "{}"
               end
            end
         end]]
      local service, client

      setup(function()
         service = server.start(behaviour)
         client = assert(personalize.new { base_url = service.url, access_token = "t", timeout = 20,
            retry = { base_delay = 0.01 } })
      end)
      teardown(function() service:stop() end)

      local function get(path)
         return function(number) return client:request { path = path .. number } end
      end

      local function most()
         return assert(client:request { path = "/most" })
      end

      local function numbers(count)
         local list = {}
         for index = 1, count do list[index] = index end
         return list
      end

      it("has as many in flight as it was told", function()
         most()
         local _, errors = personalize.map(numbers(30), get "/item", { concurrency = 7 })
         assert.same({}, errors)
         assert.equal(7, most())
         personalize.map(numbers(9), get "/item")
         assert.equal(4, most())
         personalize.map(numbers(3), get "/item", { concurrency = 1 })
         assert.equal(1, most())
      end)

      it("slows down after a 429 and recovers", function()
         most()
         local _, errors = personalize.map(numbers(16), get "/busy", { concurrency = 16 })
         assert.same({}, errors)
         assert.is_true(most() <= 12)
      end)

      it("loses no item after a 429: each has its result, and the limit is reached again", function()
         local seen = {}
         local function count(number)
            seen[number] = (seen[number] or 0) + 1
            return assert(client:request { path = number <= 16 and "/busy" or "/item" })
         end
         local results, errors = personalize.map(numbers(60), count, { concurrency = 16 })
         assert.same({}, errors)
         for number = 1, 60 do
            assert.equal(1, seen[number])
            assert.is_not_nil(results[number], number)
         end
         most()
         assert.same({}, select(2, personalize.map(numbers(30), get "/item", { concurrency = 16 })))
         assert.equal(16, most())
      end)

      it("names the error that stopped it as the cause of what was cancelled", function()
         local _, errors = personalize.map(numbers(4), function()
            return client:request { path = "item" }
         end, { concurrency = 1, stop_on_error = true })
         assert.equal("cancelled", errors[2].kind)
         assert.is_true(rawequal(errors[1], errors[2].cause))
      end)

      it("leaves nothing in flight when it is stopped by an error", function()
         local started = personalize.now()
         local results, errors = personalize.map(numbers(20), function(number)
            if number == 3 then
               client:request { path = "/item" }
               return nil, "enough"
            end
            local value, err = client:request { path = "/slow" .. number }
            return value, err
         end, { concurrency = 5, stop_on_error = true })
         assert.is_true(personalize.now() - started < patient(4))
         assert.equal("enough", errors[3])
         assert.equal("cancelled", errors[1].kind)
         assert.equal("cancelled", errors[20].kind)
         assert.matches("was not started: stopped after the error of item 3", errors[20].message)
         assert.same({ n = 20 }, results)
         -- another map is not affected
         assert.same({}, select(2, personalize.map(numbers(3), get "/item")))
      end)

      it("is cancelled by an error in on_progress, and keeps what is done", function()
         local results, errors = personalize.map(numbers(20), function(number) return number end, {
            concurrency = 2,
            on_progress = function(done) if done == 5 then error "that will do" end end,
         })
         for index = 1, 5 do assert.equal(index, results[index]) end
         assert.matches("that will do", errors[6].message)
         assert.equal("cancelled", errors[20].kind)
      end)

      it("ends an item that does not take cancellation for an answer", function()
         local calls = 0
         local _, errors = personalize.map(numbers(2), function(number)
            if number == 2 then return nil, "stop" end
            while true do
               calls = calls + 1
               client:request { path = "/slow" }
            end
         end, { concurrency = 2, stop_on_error = true })
         assert.equal("cancelled", errors[1].kind)
         assert.equal(102, calls) -- one that was cancelled, 100 that fail, one that raises
      end)

      it("says of a create that was cancelled in flight that its outcome is unknown", function()
         local _, errors = personalize.map({ "slow", "stop" }, function(name)
            if name == "stop" then
               client:request { path = "/item" }
               return nil, "stop"
            end
            return client:request { method = "POST", path = "/slow", body = {} }
         end, { stop_on_error = true })
         assert.equal("ambiguous", errors[1].kind)
         assert.equal("unknown", errors[1].outcome)
      end)
   end)
end)
