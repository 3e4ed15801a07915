-- The nginx of the bench, with one worker, and its upstream: an nginx that answers with a constant connection after
-- 100 ms or at once, over plain HTTP and over TLS. What is loaded is CONTESTANT/SCHEME/DELAY; /other is the location
-- whose latency is watched.
--    library     the library
--    resty       lua-resty-http with lua-cjson, as its manual has it; where it is found
--    cosocket    the shortest exchange over a bare cosocket, which looks at nothing but the end: over plain HTTP
local certificates = require "spec.support.certificates"
local nginx = require "spec.support.nginx"
local openresty = require "spec.support.openresty"
local read = require "spec.support.read"

local server = {}

local UPSTREAM = [[
   location /v2/connections/slow { content_by_lua_block { ngx.sleep(0.1) ngx.header.content_type = "application/json"
      ngx.print [=[BODY]=] } }
   location /v2/connections/quick { content_by_lua_block { ngx.header.content_type = "application/json"
      ngx.print [=[BODY]=] } }
]]

local TLS_UPSTREAM = [[ keepalive_requests 100000000;
   server { listen 127.0.0.1:TLSPORT ssl backlog=1024; ssl_certificate FOLDER/upstream.pem;
      ssl_certificate_key FOLDER/upstream.key; LOCATIONS }
]]

local LOCATIONS = [[
   location /library/ { content_by_lua_block {
      local personalize = require "personalize"
      clients = clients or {
         plain = personalize.new { base_url = "http://127.0.0.1:PLAINPORT", access_token = "t", nginx_driver = "MODE" },
         tls = personalize.new { base_url = "https://127.0.0.1:TLSPORT", access_token = "t", nginx_driver = "MODE",
            ca_file = "FOLDER/ca.pem" },
      }
      local scheme, name = ngx.var.uri:match "([^/]+)/([^/]+)$"
      local connection, err = clients[scheme].connections.get(name)
      ngx.print(connection and connection.name or tostring(err)) } }
   location /resty/ { content_by_lua_block {
      local http, cjson = require "resty.http", require "cjson"
      local scheme, name = ngx.var.uri:match "([^/]+)/([^/]+)$"
      local base = scheme == "tls" and "https://127.0.0.1:TLSPORT" or "http://127.0.0.1:PLAINPORT"
      local answer, err = http.new():request_uri(base .. "/v2/connections/" .. name, {
         headers = { Authorization = "Bearer t", Accept = "application/json" },
         ssl_server_name = "localhost", keepalive_timeout = 60000, keepalive_pool = 200 })
      ngx.print(answer and answer.status == 200 and cjson.decode(answer.body).name or err) } }
   location /cosocket/ { content_by_lua_block {
      local tcp = ngx.socket.tcp()
      assert(tcp:connect("127.0.0.1", PLAINPORT))
      tcp:send("GET /v2/connections/" .. ngx.var.uri:match "[^/]+$" .. " HTTP/1.1\r\nHost: x\r\n\r\n")
      repeat
         local line = tcp:receive()
      until line == ""
      local body = {}
      while true do
         local size = tonumber(tcp:receive(), 16)
         if size > 0 then body[#body + 1] = tcp:receive(size) end
         tcp:receive()
         if size == 0 then break end
      end
      tcp:setkeepalive(60000, 200)
      ngx.print(table.concat(body):match '"name": "([^"]+)"') } }
   location = /other { content_by_lua_block { ngx.print "other" } }
]]

local SETTINGS = "keepalive_requests 100000000; lua_ssl_trusted_certificate FOLDER/ca.pem; lua_ssl_verify_depth 2;"

local function filled(text, values) return (text:gsub("%u%u%u%u+", values)) end

--- The Lua path at which lua-resty-http is found with lua-resty-string, which it needs and OpenResty has; nil if it is
-- nowhere. RESTY_PATH names one beside those of Debian.
function server.resty_path()
   local given = os.getenv "RESTY_PATH"
   local path = (given and given .. ";" or "") .. "/usr/local/share/lua/5.1/?.lua;/usr/share/lua/5.1/?.lua"
   return package.searchpath("resty.http", path) and package.searchpath("resty.string", path) and path
end

--- @treturn table the upstream, with the ports `port` and `tls_port`, and the `folder` of its certificates
function server.upstream()
   local folder, port = nginx.folder "755", nginx.free_port()
   certificates.make(folder, { upstream = "IP:127.0.0.1,DNS:localhost" })
   local locations = UPSTREAM:gsub("BODY", { BODY = assert(read "spec/fixtures/retrieve.json") })
   local upstream = openresty.start { workers = 1, server = locations,
      http = filled(TLS_UPSTREAM, { TLSPORT = port, FOLDER = folder, LOCATIONS = locations }) }
   upstream.tls_port, upstream.certificates = port, folder
   return upstream
end

--- Ends an upstream, and takes its certificates away.
function server.stop_upstream(upstream)
   upstream:terminate()
   os.execute("rm -rf " .. upstream.certificates)
end

--- `mode` is how the library's driver waits: "wake" or "tick".
function server.start(mode, upstream)
   local values = { PLAINPORT = upstream.port, TLSPORT = upstream.tls_port, FOLDER = upstream.certificates,
      MODE = mode }
   return openresty.start { workers = 1, http = filled(SETTINGS, values), server = filled(LOCATIONS, values),
      paths = server.resty_path() }
end

return server
