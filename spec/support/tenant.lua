-- A tenant for one spec: an emulator, and a client of it whose events are kept.
local emulator = require "personalize.emulator"
local personalize = require "personalize"
local variant = require "spec.support.variant"

local tenant = {}

local Tenant = {}
Tenant.__index = Tenant

function tenant.start(emulator_options, client_options)
   local running = assert(emulator.start(variant.of_emulator(emulator_options)))
   local self = setmetatable({ emulator = running, events = {} }, Tenant)
   self.client = self:new_client(client_options)
   self.connections = self.client.connections
   return self
end

function Tenant:new_client(client_options)
   local options = self.emulator:options(variant.credentials)
   options.on_event = function(event) self.events[#self.events + 1] = event end
   for name, value in pairs(client_options or {}) do options[name] = value end
   return assert(personalize.new(options))
end

-- A definition that is as it should be, with these members besides or instead.
function tenant.definition(members)
   local definition = {
      name = "Weather", auth = { authType = "NONE" }, systemType = "DATA_SYSTEM",
      request = { requestType = "GET", connectionUrl = "https://api.example.com/v1" },
   }
   for name, value in pairs(members or {}) do definition[name] = value end
   return definition
end

function tenant.oauth(members)
   local definition = tenant.definition(members)
   definition.auth = { authType = "OAUTH", clientId = "id", clientSecret = "hush-hush",
      accessTokenUrl = "https://example.com/token" }
   return definition
end

function Tenant:create(members) return assert(self.connections.create(tenant.definition(members))) end

function Tenant:create_many(count)
   local refs = {}
   for index = 1, count do refs[index] = self:create({ name = "C" .. index }).ref end
   return refs
end

-- Requests but those for tokens, as "GET /v2/connections?limit=10".
function Tenant:calls()
   local calls = {}
   for _, request in ipairs(self.emulator:requests()) do
      if not request.path:find "token" then
         local query = request.query ~= "" and request.query
         calls[#calls + 1] = request.method .. " " .. request.path .. (query and "?" .. query or "")
      end
   end
   return calls
end

-- The body of the last request, as text.
function Tenant:last_body()
   local requests = self.emulator:requests()
   return requests[#requests].body
end

function Tenant:warnings()
   local messages = {}
   for _, event in ipairs(self.events) do
      if event.type == "warning" then messages[#messages + 1] = event.message end
   end
   return messages
end

function Tenant:stop()
   self.client:close()
   self.emulator:stop()
end

return tenant
