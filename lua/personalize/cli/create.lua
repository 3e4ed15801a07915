--- `personalize create`: a new connection.
-- @module personalize.cli.create

local sending = require "personalize.cli.sending"

local command = {}

function command.add(parser)
   local own = parser:command("create", "Create a connection.")
   own:epilog "Example: personalize create weather.json"
   own:argument("definition", "A JSON file, - for the standard input, or JSON that begins with {. References to "
      .. "secrets such as {\"$env\": \"NAME\"} are looked up.")
   sending.add(own)
end

local function create(client, definition)
   return client.connections.create(definition)
end

function command.run(arguments, streams)
   return sending.run(arguments, streams, arguments.definition, create)
end

return command
