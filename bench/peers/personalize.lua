-- The library itself, as a script uses it.
local job = require "bench.peers.job"
local personalize = require "personalize"

local client = assert(personalize.new { base_url = job.base, ca_file = job.ca_file, access_token = job.token,
   http2 = job.version == "2" })
local connections, ref = client.connections, job.path:match "[^/]+$"

job.run(personalize.now, {
   retrieve = function() return assert(connections.get(ref)).name end,
   list = function() return assert(connections.list()) end,
   flight = function(count)
      local items = {}
      for index = 1, count do items[index] = index end
      -- no contestant keeps what it retrieved
      local names, errors = personalize.map(items, function() return assert(connections.get(ref)).name end,
         { concurrency = job.concurrency })
      assert(next(errors) == nil and #names[count] > 0, tostring(errors[next(errors)]))
   end,
})
