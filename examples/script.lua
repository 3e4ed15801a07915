-- How a script begins, so that what goes wrong says where: what it is, file and line on stderr, exit code 1.
--
--    lua5.4 script.lua "Weather Data System"
local personalize = require "personalize"

local function main(name)
   local client = assert(personalize.from_env())
   local connection = assert(client.connections.find(name))
   print(connection.name, connection.request.connectionUrl)
   client:close()
end

-- An error of the library is a table: `assert` alone would show neither file nor line of it.
local fine, text = xpcall(main, personalize.traceback, ...)
if not fine then
   io.stderr:write(tostring(text), "\n")
   os.exit(1)
end
