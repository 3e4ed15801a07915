-- lua-socket with lua-sec and lua-cjson: what a script without this library mostly is. It keeps no connection: each
-- call of socket.http has one of its own.
local job = require "bench.peers.job"
local cjson = require "cjson"
local https = require "ssl.https"
local ltn12 = require "ltn12"
local socket = require "socket"

local function fetch()
   local pieces = {}
   local ok, status = https.request {
      url = job.url, sink = ltn12.sink.table(pieces), verify = "peer", cafile = job.ca_file,
      headers = { Authorization = "Bearer " .. job.token, Accept = "application/json" },
   }
   assert(ok and status == 200, status)
   return cjson.decode(table.concat(pieces))
end

job.run(socket.gettime, {
   retrieve = function() return fetch().name end,
   list = function() return fetch().items end,
})
