--- `personalize uses`: shows which decision models and flows use a connection.
-- @module personalize.cli.uses

local exit = require "personalize.cli.exit"
local tenant = require "personalize.cli.tenant"

local command = {}

function command.add(parser)
   local own = parser:command("uses", "List the decision models and flows that mention a connection: its name, its "
      .. "variable or its ref. Do so before it is renamed or archived.")
   own:epilog "Example: personalize uses 'Loyalty Tier'"
   own:argument("name", "Name or ref; also a name that no connection has any more, if something mentions it.")
   own:flag("--json", "One JSON document: an array of {kind, ref, name, where, text}.")
   tenant.add(own)
end

-- Whether the tenant has a connection of this name or ref; several may share a name. If not, the name may be misspelt:
-- that nothing mentions it would say little of the connection that is meant.
local function exists(client, name)
   local connection, err = tenant.find(client, name)
   if connection or err.kind == "conflict" then return true end
   if err.kind == "not_found" then err.message = err.message .. "; nothing mentions it" end
   return nil, err
end

function command.run(arguments, streams)
   return tenant.run(arguments, streams, function(client, out)
      local found, err = client.connections.uses(arguments.name)
      if not found then return nil, err end
      if #found == 0 then
         local fine
         fine, err = exists(client, arguments.name)
         if not fine then return nil, err end
      end
      out:text(found)
      out:json(found)
      return exit.DONE
   end)
end

return command
