-- The nginx of the bench, with one worker: /library/ calls the upstream with the library, /cosocket/ with the shortest
-- exchange over a bare cosocket, /other is the location whose latency is watched. And the upstream: an nginx that
-- answers with a constant connection, after 100 ms or at once.
local openresty = require "spec.support.openresty"
local read = require "spec.support.read"

local server = {}

local UPSTREAM = [[
   location /v2/connections/slow { content_by_lua_block { ngx.sleep(0.1) ngx.header.content_type = "application/json"
      ngx.print [=[BODY]=] } }
   location /v2/connections/quick { content_by_lua_block { ngx.header.content_type = "application/json"
      ngx.print [=[BODY]=] } }
]]

local LOCATIONS = [[
   location /library/ { content_by_lua_block {
      local personalize = require "personalize"
      client = client or personalize.new { base_url = "http://127.0.0.1:PORT", access_token = "t",
         nginx_driver = "MODE" }
      local connection, err = client.connections.get(ngx.var.uri:match "[^/]+$")
      ngx.print(connection and connection.name or tostring(err)) } }
   location /cosocket/ { content_by_lua_block {
      local tcp = ngx.socket.tcp()
      assert(tcp:connect("127.0.0.1", PORT))
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

local function start(locations, values)
   return openresty.start { workers = 1, http = "keepalive_requests 100000000;",
      server = (locations:gsub("%u+", values)) }
end

function server.upstream()
   return start(UPSTREAM, { BODY = assert(read "spec/fixtures/retrieve.json") })
end

--- `mode` is how the library's driver waits: "wake" or "tick".
function server.start(mode, upstream)
   return start(LOCATIONS, { PORT = upstream.port, MODE = mode })
end

return server
