-- What the contestants call, over TLS: the emulator in a process of its own, and an nginx that answers with the same
-- bytes from files. nginx is the faster server and speaks HTTP/2; the emulator is the one that everybody has.
local certificates = require "spec.support.certificates"
local connections = require "bench.json.connections"
local interpreters = require "bench.interpreters"
local nginx = require "spec.support.nginx"
local personalize = require "personalize"

local servers = {}

--- How far away a server is that is not on this machine, in seconds: no service is near.
servers.distance = 0.005

-- Seconds in which the emulator has to be there.
local longest_start = 20

-- No list here needs a second page: what is asked for beyond the first is empty.
local LOCATIONS = [[
   location = /v2/connections/%REF% { %DELAY% root %FOLDER%; rewrite ^ /retrieve.json break; }
   location = /v2/connections {
      if ($arg_offset ~ "^[1-9]") { return 200 '{"items": []}'; }
      root %FOLDER%; rewrite ^ /list.json break;
   }
]]

local SERVER = [[
server {
   listen 127.0.0.1:%PORT@% ssl %PROTOCOL%;
   ssl_certificate %FOLDER%/server.pem; ssl_certificate_key %FOLDER%/server.key;
   open_file_cache max=10;
]] .. LOCATIONS .. "}\n"

local function run(command)
   assert(os.execute(command), command)
end

local function start_emulator(self)
   self.process = assert(io.popen(("%s bench/service.lua %s/url %s/server.pem %s/server.key"):format(
      interpreters.command(interpreters.this), self.folder, self.folder, self.folder), "w"))
   local deadline = personalize.now() + longest_start
   while personalize.now() < deadline do
      local file = io.open(self.folder .. "/url")
      local url = file and file:read "*l"
      if file then file:close() end
      if url then return url end
   end
   error "the emulator did not start"
end

-- Fills the emulator up to so many connections; brings a token that is good for a day and the ref of one of them.
local function fill(self, url, count)
   local token
   local client = assert(personalize.new { base_url = url, token_url = url .. "/oauth/token", ca_file = self.ca_file,
      client_id = "emulator-client-id", client_secret = "emulator-client-secret",
      token_cache = { get = function() end, set = function(_, text) token = text end } })
   local there = assert(client.connections.list())
   local more = {}
   for index, connection in ipairs(assert(personalize.json.decode(connections.list(count))).items) do
      if index > #there then more[#more + 1] = connection end
   end
   local _, errors = client.connections.create_all(more, { concurrency = 8 })
   assert(next(errors) == nil, tostring(errors[next(errors)]))
   return token, assert(client.connections.find "Weather Data System").ref
end

local function save(self, path, name)
   run(("curl -sSf --cacert %s -H 'Authorization: Bearer %s' -o %s/%s '%s%s'"):format(self.ca_file,
      self.emulator.token, self.folder, name, self.emulator.url, path))
end

-- The emulator as it is some way off: from now on it takes so long before it answers a retrieve.
local function move_away(self, seconds)
   local fault = assert(personalize.json.encode { path = "/v2/connections/*", delay = seconds, times = 1000000 })
   run(("curl -sSf --cacert %s -o /dev/null -H 'Content-Type: application/json' -d '%s' %s/_emulator/fail"):format(
      self.ca_file, fault, self.emulator.url))
   local there = {}
   for name, value in pairs(self.emulator) do there[name] = value end
   there.name = ("emulator, HTTP/1.1, %g ms away"):format(seconds * 1000)
   return there
end

local function start(count)
   local folder = nginx.folder()
   local self = { folder = folder, ca_file = folder .. "/ca.pem" }
   certificates.make(folder, { server = "DNS:localhost,IP:127.0.0.1" })
   local url = start_emulator(self)
   local token, ref = fill(self, url, count)
   local function server(name, version, where)
      return { name = name, version = version, url = where, ca_file = self.ca_file, token = token,
         path = "/v2/connections/" .. ref }
   end
   self.emulator = server("emulator, HTTP/1.1", "1.1", url)
   self.move_away = move_away
   save(self, self.emulator.path, "retrieve.json")
   save(self, "/v2/connections", "list.json")
   local text = ""
   local delay = ("access_by_lua_block { ngx.sleep(%g) }"):format(servers.distance)
   for index, kind in ipairs { { "", "" }, { "http2", "" }, { "", delay }, { "http2", delay } } do
      text = text .. SERVER:gsub("@", index):gsub("%%PROTOCOL%%", kind[1]):gsub("%%REF%%", ref)
         :gsub("%%DELAY%%", kind[2])
   end
   self.web = nginx.start(folder, text)
   self.nginx = server("nginx, HTTP/1.1", "1.1", "https://127.0.0.1:" .. self.web.ports[1])
   self.nginx2 = server("nginx, HTTP/2", "2", "https://127.0.0.1:" .. self.web.ports[2])
   local off = (", %g ms away"):format(servers.distance * 1000)
   self.far_nginx = server("nginx, HTTP/1.1" .. off, "1.1", "https://127.0.0.1:" .. self.web.ports[3])
   self.far_nginx2 = server("nginx, HTTP/2" .. off, "2", "https://127.0.0.1:" .. self.web.ports[4])
   return self
end

-- nginx first: it inherited the pipe whose end ends the emulator.
local function stop(self)
   self.web:stop()
   self.process:close()
end

--- Starts them with so many connections, and ends them after `use(running)`, whatever that does.
-- `running` has `emulator`, `nginx`, `nginx2` (which speaks HTTP/2), `far_nginx` and `far_nginx2` (the same, further
-- away), each with `name`, `version`, `url`, `ca_file`,
-- `token` and `path` (that of a connection); `folder` and `ca_file`; and `running:move_away(seconds)`, after which the
-- emulator is as slow as one so far away, and which returns it under a name that says so.
function servers.with(count, use)
   local running = start(count)
   local fine, problem = xpcall(use, debug.traceback, running)
   stop(running)
   if not fine then error(problem, 0) end
end

return servers
