-- The service behind the demo: the emulator with a few connections, until it is killed.
-- Writes the environment for the library to the file that it is given.
local personalize = require "personalize"
local emulator = assert(require "personalize.emulator".start { seed = true })
local options = emulator:options()
local client = assert(personalize.new(options))

local function add(name, url)
   assert(client.connections.create {
      name = name, systemType = "DATA_SYSTEM", auth = { authType = "NONE" },
      request = { requestType = "GET", connectionUrl = url },
      connectionTimeout = 200, socketTimeout = 500,
   })
end

add("Opening hours", emulator.url .. "/")
add("Broken", "http://127.0.0.1:1/")

local file = assert(io.open(arg[1], "w"))
for name, value in pairs(options) do
   file:write(("export PERSONALIZE_%s='%s'\n"):format(name:upper(), value))
end
file:close()

while true do os.execute "sleep 1" end
