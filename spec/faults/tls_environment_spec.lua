-- What environment variables can do to TLS: add no authority and turn nothing off. One is libcurl's own to honour.
local child = require "spec.faults.child"
local tls_server = require "spec.faults.tls"
local read = require "spec.support.read"

local function write(path, text)
   local file = assert(io.open(path, "w"))
   file:write(text)
   file:close()
end

describe("the environment", function()
   local tls, authority

   setup(function()
      tls = tls_server.start()
      authority = tls.folder .. "/ca.pem"
   end)
   teardown(function() tls.stop() end)

   -- What comes of a list in a process with these variables: how many there are, or the error's kind.
   local function list(environment, options)
      local output, status = child.run(([[
         local client = assert(require "personalize".new {
            base_url = %q, access_token = "top-secret-token", retry = false, %s })
         local list, err = client.connections.list()
         print(list and #list or err.kind)
      ]]):format(tls.urls.right, options or ""), environment)
      assert.equal(0, status, output)
      return output
   end

   local function trusting() return ("ca_file = %q"):format(authority) end

   it("adds no authority", function()
      os.execute(("mkdir %s/hashed && cp %s %s/hashed/$(openssl x509 -hash -noout -in %s).0"):format(
         tls.folder, authority, tls.folder, authority))
      assert.equal("2\n", list({}, trusting()))
      for _, name in ipairs { "SSL_CERT_FILE", "CURL_CA_BUNDLE" } do
         assert.equal("tls\n", list { [name] = authority })
      end
      assert.equal("tls\n", list { SSL_CERT_DIR = tls.folder .. "/hashed" })
      -- and the folder is one that would do
      assert.equal("2\n", list({}, ("ca_path = %q"):format(tls.folder .. "/hashed")))
   end)

   it("takes no authority away", function()
      assert.equal("2\n", list({ SSL_CERT_FILE = "/dev/null", SSL_CERT_DIR = "/nowhere", CURL_CA_BUNDLE = "/dev/null" },
         trusting()))
   end)

   it("names OpenSSL a configuration that adds no authority and verifies no less", function()
      local configuration = tls.folder .. "/openssl.cnf"
      write(configuration, ("openssl_conf = all\n[all]\nssl_conf = ssl\n[ssl]\nsystem_default = default\n[default]\n"
         .. "VerifyCAFile = %s\nVerifyMode = Once\nMinProtocol = TLSv1\n"):format(authority))
      assert.equal("tls\n", list { OPENSSL_CONF = configuration })
      assert.equal("2\n", list({ OPENSSL_CONF = configuration }, trusting()))
   end)

   it("chooses no other TLS library", function()
      assert.equal("tls\n", list { CURL_SSL_BACKEND = "gnutls" })
      assert.equal("2\n", list({ CURL_SSL_BACKEND = "gnutls" }, trusting()))
   end)

   it("names a file for the keys of TLS, which libcurl then writes, but no credentials", function()
      local keys = tls.folder .. "/keys"
      local _, status = child.run([[ require "personalize" require "personalize.emulator" ]], { SSLKEYLOGFILE = keys })
      assert.equal(0, status)
      assert.is_nil(read(keys)) -- loading opens nothing
      assert.equal("2\n", list({ SSLKEYLOGFILE = keys }, trusting()))
      local text = read(keys)
      assert.matches("\n$", text)
      for line in text:gmatch "[^\n]+" do assert.matches("^[A-Z0-9_]+ %x+ %x+$", line) end
   end)
end)
