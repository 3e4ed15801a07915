-- https in both directions: clients of the emulator, and the calls that testConnection makes.
local certificates = require "spec.support.certificates"
local emulator = require "personalize.emulator"
local personalize = require "personalize"
local process = require "spec.support.emulator_process"

describe("over TLS", function()
   local folder
   setup(function()
      folder = os.tmpname()
      os.remove(folder)
      os.execute("mkdir " .. folder)
      certificates.make(folder, { server = "IP:127.0.0.1,DNS:localhost", client = "DNS:client" })
   end)
   teardown(function() os.execute("rm -r " .. folder) end)

   local function file(name) return folder .. "/" .. name end

   local function start(options)
      local given = { seed = true, tls_cert = file "server.pem", tls_key = file "server.key", ca_file = file "ca.pem" }
      for name, value in pairs(options or {}) do given[name] = value end
      return assert(emulator.start(given))
   end

   local function client_of(e) return assert(personalize.new(e:options())) end

   it("serves clients that trust its authority", function()
      local e = start()
      finally(function() e:stop() end)
      assert.matches("^https://127%.0%.0%.1:%d+$", e.url)
      assert.equal(file "ca.pem", e:options().ca_file)
      assert.same({ "PERSONALIZE_CA_FILE", file "ca.pem" }, e:environment()[5])
      local client = client_of(e)
      assert.equal(3, #assert(client.connections.list()))
      client:close()
      local options = e:options()
      options.ca_file = nil
      options.retry = false
      client = assert(personalize.new(options))
      local none, err = client.connections.list()
      assert.is_nil(none)
      assert.equal("tls", err.kind)
      client:close()
   end)

   it("keeps the name localhost, for certificates that are of it", function()
      local e = start { address = "localhost" }
      assert.matches("^https://localhost:%d+$", e.url)
      local client = client_of(e)
      assert.equal(3, #assert(client.connections.list()))
      client:close()
      e:stop()
   end)

   it("resets and truncates there too", function()
      local e = start()
      finally(function() e:stop() end)
      local client = client_of(e)
      e:fail { path = "/v2/*", reset = true }:fail { path = "/v2/*", truncate = 10 }
      local list = assert(client.connections.list())
      assert.equal(3, #list)
      assert.equal(4, e:counts().requests) -- with the token
      client:close()
   end)

   it("calls itself in the published example: token and call", function()
      local e = start()
      finally(function() e:stop() end)
      local client = client_of(e)
      local outcome = assert(client.connections.test(assert(client.connections.find "First web service")))
      assert.equal(200, outcome.status)
      assert.equal("Offer for the weather", outcome.body.name)
      client:close()
   end)

   it("refuses a certificate or key that is not one", function()
      for _, case in ipairs {
         { { tls_cert = file "none.pem" }, "cannot read .*none.pem: No such file" },
         { { tls_key = file "ca.pem" }, "cannot serve https with " },
         { { tls_cert = file "client.ext" }, "cannot serve https with " },
         { { tls_key = folder }, "cannot read .*: " },
      } do
         local given = { tls_cert = file "server.pem", tls_key = file "server.key" }
         for name, value in pairs(case[1]) do given[name] = value end
         local none, err = emulator.start(given)
         assert.is_nil(none)
         assert.equal("config", err.kind)
         assert.matches(case[2], err.message)
      end
      local none, err = emulator.start { tls_cert = file "server.pem" }
      assert.is_nil(none)
      assert.equal("tls_cert and tls_key go together", err.message)
   end)

   -- `openssl s_server -www` answers any GET with a page about the connection, and demands a certificate.
   local function demanding_server()
      local port = 20000 + math.random(20000)
      local pipe = io.popen(("openssl s_server -accept %d -cert %s -key %s -CAfile %s -Verify 1 -verify_return_error "
         .. "-www >/dev/null 2>&1 & echo $!"):format(port, file "server.pem", file "server.key", file "ca.pem"))
      local pid = pipe:read "*n"
      pipe:close()
      local socket = require "socket"
      for _ = 1, 200 do
         local probe = socket.connect("127.0.0.1", port)
         if probe then
            probe:close()
            break
         end
         socket.sleep(0.02)
      end
      return port, function() os.execute("kill " .. pid) end
   end

   it("presents its client certificate where a connection wants mutual TLS", function()
      local port, stop = demanding_server()
      finally(stop)
      local definition = {
         name = "Mutual", systemType = "DATA_SYSTEM", auth = { authType = "NONE", useMutualTls = true },
         request = { requestType = "GET", connectionUrl = ("https://127.0.0.1:%d/"):format(port) },
      }
      local e = start { client_cert = file "client.pem", client_cert_key = file "client.key" }
      local client = client_of(e)
      local outcome = assert(client.connections.test(definition))
      assert.equal(200, outcome.status)
      assert.matches("Client certificate", outcome.body)
      definition.auth.useMutualTls = false
      outcome = assert(client.connections.test(definition))
      assert.is_nil(outcome.status)
      assert.is_string(outcome.error.message)
      client:close()
      e:stop()
      e = start()
      client = client_of(e)
      definition.auth.useMutualTls = true
      outcome = assert(client.connections.test(definition))
      assert.equal("configuration", outcome.error.stage)
      assert.matches("client_cert", outcome.error.message)
      client:close()
      e:stop()
   end)

   it("is an option of the command too", function()
      local running = process.start(("--json --quiet --tls-cert %s --tls-key %s --ca-file %s"):format(
         file "server.pem", file "server.key", file "ca.pem"))
      finally(function() running:clean() end)
      assert.matches("^https://", running.url)
      assert.equal(file "ca.pem", running.json.environment.PERSONALIZE_CA_FILE)
      local client = assert(personalize.new(running.json.options))
      assert.equal(0, #assert(client.connections.list()))
      client:close()
   end)
end)

describe("a public URL", function()
   it("is what clients are told, and what connections say", function()
      local e = assert(emulator.start { public_url = "http://emulator:8080", seed = true })
      finally(function() e:stop() end)
      assert.equal("http://emulator:8080", e.url)
      assert.same({ "emulator" }, e:options().plain_http_hosts)
      assert.equal("http://emulator:8080/oauth/token", e:options().token_url)
      assert.is_nil(assert(emulator.start { public_url = "http://localhost:1" }):options().plain_http_hosts)
      for _, given in ipairs { "emulator:8080", "http://emulator/", "ftp://x", "http://a b" } do
         assert.error_matches(function() emulator.start { public_url = given } end, 'option "public_url"')
      end
   end)
end)
