-- The main job, once: connect, list, retrieve, create, change, update, test, read back.
-- `make demo` runs it against the emulator. Against a tenant, set PERSONALIZE_REGION, PERSONALIZE_CLIENT_ID and
-- PERSONALIZE_CLIENT_SECRET, and run `lua5.4 examples/quickstart.lua`.

local personalize = require "personalize"

local function step(title)
   print(("\n-- %s"):format(title))
end

-- Without a tenant in the environment, the emulator is one: a real HTTP server with the published examples.
local emulator
local client
if os.getenv "PERSONALIZE_REGION" or os.getenv "PERSONALIZE_BASE_URL" then
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
local first = assert(connections.find "Weather Data System")
print(first)

step "A new one"
local created = assert(connections.create {
   name = "Opening hours",
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
print(("created %s with ref %s"):format(created.name, created.ref))

step "Change it and send it back"
created.description = "Opening hours of a shop, by its name"
created.socketTimeout = 2000
local updated = assert(connections.update(created))
print(("revision %s, modified at %s"):format(updated.revision, updated.modifiedAt))

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

client:close()
if emulator then emulator:stop() end
