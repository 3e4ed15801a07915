-- One kind of work so many times, as bench/instructions/run.lua counts it:
--    lua bench/instructions/work.lua NAME COUNT [URL CA_FILE TOKEN PATH FOLDER]
local connections = require "bench.json.connections"

local name, count = arg[1], tonumber(arg[2])
local url, ca_file, token, path, folder = arg[3], arg[4], arg[5], arg[6], arg[7]

-- Each makes the function that does the work once.
local works = {}

function works.decode()
   local core, text = require "personalize.core".json, connections.list(100)
   return function() core.decode(text) end
end

function works.cjson_decode()
   local cjson, text = require "cjson", connections.list(100)
   return function() cjson.decode(text) end
end

function works.encode()
   local core, options = require "personalize.core".json, { canonical = true, rank = connections.ranks() }
   local value = core.decode(connections.list(100))
   return function() core.encode(value, options) end
end

function works.cjson_encode()
   local cjson = require "cjson"
   local value = cjson.decode(connections.list(100))
   return function() cjson.encode(value) end
end

local function client()
   return assert(require "personalize".new { base_url = url, ca_file = ca_file, access_token = token, timeout = 600 })
end

function works.patch()
   local tenant, ref, round = client(), path:match "[^/]+$", 0
   return function()
      round = round + 1
      assert(tenant.connections.patch(ref, { description = "round " .. round }))
   end
end

function works.plan()
   local tenant, sync = client(), require "personalize.sync"
   return function() assert(assert(sync.plan(tenant, folder)):is_empty()) end
end

local work = works[name]()
work() -- connections, sessions, what is loaded when it is first used
for _ = 1, count do work() end
