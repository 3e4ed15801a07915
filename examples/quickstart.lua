-- The main job, once: connect, list, retrieve, create, change, update, test, read back.
-- It runs against an emulator of its own, whatever the environment says. Against a tenant, set PERSONALIZE_REGION,
-- PERSONALIZE_CLIENT_ID and PERSONALIZE_CLIENT_SECRET, and run `lua5.4 examples/quickstart.lua tenant`: what it makes
-- there is named as an example, made once, and archived at the end.

local personalize = require "personalize"

local function step(title)
   print(("\n-- %s"):format(title))
end

-- The emulator is a tenant: a real HTTP server with the published examples.
local emulator
local client
if ... == "tenant" then
   client = assert(personalize.from_env())
else
   emulator = assert(require "personalize.emulator".start { seed = true })
   client = assert(personalize.new(emulator:options()))
end
local connections = client.connections
print(client)

step "All connections"
print(assert(connections.list()))

step "One of them, by its name"
print(connections.find "Weather Data System")

step "A new one, or the one of that name"
local name = "Example of the personalize library"
local earlier = connections.find { name = name, archived = true }
if earlier then assert(connections.restore(earlier)) end
local created, what = assert(connections.ensure {
   name = name,
   description = "Opening hours of a shop",
   systemType = "DATA_SYSTEM",
   auth = { authType = "NONE" },
   request = {
      requestType = "GET",
      connectionUrl = (emulator and emulator.url or "https://example.com") .. "/?shop=${shop}",
   },
   inputMappings = {
      { label = "Shop", key = "shop", type = "string", exampleValue = "Dublin 2", mapping = "" },
   },
})
print(("%s: %s with ref %s"):format(what, created.name, created.ref))

step "Change it and send it back"
created.description = "Opening hours of a shop, by its name"
created.socketTimeout = 2000
local updated = assert(connections.update(created))
print(("modified at %s"):format(updated.modifiedAt))

step "Test it: the service makes the call that it describes"
local outcome = assert(connections.test(updated))
print(personalize.json.encode(outcome, { pretty = true, canonical = true }))

step "Read it back"
local read = assert(connections.get(created.ref))
print(read.description, read.socketTimeout .. " ms", #read.inputMappings .. " input")
print(("status %d after %d attempt, connection reused: %s"):format(
   personalize.meta(read).status, personalize.meta(read).attempts, tostring(personalize.meta(read).reused)))

step "A call that fails says why"
local none, err = connections.get "00000000-0000-4000-8000-000000000000"
print(none, err)
print("kind:", err.kind, "status:", err.status, "retryable:", err.retryable)

step "Retire it: there is no delete"
print("archived:", assert(connections.archive(read)).archived)

client:close()
if emulator then emulator:stop() end
