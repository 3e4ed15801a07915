-- Connections as people make them, from public descriptions: spec/fixtures/connections.
local json = require "personalize.json"
local lfs = require "lfs"
local read = require "spec.support.read"

local real_connections = {}

real_connections.folder = "spec/fixtures/connections"

-- name of file -> definition, anew at each call
function real_connections.all()
   local all = {}
   for file in lfs.dir(real_connections.folder) do
      if file:find "%.json$" then all[file] = assert(json.decode(read(real_connections.folder .. "/" .. file))) end
   end
   return all
end

return real_connections
