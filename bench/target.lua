-- What the benches call: the emulator over TLS, in a process of its own.
local personalize = require "personalize"
local certificates = require "spec.support.certificates"
local nginx = require "spec.support.nginx"

local target = {}

local Target = {}
Target.__index = Target

function target.median(list)
   table.sort(list)
   return list[math.floor(#list / 2) + 1]
end

--- Starts it. `path` is that of a published connection; `token` is good for a day.
function target.start()
   local folder = nginx.folder()
   certificates.make(folder, { server = "DNS:localhost,IP:127.0.0.1" })
   local process = assert(io.popen(("%s bench/service.lua %s/url %s/server.pem %s/server.key"):format(arg[-1], folder,
      folder, folder), "w"))
   local self = setmetatable({ folder = folder, process = process, ca_file = folder .. "/ca.pem" }, Target)
   repeat
      local file = io.open(folder .. "/url")
      self.url = file and file:read "*l"
      if file then file:close() end
   until self.url
   local token
   local client = assert(personalize.new { base_url = self.url, token_url = self.url .. "/oauth/token",
      client_id = "emulator-client-id", client_secret = "emulator-client-secret", ca_file = self.ca_file,
      token_cache = { get = function() end, set = function(_, text) token = text end } })
   self.ref = assert(client.connections.find "Weather Data System").ref
   self.path, self.token = "/v2/connections/" .. self.ref, token
   return self
end

--- A client of the library for it.
function Target:client(more)
   local options = { base_url = self.url, ca_file = self.ca_file, access_token = self.token }
   for name, value in pairs(more) do options[name] = value end
   return assert(personalize.new(options))
end

function Target:stop()
   self.process:close()
   os.execute("rm -rf " .. self.folder)
end

return target
