-- Short ways to use the engine in specs.
local core = require "personalize.core"
local patient = require "spec.support.patient"

local http = { core = core }

local function with_defaults(spec)
   spec.method = spec.method or "GET"
   spec.timeout_ms = spec.timeout_ms or patient(10000)
   return spec
end

-- Starts it at once; it may even be done on return.
function http.add(engine, spec)
   local transfer, err = engine:enqueue(with_defaults(spec))
   if transfer then engine:run_due() end
   return transfer, err
end

-- Waits until all of them are done.
function http.wait(engine, ...)
   for _, transfer in ipairs { ... } do
      while not transfer:done() do assert(engine:wait(1000)) end
   end
end

function http.run(engine, spec)
   local transfer, err = http.add(engine, spec)
   if not transfer then return nil, err end
   http.wait(engine, transfer)
   return transfer:result()
end

function http.header(result, name)
   return result.headers[name]
end

function http.open_descriptors()
   local count = 0
   for _ in require "lfs".dir "/proc/self/fd" do count = count + 1 end
   return count
end

-- What a collected object alone kept alive needs another round.
function http.collect()
   for _ = 1, 4 do collectgarbage() end
end

return http
