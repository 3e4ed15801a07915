--- Takes secrets that a client sent out of what a server says back: error pages like to quote the request.
-- Known secrets are found wherever they stand and in each form in which they travel; what merely looks like a
-- credential is left to `personalize.redaction`.
-- @module personalize.http.masking
-- @local

local native = require "personalize.native"
local errors = require "personalize.error"
local redaction = require "personalize.redaction"

local masking = {}

-- Bytes of a body that an error shows, and bytes of it that are looked at for secrets.
local longest_shown = 4096
local longest_read = 16 * 1024

--- Collects what must not be shown. A secret of fewer than 4 bytes is none; one of fewer than 8 may be an ordinary word
-- and is hidden where it stands as a value.
-- @tparam table texts array of secrets; other values in it are passed over
-- @tparam ?table set more secrets, as keys
-- @treturn userdata for `hide` and `clean`
function masking.secrets(texts, set)
   local list = {}
   for _, text in pairs(texts) do list[#list + 1] = text end
   for text in pairs(set or {}) do list[#list + 1] = text end
   return native.masking.known(list)
end

--- A text without the secrets, in whichever escapes they stand there.
function masking.hide(text, secrets)
   return (secrets:hide(text))
end

local function clean(text, secrets)
   local hidden, is_all = secrets:hide(text, longest_read)
   local shown = redaction.text(hidden)
   if #shown > longest_shown or not is_all then return shown:sub(1, longest_shown) .. "..." end
   return shown
end

local function clean_headers(headers, secrets)
   local hidden = {}
   for name, value in pairs(headers) do hidden[name] = masking.hide(value, secrets) end
   return redaction.value(hidden)
end

-- What the library writes itself; everything else of an error may come from the server.
local own_members = { kind = true, method = true, phase = true, outcome = true }

--- Cleans an error object in place.
-- @tparam table err
-- @tparam table secrets
-- @treturn table the same error
function masking.clean(err, secrets)
   for name, value in next, err do
      if type(value) == "string" and not own_members[name] then err[name] = clean(value, secrets) end
   end
   local meta = rawget(err, "meta")
   if meta then
      meta.headers = clean_headers(meta.headers, secrets)
      meta.request_id = err.request_id
   end
   if errors.is(rawget(err, "cause")) then masking.clean(err.cause, secrets) end
   return err
end

return masking
