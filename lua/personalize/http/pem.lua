--- Checks the files of certificates and keys when a client is made, and not at its first call.
-- @module personalize.http.pem
-- @local

local errors = require "personalize.error"

local pem = {}

-- Options that name a file, what has to be in it, and the line that stands before that.
local files = {
   { "ca_file", "certificate", "%-%-%-%-%-BEGIN [%u ]*CERTIFICATE" },
   { "client_cert", "certificate", "%-%-%-%-%-BEGIN [%u ]*CERTIFICATE" },
   { "client_cert_key", "key", "%-%-%-%-%-BEGIN [%u ]*KEY" },
}

-- Longer than any bundle of authorities.
local longest = 16 * 2 ^ 20

local function problem_of(path, what, pattern)
   local file, reason = io.open(path, "r")
   if not file then return reason end
   local text, problem = file:read(longest)
   file:close()
   if problem then return ("%s: %s"):format(path, problem) end
   return not (text or ""):find(pattern) and ("%s: holds no %s in PEM"):format(path, what) or nil
end

--- @tparam table given options of `personalize.new`
-- @return true; or nil and an error object of kind `config`
function pem.check(given)
   if given.client_cert_key and not given.client_cert then
      return errors.fail("config", "client_cert_key needs client_cert")
   end
   for _, file in ipairs(files) do
      local name = file[1]
      local problem = given[name] and problem_of(given[name], file[2], file[3])
      if problem then return errors.fail("config", ("%s: %s"):format(name, problem)) end
   end
   return true
end

return pem
