--- `personalize export`: writes the connections of a tenant to a folder.
-- @module personalize.cli.export

local exit = require "personalize.cli.exit"
local report = require "personalize.sync.report"
local selection = require "personalize.cli.selection"
local sync = require "personalize.sync"
local tenant = require "personalize.cli.tenant"

local command = {}

function command.add(parser)
   local own = parser:command("export", "Write connections to a folder, one JSON file each, without their secrets.")
   own:epilog "Example: personalize export connections --prefix STAGING"
   own:argument("folder", "Created if necessary.")
   selection.add(own)
   own:flag("--extract-secrets", "Replace credentials that the service returns by references.")
   own:flag("--no-schema", "Write new files without `$schema`, which tells editors the members of a connection.")
   own:flag("--prune", "Remove files of connections that the tenant does not have.")
   own:flag("--json", "One JSON document: what was done.")
   tenant.add(own)
end

function command.run(arguments, streams)
   arguments.is_planned = true
   return tenant.run(arguments, streams, function(client, out)
      local result, err = sync.export(client, arguments.folder, {
         names = selection.names(arguments),
         extract_secrets = arguments.extract_secrets or nil, prune = arguments.prune or nil,
         schema = not arguments.no_schema,
      })
      if not result then return nil, err end
      out:text(report.files(result))
      out:warnings(result.warnings)
      out:json(result)
      return exit.DONE
   end)
end

return command
