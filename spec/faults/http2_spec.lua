-- HTTP/2 carries many calls over one connection: what befalls one of them, and what befalls all, is told apart. What
-- befalls a single call is in the fault matrix.
local personalize = require "personalize"
local http2_server = require "spec.faults.http2"
local matrix = require "spec.faults.matrix"
local patient = require "spec.support.patient"
local tls_server = require "spec.faults.tls"
local waiting = require "personalize.http.waiting"

describe("calls that share a connection", function()
   local tls, server, client

   setup(function() tls = tls_server.start() end)
   teardown(function() tls.stop() end)
   after_each(function()
      server:stop()
      waiting.engine():close()
   end)

   local function start(behaviour, stall_timeout)
      server = http2_server.start({ on_stream = behaviour }, tls.http2_port)
      client = assert(personalize.new { base_url = tls.urls.http2, ca_file = tls.folder .. "/ca.pem",
         access_token = "token", timeout = matrix.TIMEOUTS.timeout, retry = matrix.RETRY,
         stall_timeout = stall_timeout or matrix.TIMEOUTS.stall_timeout })
   end

   local function count(method)
      local found = 0
      for _, request in ipairs(server:requests()) do
         if request.method == method then found = found + 1 end
      end
      return found
   end

   it("are told apart when the server goes away: what it took is answered, no create is sent again", function()
      start([[
         if stream.method == "GET" then return peer:json(stream, 200, '{"items":[]}') end
         pending[#pending + 1] = stream
         if #pending < 4 then return end
         table.sort(pending, function(a, b) return a.id < b.id end) -- bodies may end in another order
         peer:goaway(pending[2].id, http2.NO_ERROR)
         for index = 1, 2 do peer:json(pending[index], 201, ONE) end ]], patient(4))
      local began = personalize.now()
      local results, errors = personalize.map({ "a", "b", "c", "d" }, function(name)
         return client.connections.create { name = name, systemType = "DATA_SYSTEM", auth = { authType = "NONE" },
            request = { requestType = "GET", connectionUrl = "https://example.com/" } }
      end, { concurrency = 4 })
      local created, lost = 0, 0
      for index = 1, 4 do
         local err = errors[index]
         if results[index] then created = created + 1 end
         if err then
            lost = lost + 1
            assert.equal("ambiguous", err.kind)
            assert.equal("not_created", err.outcome)
         end
      end
      assert.is_true(personalize.now() - began < patient(4)) -- none was left to stall
      assert.equal(2, created)
      assert.equal(2, lost)
      assert.equal(4, count "POST")
      assert.equal(2, count "GET")
   end)

   it("stall alone: the others are answered meanwhile", function()
      start [[
         if stream.path:find "silent" then return end
         peer.connection:sleep(0.03)
         peer:json(stream, 200, ONE) ]]
      local began, silence = personalize.now(), nil
      local function elapsed() return personalize.now() - began end
      -- what the others get is no sign of life of the silent one, whose connection they share
      local results, errors = personalize.map({ "silent", "b", "c", "d" }, function(ref)
         repeat
            local connection, err = client.connections.get(ref, { retry = false })
            if not connection then
               silence = elapsed()
               return nil, err
            end
         until silence or elapsed() > patient(2)
         return true
      end, { concurrency = 4 })
      assert.same({ nil, true, true, true, n = 4 }, results)
      assert.is_true(silence < patient(1), silence .. " s")
      assert.equal("timeout", errors[1].kind)
      assert.equal("stall", errors[1].phase)
      assert.is_nil(next(errors, 1))
   end)

   it("are repeated each when the connection is lost", function()
      start [[
         pending[#pending + 1] = stream
         if #pending < 4 then return end
         if #pending == 4 then return peer:close() end
         peer:json(stream, 200, ONE) ]]
      local results, errors = personalize.map({ "a", "b", "c", "d" }, function(ref)
         return client.connections.get(ref)
      end, { concurrency = 4 })
      assert.same({}, errors)
      -- libcurl may repeat a request itself, or try the lost connection once more without a byte sent
      for index = 1, 4 do assert.is_true(matrix.allows({ 1, 2, 3 }, personalize.meta(results[index]).attempts)) end
      assert.equal(8, count "GET")
   end)
end)
