-- A process that makes sure of ten connections, and prints the refs of the twins that it is told of.
-- arguments: base URL, token URL, client id, client secret, number of the round
local personalize = require "personalize"

local base_url, token_url, client_id, client_secret, round = ...
local client = assert(personalize.new { base_url = base_url, token_url = token_url, client_id = client_id,
   client_secret = client_secret })
local definitions = {}
for index = 1, 10 do
   definitions[index] = {
      name = ("R%s %d"):format(round, index), systemType = "DATA_SYSTEM", auth = { authType = "NONE" },
      request = { requestType = "GET", connectionUrl = "https://api.example.com/" },
   }
end
local _, errors = client.connections.ensure_all(definitions)
for _, err in pairs(errors) do
   for _, ref in ipairs(err.refs or {}) do print(ref) end
end
