-- What is said of the certificate and key files that a client's options name.
local folder = require "spec.support.folder"
local native = require "personalize.native"
local pem = require "personalize.http.pem"

local CERTIFICATE = "text before\n-----BEGIN CERTIFICATE-----\nAAAA\n"
local TRUSTED = "-----BEGIN TRUSTED CERTIFICATE-----\nAAAA\n"
local KEY = "-----BEGIN PRIVATE KEY-----\nAAAA\n"
local RSA_KEY = "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n"
local ENCRYPTED = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n"
local OLDER_ENCRYPTED = "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nAAAA\n"

describe("pem.check", function()
   local library = native.http.tls_library
   local path

   before_each(function()
      path = folder.new()
      for name, text in pairs { certificate = CERTIFICATE, trusted = TRUSTED, key = KEY, rsa = RSA_KEY,
         encrypted = ENCRYPTED, older = OLDER_ENCRYPTED, both = CERTIFICATE .. KEY, none = "nothing", empty = "" } do
         folder.write(path, name, text)
      end
   end)
   after_each(function()
      native.http.tls_library = library
      folder.remove(path)
   end)

   local function file(name) return path .. "/" .. name end

   local function fails(message, given)
      local fine, err = pem.check(given)
      assert.same({ nil, "config", message }, { fine, err.kind, err.message })
   end

   it("is content without files, and with files of the right kind", function()
      for _, given in ipairs { {}, { ca_file = file "certificate" }, { ca_file = file "trusted" },
         { client_cert = file "both" }, { client_cert = file "certificate", client_cert_key = file "key" },
         { client_cert = file "certificate", client_cert_key = file "rsa", ca_file = file "certificate" },
         { client_cert = file "certificate", client_cert_key = file "encrypted", client_cert_passphrase = "p" },
         { client_cert = file "certificate", client_cert_key = file "older", client_cert_passphrase = "p" },
         { client_cert = file "certificate", client_cert_key = file "key", client_cert_passphrase = "p" } } do
         assert.same({ true }, { pem.check(given) })
      end
   end)

   it("refuses a key or a passphrase without a certificate", function()
      fails("client_cert_key needs client_cert", { client_cert_key = file "key" })
      fails("client_cert_passphrase needs client_cert", { client_cert_passphrase = "p" })
   end)

   it("refuses certificates that are missing, cannot be read, or are none", function()
      local missing, none = file "missing", file "none"
      fails("ca_file: " .. missing .. ": No such file or directory", { ca_file = missing })
      fails("client_cert: " .. missing .. ": No such file or directory", { client_cert = missing })
      fails(("ca_file: %s: Is a directory"):format(path), { ca_file = path })
      fails(("ca_file: %s: holds no certificate in PEM"):format(none), { ca_file = none })
      fails(("ca_file: %s: holds no certificate in PEM"):format(file "empty"), { ca_file = file "empty" })
      fails(("client_cert: %s: holds no certificate in PEM"):format(none), { client_cert = none })
      -- the first that is wrong is named, whatever is right besides
      fails(("ca_file: %s: holds no certificate in PEM"):format(none), { ca_file = none, client_cert = file "both" })
      fails(("client_cert: %s: holds no certificate in PEM"):format(file "key"), { client_cert = file "key" })
   end)

   it("refuses keys that are missing, none, or encrypted without a passphrase", function()
      local certificate = file "certificate"
      fails("client_cert_key: " .. file "missing" .. ": No such file or directory",
         { client_cert = certificate, client_cert_key = file "missing" })
      fails(("client_cert_key: %s: holds no key in PEM"):format(file "none"),
         { client_cert = certificate, client_cert_key = file "none" })
      fails(("client_cert: %s: holds no key; client_cert_key names the file that does"):format(certificate),
         { client_cert = certificate })
      for _, name in ipairs { "encrypted", "older" } do
         fails(("client_cert_key: %s: the key is encrypted: client_cert_passphrase is needed"):format(file(name)),
            { client_cert = certificate, client_cert_key = file(name) })
      end
   end)

   it("refuses a folder that OpenSSL would find no certificate in", function()
      native.http.tls_library = "OpenSSL/3.0.16"
      local authorities = file "authorities"
      fails(("ca_path: %s: No such file or directory"):format(authorities), { ca_path = authorities })
      assert(native.file.make_folder(authorities))
      local message = ("ca_path: %s: holds no certificate by its hash, such as 0a1b2c3d.0: run openssl rehash on it")
         :format(authorities)
      fails(message, { ca_path = authorities })
      for _, name in ipairs { "ca.pem", "0a1b2c3d.0.old", "00a1b2c3d.0", "0a1b2c3d.x" } do
         folder.write(authorities, name, CERTIFICATE)
      end
      fails(message, { ca_path = authorities, ca_file = file "certificate" })
      native.http.tls_library = "GnuTLS/3.8"
      assert.is_true(pem.check { ca_path = authorities })
      native.http.tls_library = nil
      assert.is_true(pem.check { ca_path = authorities })
      native.http.tls_library = "OpenSSL/3.0.16"
      folder.write(authorities, "0a1b2c3D.10", CERTIFICATE)
      assert.is_true(pem.check { ca_path = authorities })
   end)

   it("refuses a file that asks for a certificate and holds none", function()
      for _, label in ipairs { "CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST", "CERTIFICATES" } do
         local request = file "request"
         folder.write(path, "request", ("-----BEGIN %s-----\nAAAA\n"):format(label))
         fails(("ca_file: %s: holds no certificate in PEM"):format(request), { ca_file = request })
         fails(("client_cert: %s: holds no certificate in PEM"):format(request), { client_cert = request })
      end
      folder.write(path, "request", "-----BEGIN X509 CERTIFICATE-----\nAAAA\n")
      assert.is_true(pem.check { ca_file = file "request" })
   end)

   it("refuses a folder in which nothing under a hash holds a certificate", function()
      native.http.tls_library = "OpenSSL/3.0.16"
      local authorities = file "authorities"
      assert(native.file.make_folder(authorities))
      assert(native.file.make_folder(authorities .. "/0a1b2c3d.0"))
      folder.write(authorities, "0a1b2c3d.1", "junk")
      folder.write(authorities, "0a1b2c3d.2", "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n")
      for link, target in pairs { ["0a1b2c3d.3"] = "nowhere", ["0a1b2c3d.4"] = "..", ["0a1b2c3d.5"] = "0a1b2c3d.1" } do
         os.execute(("ln -s %s %s/%s"):format(target, authorities, link))
      end
      fails(("ca_path: %s: holds no certificate by its hash, such as 0a1b2c3d.0: run openssl rehash on it")
         :format(authorities), { ca_path = authorities })
      os.execute(("ln -s ../trusted %s/0a1b2c3d.6"):format(authorities))
      assert.is_true(pem.check { ca_path = authorities })
   end)
end)
