--- `personalize uses`: shows which decision models and flows use a connection.
-- @module personalize.cli.uses

local exit = require "personalize.cli.exit"
local tenant = require "personalize.cli.tenant"

local command = {}

function command.add(parser)
   local own = parser:command("uses", "List the decision models and flows that mention a connection: its name, its "
      .. "variable or its ref. Do so before it is renamed or archived.")
   own:epilog "Example: personalize uses 'Loyalty Tier'"
   own:argument("name", "Name or ref; also a name that no connection has any more.")
   own:flag("--json", "One JSON document: an array of {kind, ref, name, where, text}.")
   tenant.add(own)
end

function command.run(arguments, streams)
   return tenant.run(arguments, streams, function(client, out)
      local found, err = client.connections.uses(arguments.name)
      if not found then return nil, err end
      out:text(found)
      out:json(found)
      return exit.DONE
   end)
end

return command
