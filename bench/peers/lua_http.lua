-- lua-http with lua-cjson, over a connection that is kept: its low-level interface, for its requests open one each.
local job = require "bench.peers.job"
local cjson = require "cjson"
local cqueues = require "cqueues"
local headers = require "http.headers"
local http_client = require "http.client"
local http_tls = require "http.tls"
local store = require "openssl.x509.store"

local function connect()
   local context = http_tls.new_client_context()
   local trusted = store.new()
   trusted:add(job.ca_file)
   context:setStore(trusted)
   return assert(http_client.connect({ host = job.host, port = tonumber(job.port), tls = true, ctx = context,
      version = tonumber(job.version), sendname = false }, 10))
end

local function fetch(connection)
   local request = headers.new()
   request:append(":method", "GET")
   request:append(":scheme", "https")
   request:append(":authority", job.host .. ":" .. job.port)
   request:append(":path", job.path)
   request:append("authorization", "Bearer " .. job.token)
   request:append("accept", "application/json")
   local stream = assert(connection:new_stream())
   assert(stream:write_headers(request, true))
   assert(assert(stream:get_headers(10)):get ":status" == "200")
   return cjson.decode(assert(stream:get_body_as_string()))
end

-- HTTP/1.1 needs a connection for each call in flight, HTTP/2 one for all.
local kept = {}

local function flight(count)
   local left, loop = count, cqueues.new()
   for lane = 1, job.concurrency do
      loop:wrap(function()
         local which = job.version == "2" and 1 or lane
         kept[which] = kept[which] or connect()
         while left > 0 do
            left = left - 1
            assert(#fetch(kept[which]).name > 0)
         end
      end)
   end
   assert(loop:loop())
end

local function one()
   kept[1] = kept[1] or connect()
   return fetch(kept[1])
end

job.run(cqueues.monotime, {
   retrieve = function() return one().name end,
   list = function() return one().items end,
   flight = flight,
})
