-- Emulators on files, each a process of its own, and how they are loaded: with wrk.
local process = require "spec.support.emulator_process"
local support = require "spec.support.emulator"

local tenant = {}

-- The connection that is created, as JSON.
tenant.definition = require "dkjson".encode(support.definition {
   name = "Weather", description = "Weather by city", exampleValue = "",
   request = { requestType = "GET", connectionUrl = "https://api.example.com/v1/weather?city=${city}" },
   inputMappings = { { label = "City", key = "city", type = "string", exampleValue = "Dublin", mapping = "" } },
   outputMappings = { { label = "Temperature", outputReference = "current.temp", type = "number" },
      { label = "Text", outputReference = "current.text", type = "string" } },
   customHeaders = { { name = "Accept", value = "application/json" } },
})

--- What a command prints.
function tenant.run(command)
   local pipe = assert(io.popen(command))
   local text = pipe:read "*a"
   pipe:close()
   return text
end

--- Calls a second that were answered with 2xx.
function tenant.wrk(clients, seconds, token, url, more)
   local command = "TOKEN=%s BODY='%s' wrk -t%d -c%d -d%ds %s -H 'Authorization: Bearer %s' '%s'"
   local threads = clients > 1 and 2 or 1
   local text = tenant.run(command:format(token, tenant.definition, threads, clients, seconds, more or "", token, url))
   assert(not text:find "Non%-2xx", text)
   return tonumber(text:match "Requests/sec:%s*([%d.]+)") or error(text)
end

local started = {}

--- Starts one on a file; `process` and `token` are fields of it.
function tenant.start(path)
   local running = process.start("--json --quiet --token-ttl 86400 --database " .. path)
   started[#started + 1] = running
   local session = setmetatable({ url = assert(running.url, running.ready), e = { options = function()
      return running.json.options
   end } }, { __index = support.session })
   session.token = session:get_token()
   session.process = running
   return session
end

--- Ends all that were started.
function tenant.stop_all()
   for _, running in ipairs(started) do running:clean() end
end

local function has(session, count)
   return #select(2, session:send("GET", "/v2/connections?limit=1&offset=" .. count - 1)).items > 0
end

--- Creates connections until there are so many, or some more.
function tenant.fill(session, count)
   if count <= 200 then
      for _ = 1, count do assert(session:send("POST", "/v2/connections", tenant.definition) == 201) end
      return
   end
   while not has(session, count) do tenant.create(session, 64, 1) end
end

--- Creates for some seconds; brings creates a second.
function tenant.create(session, clients, seconds)
   return tenant.wrk(clients, seconds, session.token, session.url .. "/v2/connections",
      "-s bench/emulator/create.lua")
end

--- Answers a second to a GET of what stands behind /v2/connections.
function tenant.get(session, clients, seconds, path)
   return tenant.wrk(clients, seconds, session.token, session.url .. "/v2/connections" .. path)
end

--- The reference of the connection at an offset, and its body.
function tenant.at(session, offset)
   local ref = select(2, session:send("GET", "/v2/connections?limit=1&offset=" .. offset)).items[1].ref
   return ref, select(4, session:send("GET", "/v2/connections/" .. ref))
end

return tenant
