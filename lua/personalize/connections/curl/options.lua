--- curl's options: their names, whether they take a value, and what each means for a connection.
-- @module personalize.connections.curl.options
-- @local

local text = require "personalize.text"
local words = require "personalize.connections.curl.words"

local options = {}

-- name -> its meaning for a connection: `use` (the reader applies it), `ignore` (it concerns this machine or the
-- output), or the reason to refuse it or warn of it.
local flags, valued = {}, {}

local function add(into, names, meaning)
   for name in names:gmatch "%S+" do into[name] = meaning end
end

local function refuse(why) return { refused = why } end

local function warn(why) return { warned = why } end

add(flags, "compressed get head globoff basic", "use")
add(valued, [[
   url request header data data-ascii data-raw data-binary data-urlencode json url-query user oauth2-bearer cookie
   user-agent referer range connect-timeout max-time cert
]], "use")

add(flags, [[
   silent show-error verbose include fail fail-early fail-with-body buffer progress-bar progress-meter styled-output
   ipv4 ipv6 http0.9 http1.0 http1.1 http2 http2-prior-knowledge http3 http3-only raw remote-name remote-name-all
   remote-header-name remote-time create-dirs clobber remove-on-error keepalive sessionid alpn npn tcp-nodelay
   tcp-fastopen sslv2 sslv3 tlsv1 tlsv1.0 tlsv1.1 tlsv1.2 tlsv1.3 ssl ssl-reqd ssl-allow-beast ssl-no-revoke
   ssl-revoke-best-effort trace-time trace-ids xattr disable parallel parallel-immediate retry-all-errors
   retry-connrefused junk-session-cookies path-as-is compressed-ssh append crlf use-ascii list-only disable-eprt
   disable-epsv disallow-username-in-url false-start ignore-content-length mptcp post301 post302 post303
   suppress-connect-headers skip-existing out-null doh-cert-status sasl-ir ca-native cert-status tr-encoding
]], "ignore")
add(valued, [[
   output output-dir write-out stderr trace trace-ascii trace-config libcurl dump-header cookie-jar max-filesize
   limit-rate speed-limit speed-time rate retry retry-delay retry-max-time keepalive-time keepalive-cnt max-redirs
   ciphers tls13-ciphers curves tls-max proto proto-default proto-redir noproxy expect100-timeout
   happy-eyeballs-timeout-ms parallel-max parallel-max-host alt-svc hsts etag-save create-file-mode local-port
   dns-interface dns-ipv4-addr dns-ipv6-addr dns-servers doh-url engine egd-file random-file cert-type key-type pass
   crlfile ip-tos vlan-priority key
]], "ignore")

add(flags, "location location-trusted follow", warn("curl would follow a redirect; whether the service does is not "
   .. "published"))
add(flags, "insecure doh-insecure", warn "curl would take any certificate; the service takes those that it trusts")
add(valued, "cacert capath pinnedpubkey", warn "the service trusts the usual authorities, and not this one")
add(valued, "proxy preproxy proxy1.0 socks4 socks4a socks5 socks5-hostname proxy-user proxy-header proxy-cacert "
   .. "proxy-capath proxy-cert proxy-cert-type proxy-key proxy-key-type proxy-pass proxy-pinnedpubkey "
   .. "proxy-service-name proxy-ciphers proxy-tls13-ciphers proxy-crlfile proxy-tlsauthtype proxy-tlsuser "
   .. "proxy-tlspassword socks5-gssapi-service haproxy-clientip", warn "the service goes through no proxy of yours")
add(flags, "proxytunnel proxy-anyauth proxy-basic proxy-digest proxy-insecure proxy-negotiate proxy-ntlm "
   .. "proxy-ssl-allow-beast proxy-ssl-auto-client-cert proxy-ca-native proxy-http2 socks5-basic socks5-gssapi "
   .. "socks5-gssapi-nec haproxy-protocol", warn "the service goes through no proxy of yours")
add(valued, "resolve connect-to interface unix-socket abstract-unix-socket ipfs-gateway", warn("the service looks "
   .. "names up by itself, and goes its own way"))

add(valued, "form form-string", refuse("a form with files or parts (multipart) has a body of bytes that differ from "
   .. "call to call; the body of a connection is one text: send JSON, or a form by --data-urlencode"))
add(valued, "upload-file", refuse "the body stands in a file; put it on the command line by --data-raw")
add(valued, "config variable expand-url expand-data expand-header", refuse("options stand in a file or in variables; "
   .. "put them on the command line"))
add(valued, "netrc-file", refuse "the credentials stand in a file; give them by --user")
add(flags, "netrc netrc-optional", refuse "the credentials stand in a file; give them by --user")
add(flags, "next", refuse "there are several calls; a connection makes one")
add(flags, "digest ntlm ntlm-wb negotiate anyauth", refuse("for a user and a password, a connection can use "
   .. "basic authentication alone"))
add(valued, "aws-sigv4 delegation krb", refuse "a connection cannot sign calls")
add(valued, "continue-at time-cond etag-compare request-target", refuse("it makes the call depend on something that a "
   .. "connection does not know"))
add(flags, "ssl-auto-client-cert form-escape metalink", refuse "a connection has nothing of the kind")
add(valued, [[
   ftp-account ftp-alternative-to-user ftp-method ftp-port ftp-ssl-ccc-mode hostpubmd5 hostpubsha256 login-options
   mail-auth mail-from mail-rcpt pubkey quote sasl-authzid service-name telnet-option tftp-blksize tlsauthtype
   tlspassword tlsuser ech dump-ca-embed
]], refuse "a connection speaks HTTP alone")
add(flags, "ftp-create-dirs ftp-pasv ftp-pret ftp-skip-pasv-ip ftp-ssl-ccc ftp-ssl-control mail-rcpt-allowfails "
   .. "tftp-no-options", refuse "a connection speaks HTTP alone")
add(flags, "help manual version", refuse "it makes no call")

-- Short options -> long options.
local short = {}
for letter, name in ([[
   a append E cert K config C continue-at b cookie c cookie-jar d data q disable D dump-header f fail F form P ftp-port
   G get g globoff I head H header h help 0 http1.0 i include k insecure 4 ipv4 6 ipv6 j junk-session-cookies
   l list-only L location M manual m max-time n netrc : next N no-buffer o output # progress-bar x proxy
   U proxy-user p proxytunnel Q quote r range e referer J remote-header-name O remote-name R remote-time X request
   S show-error s silent Y speed-limit y speed-time 2 sslv2 3 sslv3 t telnet-option z time-cond 1 tlsv1
   T upload-file B use-ascii u user A user-agent v verbose V version w write-out Z parallel
]]):gmatch "(%S)%s+(%S+)" do short[letter] = name end

local function begins_with(name, prefix) return name:sub(1, #prefix) == prefix end

-- curl accepts any unambiguous beginning of an option's name.
local function complete(name)
   if flags[name] or valued[name] then return name end
   local found
   for _, list in ipairs { flags, valued } do
      for other in pairs(list) do
         if begins_with(other, name) then
            if found then return nil, "may be several of curl's options" end
            found = other
         end
      end
   end
   if found then return found end
   return nil, "is no option of curl that is known here"
end

local function is_off(name)
   local rest = name:match "^no%-(.+)$"
   return rest ~= nil and flags[rest] ~= nil
end

local function take_value(argv, index, name)
   if argv[index + 1] == nil then return nil, ("%s needs a value"):format(name) end
   return argv[index + 1]
end

-- Reads a long option and adds it to the list. Returns the index of its last word.
local function read_long(list, argv, index)
   local given, value = argv[index]:match "^%-%-([^=]+)=(.*)$"
   given = given or argv[index]:sub(3)
   if is_off(given) then return index end
   local name, wrong = complete(given)
   if not name then return nil, ("--%s %s"):format(text.short(given, 40), wrong) end
   if flags[name] then
      if value then return nil, ("--%s takes no value"):format(name) end
      list[#list + 1] = { name = name, meaning = flags[name] }
      return index
   end
   if not value then
      value, wrong = take_value(argv, index, "--" .. name)
      if not value then return nil, wrong end
      index = index + 1
   end
   list[#list + 1] = { name = name, meaning = valued[name], value = value }
   return index
end

-- Reads short options, which may be combined: the rest after one that takes a value is that value.
local function read_short(list, argv, index)
   local word = argv[index]
   for place = 2, #word do
      local letter = word:sub(place, place)
      local name = short[letter]
      if not name then return nil, "-" .. (letter:find "%g" and letter or "?") .. " is no option of curl" end
      if valued[name] then
         local value = word:sub(place + 1)
         if value == "" then
            local wrong
            value, wrong = take_value(argv, index, "-" .. letter)
            if not value then return nil, wrong end
            index = index + 1
         end
         list[#list + 1] = { name = name, meaning = valued[name], value = value }
         return index
      end
      if not is_off(name) then list[#list + 1] = { name = name, meaning = flags[name] } end
   end
   return index
end

-- The output of another command is not known, and JSON has no other encoding than UTF-8.
local function check_values(list, may_hold_output)
   for _, option in ipairs(list) do
      local value = option.value or ""
      if words.has_output(value) and not (may_hold_output and may_hold_output[option.name]) then
         return nil, ("--%s: the output of another command stands in it, which is not known"):format(option.name)
      end
      if not text.is_utf8(value) then return nil, ("--%s: is not UTF-8"):format(option.name) end
   end
   return list
end

--- Splits a command's words, from the second one on, into options.
-- @tparam table argv
-- @tparam[opt] table may_hold_output the names of the options whose value may hold the output of another command
-- @treturn table array of `{ name =, value =, meaning = }`, URLs among them with the name `url`
-- @return `nil` and what is wrong; the message contains no value of an option
function options.parse(argv, may_hold_output)
   local list, are_over, index = {}, false, 2
   while index <= #argv do
      local word = argv[index]
      if are_over or not word:find "^%-." then
         list[#list + 1] = { name = "url", meaning = "use", value = word }
      elseif word == "--" then
         are_over = true
      else
         local read = word:find "^%-%-" and read_long or read_short
         local last, wrong = read(list, argv, index)
         if not last then return nil, wrong end
         index = last
      end
      index = index + 1
   end
   return check_values(list, may_hold_output)
end

return options
