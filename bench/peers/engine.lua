-- The library's engine and codec alone, without what makes a connection of an answer: tells where time goes.
local job = require "bench.peers.job"
local core = require "personalize.core"

local engine = core.http.engine()
local profile = core.http.profile { ca_file = job.ca_file, http2 = job.version == "2" }
local headers = { { "Authorization", "Bearer " .. job.token }, { "Accept", "application/json" } }

job.run(require "personalize".now, {
   retrieve = function()
      local transfer = assert(engine:enqueue({ method = "GET", url = job.url, headers = headers, timeout_ms = 30000 },
         profile))
      while not transfer:done() do engine:wait(1000) end
      return assert(core.json.decode(assert(transfer:result()).body)).name
   end,
})
