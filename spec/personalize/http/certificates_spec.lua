-- Certificates that change while a client lives, keys that are encrypted, clients that are not one another, folders.
local certificates = require "spec.support.certificates"
local nginx = require "spec.support.nginx"
local patient = require "spec.support.patient"
local personalize = require "personalize"

local function run(command)
   local done = os.execute(command .. " >/dev/null 2>&1 </dev/null")
   assert(done == true or done == 0, command)
end

describe("certificates", function()
   local folder, other, server

   -- One port's certificate is of the one authority, the other's of another.
   setup(function()
      folder, other = nginx.folder(), nginx.folder()
      certificates.make(folder, { server = "IP:127.0.0.1", client = "DNS:client", second = "DNS:second" })
      certificates.make(other, { server = "IP:127.0.0.1" })
      server = nginx.start(folder, (([[
         server { listen 127.0.0.1:%PORT1% ssl; ssl_certificate %FOLDER%/server.pem;
                  ssl_certificate_key %FOLDER%/server.key; keepalive_requests 3;
                  location / { return 200 '{"connection":"$connection"}'; } }
         server { listen 127.0.0.1:%PORT2% ssl; ssl_certificate OTHER/server.pem;
                  ssl_certificate_key OTHER/server.key; location / { return 200 '{}'; } }
         server { listen 127.0.0.1:%PORT3% ssl; ssl_certificate %FOLDER%/server.pem; ssl_verify_client optional;
                  ssl_client_certificate %FOLDER%/ca.pem; ssl_certificate_key %FOLDER%/server.key;
                  location / { return 200 '{"who":"$ssl_client_s_dn","connection":"$connection"}'; } }
      ]]):gsub("OTHER", other)))
      local there = "cd " .. folder .. " && "
      run(there .. "openssl ec -in client.key -aes128 -passout pass:hush-hush -out client.enc")
      run(there .. "openssl pkcs8 -topk8 -in client.key -passout pass:hush-hush -out client.p8")
      run(there .. "(cat client.pem client.p8 >client.both)")
   end)
   teardown(function()
      server:stop()
      os.execute("rm -rf " .. other)
   end)

   local function new(port, options)
      options.base_url = "https://127.0.0.1:" .. server.ports[port]
      options.access_token, options.retry, options.timeout = "token-that-was-given", false, patient(5)
      return personalize.new(options)
   end

   local function ask(port, options)
      return assert(new(port, options)):request { path = "/" }
   end

   local function install(bundle, path)
      run(("cp %s/ca.pem %s.new && mv %s.new %s"):format(bundle, path, path, path))
   end

   it("that are renewed count for the next connection, and those taken out no more", function()
      local bundle = folder .. "/bundle.pem"
      install(folder, bundle)
      local first, second = assert(new(1, { ca_file = bundle })), assert(new(2, { ca_file = bundle }))
      assert(first:request { path = "/" })
      assert.equal("tls", select(2, second:request { path = "/" }).kind)
      for _ = 1, 3 do
         install(other, bundle)
         assert(second:request { path = "/" })
         local value, err = first:request { path = "/" } -- a connection and a session of before are there
         assert.is_nil(value)
         assert.equal("tls", err.kind)
         assert.matches("not in ca_file", err.message)
         install(folder, bundle)
         assert(first:request { path = "/" })
         assert.equal("tls", select(2, second:request { path = "/" }).kind)
      end
      run(("(cat %s/ca.pem >%s)"):format(other, bundle)) -- in place
      assert(second:request { path = "/" })
   end)

   it("are looked at without a cost to connections that live", function()
      local client = assert(new(1, { ca_file = folder .. "/ca.pem" }))
      local connection = assert(client:request { path = "/" }).connection
      assert.equal(connection, assert(client:request { path = "/" }).connection)
      assert.is_true(personalize.meta(assert(client:request { path = "/" })).reused)
      assert.is_false(personalize.meta(assert(client:request { path = "/" })).reused) -- nginx closes after three
   end)

   it("may have a key that is encrypted, whose passphrase is an option", function()
      local authority = folder .. "/ca.pem"
      for _, name in ipairs { "client.enc", "client.p8" } do
         local options = { ca_file = authority, client_cert = folder .. "/client.pem",
            client_cert_key = folder .. "/" .. name }
         local client, err = new(3, options)
         assert.is_nil(client)
         assert.equal("config", err.kind)
         assert.matches("^client_cert_key: .*encrypted: client_cert_passphrase is needed", err.message)
         options.client_cert_passphrase = "hush-hush"
         assert.equal("CN=client", assert(ask(3, options)).who)
         options.client_cert_passphrase = "wrong-one"
         local value
         value, err = ask(3, options)
         assert.is_nil(value)
         assert.is_true(err.kind == "config" or err.kind == "tls", err.kind)
         assert.equal(1, err.attempts)
         assert.not_matches("wrong%-one", tostring(err))
      end
      local both = { ca_file = authority, client_cert = folder .. "/client.both" }
      assert.matches("^client_cert: .*encrypted", select(2, new(3, both)).message)
      both.client_cert_passphrase = "hush-hush"
      assert.equal("CN=client", assert(ask(3, both)).who)
      assert.matches("holds no key", select(2, new(3, { client_cert = folder .. "/client.pem" })).message)
      assert.matches("needs client_cert", select(2, new(3, { client_cert_passphrase = "hush-hush" })).message)
   end)

   it("of different clients never share a connection", function()
      local function options(name, key, passphrase)
         return { ca_file = folder .. "/ca.pem", client_cert = name and folder .. "/" .. name,
            client_cert_key = key and folder .. "/" .. key, client_cert_passphrase = passphrase }
      end
      local first = assert(ask(3, options("client.pem", "client.key")))
      assert.equal(first.connection, assert(ask(3, options("client.pem", "client.key"))).connection)
      -- the same certificate with what is not its key, or with a passphrase that does not open it
      for _, wrong in ipairs { options("client.pem", "second.key"), options("client.pem", "client.p8", "wrong-one") } do
         local value, err = ask(3, wrong)
         assert.is_nil(value)
         assert.is_true(err.kind == "config" or err.kind == "tls", err.kind)
      end
      local second = assert(ask(3, options("client.pem", "client.p8", "hush-hush")))
      assert.not_equal(first.connection, second.connection)
      assert.equal("CN=second", assert(ask(3, options("second.pem", "second.key"))).who)
      assert.equal("", assert(ask(3, options())).who)
   end)

   it("never ask on a terminal, also when a key is encrypted later", function()
      local key = folder .. "/later.key"
      run(("cp %s/client.key %s"):format(folder, key))
      local client = assert(new(3, { ca_file = folder .. "/ca.pem", client_cert = folder .. "/client.pem",
         client_cert_key = key }))
      assert(client:request { path = "/" })
      run(("cp %s/client.p8 %s"):format(folder, key))
      local began = personalize.now()
      local value, err = client:request { path = "/" }
      assert.is_nil(value)
      assert.is_true(err.kind == "config" or err.kind == "tls", err.kind)
      assert.is_true(personalize.now() - began < patient(2))
   end)

   it("may be in a folder, with the names that OpenSSL looks for", function()
      local hashed = folder .. "/hashed"
      run("mkdir " .. hashed)
      local missing, err = new(1, { ca_path = folder .. "/nowhere" })
      assert.is_nil(missing)
      assert.matches("^ca_path: .*/nowhere", err.message)
      assert.matches("^ca_path: ", select(2, new(1, { ca_path = folder .. "/ca.pem" })).message)
      assert.matches("openssl rehash", select(2, new(1, { ca_path = hashed })).message)
      run(("cp %s/ca.pem %s/ && openssl rehash %s"):format(folder, hashed, hashed))
      assert(ask(1, { ca_path = hashed }))
      run(("rm %s/* && cp %s/ca.pem %s/ && openssl rehash %s"):format(hashed, other, hashed, hashed))
      assert.equal("tls", select(2, ask(1, { ca_path = hashed })).kind)
      assert(ask(2, { ca_path = hashed }))
   end)

   it("are trusted no more where an authority is rewritten within its folder", function()
      local hashed = folder .. "/rewritten"
      run(("mkdir %s && cp %s/ca.pem %s/ && openssl rehash %s"):format(hashed, folder, hashed, hashed))
      local client = assert(new(1, { ca_path = hashed }))
      assert(client:request { path = "/" })
      run(("(cat %s/ca.pem >%s/ca.pem)"):format(other, hashed)) -- the folder and the link stay as they are
      local value, err = client:request { path = "/" }
      assert.is_nil(value)
      assert.equal("tls", err.kind)
      assert.matches("not in ca_path", err.message)
   end)
end)
