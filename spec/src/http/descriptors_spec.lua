-- Programs that a script starts get none of the descriptors of the engine or an emulator: sockets to the service would
-- live on in them.
local emulator = require "personalize.emulator"
local http = require "spec.support.http"
local nginx = require "spec.support.nginx"
local patient = require "spec.support.patient"
local personalize = require "personalize"
local server = require "spec.support.server"
local socket = require "socket"

-- What a program that is started now inherits beside its standard streams: what each descriptor is.
local function inherited()
   local pipe = assert(io.popen "for each in /proc/self/fd/*; do readlink $each; done 2>/dev/null")
   local found = {}
   for line in pipe:lines() do
      if line:find "^socket:" or line:find "^anon_inode:" then found[#found + 1] = line end
   end
   pipe:close()
   return found
end

describe("descriptors of the engine", function()
   it("are not inherited by programs", function()
      local before = inherited()
      local s = server.start [[ return function(connection)
         for request in function() return connection:request() end do
            if request.path:find "slow" then connection:sleep(2) end
            connection:respond(200, { "Content-Length: 2" }, "{}")
         end
      end ]]
      local client = assert(personalize.new { base_url = s.url, access_token = "token", timeout = patient(5) })
      assert(client:request { path = "/" }) -- its connection is kept alive
      local engine = http.core.http.engine()
      local transfer = http.add(engine, { url = s.url .. "/slow" })
      engine:wait(100)
      assert.is_false(transfer:done())
      assert.same(before, inherited())
      transfer:cancel()
      engine:close()
      s:stop()
   end)

   it("are not inherited from an emulator that calls out", function()
      local before = inherited()
      local target = server.start [[ return function(connection)
         connection:request()
         connection:sleep(1)
         connection:answer "{}"
      end ]]
      local service = assert(emulator.start { seed = true })
      local client = assert(personalize.new(service:options()))
      local ref, during = client.connections.list()[1].ref, nil
      local results, errors = personalize.map({ "test", "look" }, function(task)
         if task == "test" then
            return client.connections.test { name = "Slow", systemType = "DATA_SYSTEM", auth = { authType = "NONE" },
               request = { requestType = "GET", connectionUrl = target.url .. "/" } }
         end
         assert(client.connections.get(ref))
         socket.sleep(0.3) -- the test was sent; its call out is under way
         assert.equal(1, #target:requests())
         during = inherited()
         return true
      end)
      assert.same({}, errors)
      assert.equal(2, #results)
      assert.same(before, during)
      service:stop()
      target:stop()
   end)

   it("are not inherited over TLS, nor those of a proxy", function()
      local before = inherited()
      local engine = http.core.http.engine()
      local port = nginx.free_port()
      for _, spec in ipairs { { url = "https://127.0.0.1:" .. port },
         { url = "https://0.0.0.0:" .. port, proxy = "http://127.0.0.1:" .. port } } do
         http.run(engine, spec)
      end
      assert.same(before, inherited())
      engine:close()
   end)
end)
