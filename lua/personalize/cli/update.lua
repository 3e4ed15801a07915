--- `personalize update`: replaces a connection.
-- @module personalize.cli.update

local raw = require "personalize.raw"
local sending = require "personalize.cli.sending"

local command = {}

function command.add(parser)
   local own = parser:command("update", "Replace a connection: members that the definition lacks are removed.")
   own:epilog "Example: personalize update Weather weather.json"
   own:argument("name", "Name or ref.")
   own:argument("definition", "A JSON file, - for the standard input, or JSON that begins with {.")
   sending.add_renaming(own)
end

local function update(connections, connection, definition, options)
   return connections.update(connection, definition, options)
end

-- A definition that does not say whether it is archived takes the connection out of the archive.
local function becomes(_, definition)
   return raw.string(definition, "name"), raw.is_archived(definition)
end

function command.run(arguments, streams)
   return sending.change(arguments, streams, arguments.definition, update, becomes)
end

return command
