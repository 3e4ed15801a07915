--- Checks the certificate and key files when a client is made, rather than at its first call.
-- @module personalize.http.pem
-- @local

local errors = require "personalize.error"
local native = require "personalize.native"

local pem = {}

-- The first line of a certificate ("TRUSTED CERTIFICATE", but no "CERTIFICATE REQUEST") and of a key, with any label.
local certificate, key = "%-%-%-%-%-BEGIN [%u%d ]*CERTIFICATE%f[^%u%d ]", "%-%-%-%-%-BEGIN [%u ]*PRIVATE KEY"

-- Longer than any bundle of certificate authorities. A file is read in pieces, because a buffer for all that it may
-- hold is made before anything is read.
local longest, piece = 16 * 2 ^ 20, 64 * 2 ^ 10

local function config(name, message)
   return errors.fail("config", ("%s: %s"):format(name, message))
end

local function read_pieces(file)
   local pieces = {}
   while #pieces < longest / piece do
      local found, problem = file:read(piece)
      if problem then return nil, problem end
      if not found then break end
      pieces[#pieces + 1] = found
   end
   return table.concat(pieces)
end

-- The text of a file; or nil and an error object.
local function read(name, path)
   local file, reason = io.open(path, "r")
   if not file then return config(name, reason) end
   local text, problem = read_pieces(file)
   file:close()
   if not text then return config(name, ("%s: %s"):format(path, problem)) end
   return text
end

local function check_certificate(name, path)
   if not path then return true end
   local text, err = read(name, path)
   if not text then return nil, err end
   if not text:find(certificate) then return config(name, path .. ": holds no certificate in PEM") end
   return true
end

-- The two forms of an encrypted key: PKCS #8, and the older one with a header.
local function is_encrypted(text)
   return text:find("-----BEGIN ENCRYPTED PRIVATE KEY", 1, true) ~= nil
      or text:find("Proc-Type: 4,ENCRYPTED", 1, true) ~= nil
end

-- The key may be in the certificate's file.
local function check_key(given)
   if not given.client_cert then return true end
   local name = given.client_cert_key and "client_cert_key" or "client_cert"
   local path = given[name]
   local text, err = read(name, path)
   if not text then return nil, err end
   if not text:find(key) then
      return config(name, name == "client_cert" and path .. ": holds no key; client_cert_key names the file that does"
         or path .. ": holds no key in PEM")
   end
   if is_encrypted(text) and not given.client_cert_passphrase then
      return config(name, path .. ": the key is encrypted: client_cert_passphrase is needed")
   end
   return true
end

-- OpenSSL finds a certificate in a folder by a file name made of the hash of its subject (`openssl rehash` makes these
-- names), and ignores what holds none. GnuTLS reads all files.
local function check_folder(path)
   if not path then return true end
   local kinds, reason = native.file.list(path)
   if not kinds then return config("ca_path", ("%s: %s"):format(path, tostring(reason))) end
   local is_openssl = (native.http.tls_library or ""):find "SSL/" ~= nil
   for entry, kind in pairs(kinds) do
      if not is_openssl then return true end
      if (kind == "file" or kind == "link") and entry:find "^%x%x%x%x%x%x%x%x%.%d+$"
         and check_certificate("ca_path", path .. "/" .. entry) then return true end
   end
   return config("ca_path", path .. ": holds no certificate by its hash, such as 0a1b2c3d.0: run openssl rehash on it")
end

--- Checks the files that a client's options name.
-- @tparam table given options of `personalize.new`
-- @return true; or nil and an error object of kind `config`
function pem.check(given)
   for _, name in ipairs { "client_cert_key", "client_cert_passphrase" } do
      if given[name] and not given.client_cert then
         return errors.fail("config", name .. " needs client_cert")
      end
   end
   local fine, err = check_certificate("ca_file", given.ca_file)
   if fine then fine, err = check_certificate("client_cert", given.client_cert) end
   if fine then fine, err = check_key(given) end
   if fine then fine, err = check_folder(given.ca_path) end
   return fine, err
end

return pem
