-- An nginx that speaks TLS on a port for each thing that can be wrong with a certificate, and plain HTTP on one. One
-- more agrees to HTTP/2 and hands what it decrypts to a server that speaks it by hand (http2.lua).
local certificates = require "spec.support.certificates"
local nginx = require "spec.support.nginx"
local rows = require "spec.faults.server"

local tls = {}

local HERE = "IP:127.0.0.1"

local LISTENERS = {
   { name = "right" }, { name = "wrong_host" }, { name = "expired" }, { name = "self_signed" },
   { name = "client", certificate = "right", more = "ssl_verify_client on; ssl_client_certificate %FOLDER%/ca.pem;" },
   { name = "plain" },
}

local function openssl(folder, command)
   command = ("cd %s && openssl %s >/dev/null 2>&1"):format(folder, command)
   local done = os.execute(command)
   assert(done == true or done == 0, command)
end

-- `openssl x509` of 3.5 refuses a negative number of days, and older ones take no dates: `openssl ca` takes them.
local AUTHORITY = [[
[ca]
default_ca = authority
[authority]
database = issued.txt
rand_serial = yes
new_certs_dir = .
default_md = sha256
policy = names
[names]
commonName = supplied
]]

local function write(path, text)
   local file = assert(io.open(path, "w"))
   file:write(text)
   file:close()
end

local function sign_expired(folder)
   write(folder .. "/authority.conf", AUTHORITY)
   write(folder .. "/issued.txt", "")
   openssl(folder, "ca -batch -notext -config authority.conf -in expired.csr -cert ca.pem -keyfile ca.key "
      .. "-startdate 20200101000000Z -enddate 20200102000000Z -extfile expired.ext -out expired.pem")
end

local function make_certificates(folder)
   certificates.make(folder,
      { right = HERE, wrong_host = "DNS:elsewhere.example", expired = HERE, caller = "DNS:caller" })
   sign_expired(folder)
   openssl(folder, "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout self_signed.key "
      .. "-out self_signed.pem -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=" .. HERE)
end

local function server_block(listener, index)
   local answer = ("location / { return 200 '%s'; }"):format(rows.LIST)
   if listener.name == "plain" then return ("server { listen 127.0.0.1:%%PORT%d%%; %s }"):format(index, answer) end
   local certificate = listener.certificate or listener.name
   return (("server { listen 127.0.0.1:%%PORT%d%% ssl http2; ssl_certificate %%FOLDER%%/%s.pem; "
      .. "ssl_certificate_key %%FOLDER%%/%s.key; %s %s }"):format(index, certificate, certificate,
         listener.more or "", answer))
end

local function http2_block(index, port)
   return ("server { listen 127.0.0.1:%%PORT%d%% ssl; ssl_alpn h2; ssl_certificate %%FOLDER%%/right.pem; "
      .. "ssl_certificate_key %%FOLDER%%/right.key; proxy_pass 127.0.0.1:%d; }"):format(index, port)
end

-- With `urls` by name, `folder` with ca.pem and the caller's certificate, `http2_port` for who is behind the URL
-- "http2", and `stop`.
function tls.start()
   local folder, blocks, http2_port = nginx.folder(), {}, nginx.free_port()
   make_certificates(folder)
   for index, listener in ipairs(LISTENERS) do blocks[index] = server_block(listener, index) end
   local server = nginx.start(folder, table.concat(blocks, "\n"), http2_block(#LISTENERS + 1, http2_port))
   local urls = {}
   for index, listener in ipairs(LISTENERS) do urls[listener.name] = "https://127.0.0.1:" .. server.ports[index] end
   urls.http2 = "https://127.0.0.1:" .. server.ports[#LISTENERS + 1]
   return { urls = urls, folder = folder, http2_port = http2_port, stop = function() server:stop() end }
end

return tls
