--- `personalize update`: replaces a connection.
-- @module personalize.cli.update

local sending = require "personalize.cli.sending"

local command = {}

function command.add(parser)
   local own = parser:command("update", "Replace a connection: members that the definition lacks are removed.")
   own:epilog "Example: personalize update Weather weather.json"
   own:argument("name", "Name or ref.")
   own:argument("definition", "A JSON file, - for the standard input, or JSON that begins with {.")
   sending.add_changing(own)
end

local function update(connections, connection, definition, options)
   return connections.update(connection, definition, options)
end

function command.run(arguments, streams)
   return sending.change(arguments, streams, arguments.definition, update)
end

return command
