-- A service that takes its time: GET /v2/connections/<name>_<milliseconds> answers with a connection of that ref
-- after so long. Run by an nginx of its own, so that it costs the nginx under test nothing.
local openresty = require "spec.support.openresty"

local upstream = {}

function upstream.start()
   local server = openresty.start {
      workers = 1,
      http = "lua_shared_dict count 1m; keepalive_requests 1000000;",
      server = [[
         location /v2/connections/ {
            content_by_lua_block {
               ngx.shared.count:incr("begun", 1, 0)
               local ref, milliseconds = ngx.var.uri:match "^/v2/connections/([%w]+_(%d+))$"
               if tonumber(milliseconds) > 0 then ngx.sleep(milliseconds / 1000) end
               ngx.shared.count:incr("answered", 1, 0)
               ngx.header.content_type = "application/json"
               ngx.print('{"ref":"', ref, '","name":"slow"}')
            }
         }
         location = /count {
            content_by_lua_block {
               ngx.print(ngx.shared.count:get "begun" or 0, " ", ngx.shared.count:get "answered" or 0)
            }
         }
      ]],
   }
   server.url = "http://127.0.0.1:" .. server.port
   return server
end

-- How many calls have begun, and how many of them were answered.
function upstream.counts(server)
   local _, text = server:get "/count"
   local begun, answered = text:match "^(%d+) (%d+)$"
   return tonumber(begun), tonumber(answered)
end

-- Lua for nginx: `connections` of a client that calls the upstream.
function upstream.prelude(server, mode)
   return ([[
      local personalize = require "personalize"
      client = client or personalize.new { base_url = "%s", access_token = "t", nginx_driver = "%s", retry = false }
      local connections = client.connections
   ]]):format(server.url, mode)
end

return upstream
