--- Removes the secrets that a client sent from what a server returns, because error pages often quote the request.
-- It finds known secrets at any place and in each encoding in which they are sent. Text that only looks like a
-- credential is the task of `personalize.redaction`.
-- @module personalize.http.masking
-- @local

local errors = require "personalize.error"
local native = require "personalize.native"
local redaction = require "personalize.redaction"

local masking = {}

-- Bytes of a body that an error shows, and bytes that are scanned for secrets.
local longest_shown = 4096
local longest_read = 16 * 1024

--- Collects the secrets. A text of fewer than 4 bytes is not treated as a secret. One of fewer than 8 bytes may be an
-- ordinary word, and is hidden only where it is a whole value.
-- @tparam table texts array of secrets; values that are no strings are ignored
-- @tparam ?table set more secrets, as keys
-- @treturn userdata for `hide` and `clean`
function masking.secrets(texts, set)
   local list = {}
   for _, text in pairs(texts) do list[#list + 1] = text end
   for text in pairs(set or {}) do list[#list + 1] = text end
   return native.masking.known(list)
end

--- The secret in a header with credentials.
function masking.secret_of(authorization)
   return authorization and authorization[2]:match "%S+$"
end

--- The secrets that nothing about the present attempt of a call may show.
-- @tparam table call
--
-- - `client_secrets()`: an array of its client's secrets; nil: it has none
-- - `sent`: the attempt's header with credentials, if there is one
-- - `definition`: the body's definition; `secrets_sent(definition, url)`: the set of the secrets in it and in the URL
-- @treturn userdata as `masking.secrets` returns it; kept in `call.known` until that is cleared
function masking.of_call(call)
   if not call.known then
      local secrets = call.client_secrets and call.client_secrets() or {}
      secrets[#secrets + 1] = masking.secret_of(call.sent) or nil
      call.known = masking.secrets(secrets, call.secrets_sent and call.secrets_sent(call.definition, call.url))
   end
   return call.known
end

--- A text with all secrets masked, whatever their escaping. The start of a secret is masked too where `...` follows.
-- @tparam string text
-- @tparam userdata secrets
-- @tparam[opt] number most bytes of the result, about; the rest is left out
-- @tparam[opt=false] boolean is_cut the text lacks its end, so the start of a secret may end it
function masking.hide(text, secrets, most, is_cut)
   return (secrets:hide(text, most, is_cut))
end

local function clean(text, secrets, is_cut)
   local hidden, is_all = secrets:hide(text, longest_read, is_cut)
   local shown = redaction.text(hidden)
   if #shown > longest_shown or not is_all then return shown:sub(1, longest_shown) .. "..." end
   return shown
end

local function clean_headers(headers, secrets)
   local hidden = {}
   for name, value in pairs(headers) do hidden[name] = masking.hide(value, secrets) end
   return redaction.value(hidden)
end

-- Members of an error that the library itself writes. All others may come from the server.
local own_members = { kind = true, method = true, phase = true, outcome = true }

--- Masks the secrets in an error object, in place.
-- @tparam table err
-- @tparam table secrets
-- @tparam[opt=false] boolean is_cut its `body` lacks its end
-- @treturn table the same error
function masking.clean(err, secrets, is_cut)
   for name, value in next, err do
      if type(value) == "string" and not own_members[name] then
         err[name] = clean(value, secrets, is_cut and name == "body")
      end
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
