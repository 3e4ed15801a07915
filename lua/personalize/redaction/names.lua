--- Which names sound like credentials: of members, query parameters, headers, form items. The masking goes by these
-- where the schema does not know better.
-- @module personalize.redaction.names
-- @local

local names = {}

local function set(words)
   local members = {}
   for word in words:gmatch "%S+" do members[word] = true end
   return members
end

-- Whole names, compared without case, hyphens and underscores.
local credentials = set [[
   key auth authorization proxyauthorization cookie setcookie pwd pass passphrase sig signature session sessionid
   sid pin otp jwt hmac bearer sas assertion
]]

-- Parts of names.
local credential_parts = {
   "secret", "password", "passwd", "passphrase", "token", "apikey", "accesskey", "privatekey", "subscriptionkey",
   "functionskey", "credential", "authkey", "signingkey", "encryptionkey", "sharedkey", "authorization", "cookie",
}

-- Names that sound like credentials and are none.
local harmless = set [[
   clientkey accesstokenurl tokenurl tokentype tokenendpoint tokenttl tokencount tokenlimit expiresin maxtokens
   totaltokens prompttokens completiontokens inputtokens outputtokens publickey authorizationurl authorizationtype
]]

local harmless_headers = set [[
   accept acceptcharset acceptencoding acceptlanguage cachecontrol connection contentencoding contentlanguage
   contentlength contenttype date expect from host ifmatch ifmodifiedsince ifnonematch ifunmodifiedsince keepalive
   maxforwards origin pragma prefer range referer te traceparent tracestate trailer transferencoding upgrade
   useragent via xcorrelationid xforwardedfor xforwardedhost xforwardedproto xrequestedwith xrequestid
]]

local harmless_form_items = set "granttype scope audience resource clientid responsetype"

local function plain(name)
   return (name:lower():gsub("[^%w]", ""))
end

--- Whether a member, parameter or header of this name usually carries a credential.
function names.is_credential(name)
   local word = plain(name)
   if harmless[word] then return false end
   if credentials[word] then return true end
   for _, part in ipairs(credential_parts) do
      if word:find(part, 1, true) then return true end
   end
   return false
end

local harmless_by_kind = { header = harmless_headers, form = harmless_form_items }

--- Whether a header (`kind` is `header`) or form item (`form`) of this name is known to carry no credential.
function names.is_harmless(kind, name)
   return type(name) == "string" and harmless_by_kind[kind][plain(name)] == true
end

return names
