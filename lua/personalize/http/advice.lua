--- Advice about a failed call: which option to check. Pure functions.
-- @module personalize.http.advice
-- @local

local text = require "personalize.text"

local advice = {}

-- The option that determines where a call goes.
local function address(call)
   if call.is_token then return "token_url" end
   return call.settings and call.settings.region and "region" or "base_url"
end

local credentials = {
   client_id = "client_id and client_secret", client_key = "client_key and api_token", access_token = "access_token",
}

local function of_auth(call)
   local given = call.settings and credentials[call.settings.credentials] or "the credentials"
   if call.is_token then return ("check %s, and that token_url is theirs"):format(given) end
   return ("check that %s %s right, not expired, and of this region's organisation"):format(given,
      given == "access_token" and "is" or "are")
end

-- Statuses that a server which is not the service gives for an unknown path.
local elsewhere = { [404] = true, [405] = true, [410] = true, [501] = true }

--- Advice on a status, or nil.
-- @tparam integer status
-- @tparam boolean is_service whether the answer looks like the service's own, or that of a token endpoint
-- @tparam table call its `settings`, and `is_token` for the call of the token endpoint
function advice.of_status(status, is_service, call)
   if status == 401 then return of_auth(call) end
   if call.is_token and not is_service then return advice.of_address(call) end
   if status == 403 and is_service then return "the credentials are right but may not do this" end
   local is_doubtful = elsewhere[status] and (call.is_token or not is_service)
   return is_doubtful and advice.of_address(call) or nil
end

--- Advice when a server that is not the service answered: a question about the address.
function advice.of_address(call)
   return call.is_token and "is token_url that of the token endpoint?"
      or ("is %s that of the API?"):format(address(call))
end

--- Advice on a redirection.
function advice.of_redirection(call)
   return "check " .. address(call)
end

-- The same where no TLS is spoken: what takes a CONNECT and is no proxy answers like a server without TLS.
local function is_right(call)
   local question = call.uses_proxy and "are %s and proxy right?" or "is %s right?"
   return question:format(address(call))
end

-- Messages of TLS libraries and what they mean. OpenSSL's come first, then GnuTLS's.
local tls_words = {
   { { "no alternative certificate", "does not match target host", "certificate owner does not match" },
      function(call) return ("the certificate is of another host: is %s right?"):format(address(call)) end },
   { { "expired", "not yet valid" },
      function() return "the server's certificate is not valid at this time; is this machine's clock right?" end },
   { { "wrong version number", "packet length" },
      function(call) return "no TLS is spoken there: " .. is_right(call) end },
   { { "unexpected eof", "SSL_ERROR_SYSCALL", "reset by peer", "Broken pipe", "non-properly terminated",
      "pull function" },
      function(call) return "the server ended the connection before TLS began: " .. is_right(call) end },
   { { "self.signed", "issuer certificate", "unable to verify", "verification failed", "CAfile", "signer not found",
      "unknown ca" },
      function(call)
         local given = call.settings and (call.settings.ca_file and "ca_file" or call.settings.ca_path and "ca_path")
         return given and ("the authority of the server's certificate is not in %s"):format(given)
            or "a private authority is given by ca_file"
      end },
}

local client_certificate_codes = { [58] = true, [98] = true }

local function of_tls(facts, call)
   if client_certificate_codes[facts.curl_code] then return "check client_cert and client_cert_key" end
   for _, entry in ipairs(tls_words) do
      for _, words in ipairs(entry[1]) do
         if facts.message:find(words) then return entry[2](call) end
      end
   end
   return "the server's certificate is always verified; a private authority is given by ca_file"
end

local refusals = {
   auth = function(settings)
      return settings.proxy:find("@", 1, true) and "check the user and the password in proxy"
         or "it wants a user and a password, which the URL in proxy can hold"
   end,
   forbidden = function() return "it does not let this host or port through" end,
   busy = function() return "it may not reach the server; is proxy right?" end,
   other = function() return "is proxy that of a proxy?" end,
}

local could_not_look_up_proxy, could_not_connect = 5, 7

local function of_connect(facts, call)
   local settings = call.settings or {}
   if call.uses_proxy then
      if facts.proxy_refusal then return refusals[facts.proxy_refusal](settings) end
      if facts.curl_code == could_not_look_up_proxy or facts.curl_code == could_not_connect then
         return "is the proxy up, and proxy right?"
      end
   end
   return ("is the server up, and %s right?"):format(address(call))
end

local function of_timeout(facts, call)
   local option = facts.phase == "connect" and "connect_timeout" or facts.phase == "stall" and "stall_timeout"
   local seconds = option and call.settings and call.settings[option]
   return seconds and ("%s is %s"):format(option, text.number("%g s", seconds)) or nil
end

-- The length of pages that is advised.
local usual_page = 100

local function of_size(facts, call)
   if facts.message:find "^the answer has more than %d+ headers" then
      return "max_response_headers of personalize.new is the limit"
   elseif not facts.message:find "^the answer has more than %d+ bytes" then
      return nil
   end
   local limit = "max_response_bytes of personalize.new is the limit"
   if not call.is_list then return limit end
   if not call.limit or call.limit > usual_page then
      return ("%s; each { page_size = %d } asks for less at a time"):format(limit, usual_page)
   end
   return call.limit > 1 and ("%s; fewer than the %d items that were asked for take less"):format(limit, call.limit)
      or limit
end

local of_kind = { connect = of_connect, tls = of_tls, timeout = of_timeout, too_large = of_size }

--- Advice on an exchange that got no answer, or nil.
-- @tparam table facts the transport's
-- @tparam table call its `settings`; `is_token`; `is_list`, and then `limit`, the items asked for; `uses_proxy`
function advice.of_failure(facts, call)
   if facts.proxy_refusal and call.uses_proxy then return of_connect(facts, call) end
   local find = facts.message and not facts.is_local and of_kind[facts.kind]
   return find and find(facts, call) or nil
end

return advice
