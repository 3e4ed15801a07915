-- Fuzzes the check of PEM files: it accepts them, or says what is wrong by an error of kind `config`.

local pem = require "personalize.http.pem"
local properties = require "fuzz.support.properties"

local path = properties.folder "pem" .. "/file.pem"

local function check(given)
   local fine, err = pem.check(given)
   if not fine then
      properties.failure(err, { config = true })
      properties.that(err.message:find(path, 1, true), "does not name the file: %s", err.message)
   end
   return fine
end

return function(bytes)
   properties.write(path, bytes)
   local is_authority = check { ca_file = path }
   local is_certificate = check { client_cert = path, client_cert_key = path, client_cert_passphrase = "none" }
   properties.that(is_authority or not is_certificate, "holds a certificate, and is none of an authority")
   local is_open = check { client_cert = path }
   properties.that(is_certificate or not is_open, "needs a passphrase although none was refused")
end
