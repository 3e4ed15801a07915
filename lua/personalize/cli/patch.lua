--- `personalize patch`: changes some members of a connection.
-- @module personalize.cli.patch

local raw = require "personalize.raw"
local sending = require "personalize.cli.sending"

local command = {}

function command.add(parser)
   local own = parser:command("patch", "Change some members of a connection; the others stay.")
   own:epilog "Example: personalize patch Weather '{\"description\": \"by city\"}'"
   own:argument("name", "Name or ref.")
   own:argument("changes", "JSON that begins with {, a JSON file, or - for the standard input.")
   sending.add_renaming(own)
end

local function patch(connections, connection, changes, options, out)
   local patched, is_changed = connections.patch(connection, changes, options)
   if not patched then return nil, is_changed end
   if not is_changed then out:note "nothing to change" end
   return patched
end

local function becomes(connection, changes)
   local is_kept = raw.get(changes, "archived") == nil
   return raw.string(changes, "name"), raw.is_archived(is_kept and connection or changes)
end

function command.run(arguments, streams)
   return sending.change(arguments, streams, arguments.changes, patch, becomes)
end

return command
