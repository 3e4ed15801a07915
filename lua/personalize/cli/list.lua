--- `personalize list`: the connections of a tenant.
-- @module personalize.cli.list

local connections = require "personalize.connections.resource"
local exit = require "personalize.cli.exit"
local glob = require "personalize.sync.glob"
local json = require "personalize.json"
local list = require "personalize.resource.list"
local redaction = require "personalize.redaction"
local selection = require "personalize.cli.selection"
local shape = require "personalize.raw"
local tenant = require "personalize.cli.tenant"

local command = {}

function command.add(parser)
   local own = parser:command("list", "List connections.")
   own:epilog "Example: personalize list --select 'Weather*' --json"
   selection.add(own)
   own:flag("--archived", "Those that are archived too.")
   own:flag("--json", "One JSON document: an array, with all members as they are.")
   own:flag("--mask", "Hide credentials in the JSON.")
   tenant.add(own)
end

function command.run(arguments, streams)
   return tenant.run(arguments, streams, function(client, out)
      local all, err = client.connections.list()
      if not all then return nil, err end
      local is_meant = glob.matcher(selection.names(arguments))
      local found = json.array {}
      for _, connection in ipairs(all) do
         local is_shown = arguments.archived or shape.get(connection, "archived") ~= true
         if is_shown and is_meant(shape.string(connection, "name") or "") then
            found[#found + 1] = arguments.mask and redaction.connection(connection) or connection
         end
      end
      out:text(list.describe(connections, found))
      out:json(found)
      return exit.DONE
   end)
end

return command
