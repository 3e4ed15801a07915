-- What the benches call: a local nginx that answers over TLS with a constant connection.
local certificates = require "spec.support.certificates"
local nginx = require "spec.support.nginx"

local target = {}

function target.median(list)
   table.sort(list)
   return list[math.floor(#list / 2) + 1]
end

local function write(path, text)
   local file = assert(io.open(path, "w"))
   file:write(text)
   file:close()
end

local function published_connection()
   local file = assert(io.open "spec/fixtures/retrieve.json")
   local text = file:read "*a"
   file:close()
   return text
end

-- `url` of the service and `ca_file` to trust; answers /v2/connections/r.
function target.start()
   local folder = nginx.folder()
   certificates.make(folder, { server = "DNS:localhost,IP:127.0.0.1" })
   os.execute(("mkdir -p %s/v2/connections"):format(folder))
   write(folder .. "/v2/connections/r", published_connection())
   local server = nginx.start(folder, [[
      server { listen 127.0.0.1:%PORT1% ssl http2; ssl_certificate %FOLDER%/server.pem;
               ssl_certificate_key %FOLDER%/server.key; root %FOLDER%; http2_max_requests 1000000;
               keepalive_requests 1000000; } ]])
   server.ca_file = folder .. "/ca.pem"
   server.url = ("https://127.0.0.1:%d"):format(server.ports[1])
   return server
end

return target
