--- Finds the parts of a secret that a server may send back alone: the token after a scheme, the password of a URL's
-- user information, what looks like a credential within; and each without its percent encoding.
-- @module personalize.redaction.parts
-- @local

local decode_percent = require("personalize.text").decode_percent
local letters = require "personalize.letters"
local native = require "personalize.native"

local parts = {}

local schemes = { bearer = true, basic = true, token = true, apikey = true, negotiate = true }

-- What stands between the parts of a secret; most secrets have no parts.
local separators = "[%s:=%%<]"

local function add(found, text)
   found[text] = true
   if text:find "%%%x%x" then found[decode_percent(text)] = true end
end

-- After an unknown scheme a plain word may be prose.
local function is_token(scheme, rest)
   if rest:find "^%${[^{}]*}$" then return false end -- a reference to an input
   return schemes[letters.lower(scheme)] or not rest:find "^%a%l*$"
end

-- A user without a password may itself be a secret key. "//" follows the colon of a URL.
local function add_password(found, text)
   local user, password = text:match "^([^:]*):(.*)$"
   local secret = password ~= "" and password or user
   if secret and secret:sub(1, 2) ~= "//" then add(found, secret) end
end

local function add_whole(found, text)
   add(found, text)
   local scheme, rest = text:match "^(%a[%w_-]*) +(%S+)$"
   if rest and is_token(scheme, rest) then
      add(found, rest)
      add_password(found, rest)
   end
end

--- Adds a credential that was found in a text, with its parts, to a set.
function parts.add_credential(found, text)
   if found[text] then return end
   found[text] = true
   if not text:find(separators) then return end
   add_whole(found, text)
   add_password(found, text)
end

--- Adds a secret with its parts to a set.
-- @tparam table found set of strings
-- @tparam string secret
function parts.add(found, secret)
   if found[secret] then return end
   found[secret] = true
   if not secret:find(separators) then return end
   add_whole(found, secret)
   local _, credentials = native.masking.likely(secret)
   for _, credential in ipairs(credentials or {}) do parts.add_credential(found, credential) end
end

return parts
