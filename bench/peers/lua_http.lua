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

-- One for each call in flight, with HTTP/2 too: calls that shared one waited for each other for ever now and then.
local kept = {}

local function flight(count)
   local left, loop = count, cqueues.new()
   for lane = 1, job.concurrency do
      kept[lane] = kept[lane] or connect()
      loop:wrap(function()
         while left > 0 do
            left = left - 1
            assert(#fetch(kept[lane]).name > 0)
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
