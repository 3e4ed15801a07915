-- TLS and HTTP/2, with an nginx at the other end.
local certificates = require "spec.support.certificates"
local http = require "spec.support.http"
local libcurl = require "spec.support.libcurl"
local nginx = require "spec.support.nginx"
local patient = require "spec.support.patient"

describe("over TLS", function()
   local engine, server, folder

   setup(function()
      folder = nginx.folder()
      certificates.make(folder, {
         server = "DNS:localhost,IP:127.0.0.1", elsewhere = "DNS:elsewhere.example", client = "DNS:client",
      })
      for name, count in pairs { body = 1000, large = 20000 } do
         local file = assert(io.open(("%s/%s.json"):format(folder, name), "w"))
         file:write((([[{"name":"x"}]]):rep(count)))
         file:close()
      end
      server = nginx.start(folder, ([[
         server { listen 127.0.0.1:%PORT1% ssl http2; ssl_certificate %FOLDER%/server.pem;
                  ssl_certificate_key %FOLDER%/server.key; root %FOLDER%;
                  location = /echo { proxy_set_header X-Http2 $http2;
                                     proxy_pass http://127.0.0.1:%PORT5%; } }
         server { listen 127.0.0.1:%PORT2% ssl; ssl_certificate %FOLDER%/elsewhere.pem;
                  ssl_certificate_key %FOLDER%/elsewhere.key; location / { return 200 "never"; } }
         server { listen 127.0.0.1:%PORT3% ssl; ssl_certificate %FOLDER%/server.pem; ssl_verify_client on;
                  ssl_client_certificate %FOLDER%/ca.pem; ssl_certificate_key %FOLDER%/server.key;
                  location / { return 200 "$ssl_client_s_dn"; } }
         server { listen 127.0.0.1:%PORT4% ssl; ssl_certificate %FOLDER%/server.pem; ssl_protocols TLSv1.1;
                  ssl_certificate_key %FOLDER%/server.key; ssl_ciphers "ALL:@SECLEVEL=0";
                  location / { return 200 "never"; } }
         server { listen 127.0.0.1:%PORT5%;
                  location / { return 200 "$http_x_http2 $http_authorization $request_method"; } }
      ]]))
   end)
   teardown(function() server:stop() end)
   before_each(function() engine = http.core.http.engine() end)
   after_each(function() engine:close() end)

   local function ask(number, path, change)
      local spec = { url = ("https://127.0.0.1:%d%s"):format(server.ports[number], path),
                     ca_file = folder .. "/ca.pem" }
      for name, value in pairs(change or {}) do spec[name] = value end
      if spec.ca_file == "" then spec.ca_file = nil end
      return http.run(engine, spec)
   end

   -- So many transfers beside one another, all done.
   local function ask_at_once(count, path)
      local transfers = {}
      for i = 1, count do
         transfers[i] = http.add(engine, { ca_file = folder .. "/ca.pem",
            url = ("https://127.0.0.1:%d%s"):format(server.ports[1], path) })
      end
      http.wait(engine, (table.unpack or unpack)(transfers))
      return transfers
   end

   it("speaks HTTP/2 when it may, else HTTP/1.1", function()
      local result = assert(ask(1, "/body.json"))
      assert.equal("2", result.http_version)
      assert.equal(12000, #result.body)
      assert.equal("application/json", http.header(result, "content-type"))
      -- libcurl before 7.77 would take the connection that is there
      if not libcurl.is_at_least "7.77" then engine:close() engine = http.core.http.engine() end
      assert.equal("1.1", ask(1, "/body.json", { http2 = false }).http_version)
   end)

   it("sends bodies over HTTP/2", function()
      for _, replayable in ipairs { true, false } do
         local result = assert(ask(1, "/echo", { method = "POST", body = ("x"):rep(300000),
            headers = { { "Authorization", "Bearer t" } }, replayable = replayable }))
         assert.equal("h2 Bearer t POST", result.body)
      end
   end)

   -- What libcurl has read of one stream while it read for another must not wait for the next byte.
   it("carries many large answers on one connection", function()
      for _, transfer in ipairs(ask_at_once(40, "/large.json")) do
         local result = assert(transfer:result())
         assert.equal("2", result.http_version)
         assert.equal(240000, #result.body)
         assert.is_true(result.elapsed < patient(5))
      end
   end)

   it("carries many transfers on one connection", function()
      local connections = 0
      for _, transfer in ipairs(ask_at_once(50, "/body.json")) do
         local result = assert(transfer:result())
         assert.equal("2", result.http_version)
         if not result.reused then connections = connections + 1 end
      end
      assert.equal(1, connections)
   end)

   it("trusts nobody but the authorities given", function()
      local result, err = ask(1, "/", { ca_file = "" })
      assert.is_nil(result)
      assert.equal("tls", err.kind)
      assert.is_false(err.sent)
      result, err = ask(2, "/")
      assert.is_nil(result)
      assert.equal("tls", err.kind)
      assert.is_false(err.sent)
   end)

   it("speaks TLS 1.2 at least", function()
      local result, err = ask(4, "/")
      assert.is_nil(result)
      assert.equal("tls", err.kind)
   end)

   it("takes authorities from a folder, too", function()
      os.execute(("mkdir %s/authorities; cp %s/ca.pem %s/authorities; openssl rehash %s/authorities")
         :format(folder, folder, folder, folder))
      assert.equal(200, ask(1, "/body.json", { ca_file = "", ca_path = folder .. "/authorities" }).status)
   end)

   it("shows a client certificate", function()
      assert.equal(400, ask(3, "/").status)
      local result = assert(ask(3, "/", { client_cert = folder .. "/client.pem",
                                          client_cert_key = folder .. "/client.key" }))
      assert.equal("CN=client", result.body)
   end)

   it("says when a file of the configuration is bad", function()
      for _, change in ipairs {
         { ca_file = "/nowhere.pem" }, { client_cert = "/nowhere.pem" },
         { client_cert = folder .. "/client.pem", client_cert_key = folder .. "/server.key" },
      } do
         local result, err = ask(1, "/", change)
         assert.is_nil(result)
         assert.equal("config", err.kind, err.message)
         assert.is_false(err.sent)
      end
      -- GnuTLS takes a file without certificates for one that trusts nobody
      local result, err = ask(1, "/", { ca_file = "/etc/hostname" })
      assert.is_nil(result)
      assert.is_true(err.kind == "config" or err.kind == "tls")
      assert.matches("/etc/hostname", err.message)
      assert.is_false(err.sent)
   end)

   it("reuses connections", function()
      assert.is_false(ask(1, "/body.json").reused)
      assert.is_true(ask(1, "/body.json").reused)
   end)
end)
