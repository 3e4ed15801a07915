--- Decides which names of members, query parameters, headers and form items sound like credentials. Masking uses this
-- where the schema has no information.
-- @module personalize.redaction.names
-- @local

local letters = require "personalize.letters"
local native = require "personalize.native"

local names = {}

local function set(words)
   local members = {}
   for word in words:gmatch "%S+" do members[word] = true end
   return members
end

local harmless_headers = set [[
   accept acceptcharset acceptencoding acceptlanguage cachecontrol connection contentencoding contentlanguage
   contentlength contenttype date expect from host ifmatch ifmodifiedsince ifnonematch ifunmodifiedsince keepalive
   maxforwards origin pragma prefer range referer te traceparent tracestate trailer transferencoding upgrade
   useragent via xcorrelationid xforwardedfor xforwardedhost xforwardedproto xrequestedwith xrequestid
]]

local harmless_form_items = set "granttype scope audience resource clientid responsetype"

local function plain(name)
   return (letters.lower(name):gsub("[^%w]", ""))
end

--- True if a member, parameter or header of this name usually carries a credential.
function names.is_credential(name)
   return native.masking.is_credential(name)
end

local harmless_by_kind = { header = harmless_headers, form = harmless_form_items }

--- True if a header (`kind` is `header`) or form item (`form`) of this name is known to carry no credential.
function names.is_harmless(kind, name)
   return type(name) == "string" and harmless_by_kind[kind][plain(name)] == true
end

return names
