-- The library inside nginx against the shortest exchange over a bare cosocket, one worker each, both calling the same
-- upstream: an nginx of its own that answers with a constant connection after 100 ms, or at once. wrk is the load.
--    luajit bench/openresty/run.lua [SECONDS]
local openresty = require "spec.support.openresty"
local socket = require "socket"

local seconds = tonumber(arg[1] or 5)

local function read(path)
   local file = assert(io.open(path))
   local text = file:read "*a"
   file:close()
   return text
end

local upstream = openresty.start {
   workers = 1,
   http = "keepalive_requests 100000000;",
   server = ([[
      location /v2/connections/slow { content_by_lua_block { ngx.sleep(0.1) ngx.header.content_type = "application/json"
         ngx.print [=[%s]=] } }
      location /v2/connections/quick { content_by_lua_block { ngx.header.content_type = "application/json"
         ngx.print [=[%s]=] } }
   ]]):format(read "spec/fixtures/retrieve.json", read "spec/fixtures/retrieve.json"),
}

local function start(mode)
   return openresty.start {
      workers = 1,
      http = "keepalive_requests 100000000;",
      server = ([[
         location /library/ { content_by_lua_block {
            local personalize = require "personalize"
            client = client or personalize.new { base_url = "http://127.0.0.1:%d", access_token = "t",
               nginx_driver = "%s" }
            local connection, err = client.connections.get(ngx.var.uri:match "[^/]+$")
            ngx.print(connection and connection.name or tostring(err)) } }
         location /cosocket/ { content_by_lua_block {
            local tcp = ngx.socket.tcp()
            assert(tcp:connect("127.0.0.1", %d))
            tcp:send("GET /v2/connections/" .. ngx.var.uri:match "[^/]+$" .. " HTTP/1.1\r\nHost: x\r\n\r\n")
            local length
            repeat
               local line = tcp:receive()
               length = length or line:match "^Content%%-Length: (%%d+)"
               chunked = line:find "chunked" and true or chunked
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
      ]]):format(upstream.port, mode, upstream.port),
   }
end

-- CPU seconds that a process has used.
local function cpu(pid)
   local fields = read(("/proc/%d/stat"):format(pid)):match "%) (.*)"
   local user, system = fields:match("%a" .. (" %S+"):rep(10) .. " (%d+) (%d+)")
   return (user + system) / 100
end

local function wake_ups(pid)
   return tonumber(read(("/proc/%d/status"):format(pid)):match "\nvoluntary_ctxt_switches:%s*(%d+)")
end

-- Loads a location with wrk; the latency of another location is taken meanwhile.
local function load(server, target, clients)
   local pid = server:workers()[1]
   openresty.run(("wrk -t1 -c%d -d1 http://127.0.0.1:%d%s"):format(clients, server.port, target)) -- warm
   local cpu_before, wakes_before = cpu(pid), wake_ups(pid)
   local process = io.popen(("wrk -t1 -c%d -d%d http://127.0.0.1:%d%s"):format(clients, seconds, server.port, target))
   local latencies, ends = {}, socket.gettime() + seconds - 0.5
   while socket.gettime() < ends do
      local began = socket.gettime()
      local _, body = server:get "/other"
      assert(body == "other")
      latencies[#latencies + 1] = socket.gettime() - began
      socket.sleep(0.01)
   end
   local output = process:read "*a"
   process:close()
   assert(not output:find "Non%-2xx", output)
   table.sort(latencies)
   local answers = tonumber(output:match "(%d+) requests in")
   return {
      rate = tonumber(output:match "Requests/sec:%s*([%d.]+)"),
      p99 = latencies[math.ceil(#latencies * 0.99)] * 1000,
      cpu_us = (cpu(pid) - cpu_before) / answers * 1e6,
      wakes = (wake_ups(pid) - wakes_before) / seconds,
   }
end

for _, mode in ipairs { "wake", "tick" } do
   local server = start(mode)
   local ours = load(server, "/library/slow", 100)
   local bare = load(server, "/cosocket/slow", 100)
   print(("%s  100 clients, 100 ms: %.0f of 1,000 answers/s (at least 940), other location p99 %.1f ms (below 5)")
      :format(mode, ours.rate, ours.p99))
   print(("%s  CPU a request: %.0f us, cosocket %.0f us: ratio %.2f (at most 2.5)")
      :format(mode, ours.cpu_us, bare.cpu_us, ours.cpu_us / bare.cpu_us))
   local quick, bare_quick = load(server, "/library/quick", 32), load(server, "/cosocket/quick", 32)
   print(("%s  32 clients, no delay: %.0f answers/s, cosocket %.0f: ratio %.2f (at least 0.45)")
      :format(mode, quick.rate, bare_quick.rate, quick.rate / bare_quick.rate))
   print(("%s  1 client, 100 ms: %.0f wake-ups/s"):format(mode, load(server, "/library/slow", 1).wakes))
   local before = wake_ups(server:workers()[1])
   socket.sleep(2)
   print(("%s  idle: %d wake-ups in 2 s"):format(mode, wake_ups(server:workers()[1]) - before))
   server:stop()
end
upstream:terminate()
