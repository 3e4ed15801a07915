--- `personalize export`: writes the connections of a tenant to a folder.
-- @module personalize.cli.export

local output = require "personalize.cli.output"
local sync = require "personalize.sync"
local tenant = require "personalize.cli.tenant"

local command = {}

function command.add(parser)
   local own = parser:command("export", "Write connections to a folder, one JSON file each, without their secrets.")
   own:epilog "Example: personalize export connections --prefix STAGING"
   own:argument("folder", "It is made if need be.")
   own:option("--select", "Names meant: * is any text, ? one character. May be given again.")
      :argname "<pattern>":count "*":target "names"
   own:flag("--extract-secrets", "Make references of credentials that the service returns.")
   own:flag("--prune", "Remove files of connections that the tenant does not have.")
   own:flag("--json", "One JSON document that tells what was done.")
   tenant.add(own)
end

function command.run(arguments, streams)
   local out = output.new(streams, arguments)
   local client, err = tenant.client(arguments)
   if not client then return out:fail(err) end
   local result
   result, err = sync.export(client, arguments.folder, {
      names = #arguments.names > 0 and arguments.names or nil,
      extract_secrets = arguments.extract_secrets or nil, prune = arguments.prune or nil,
   })
   if not result then return out:fail(err) end
   out:text(result)
   out:json(result)
   return 0
end

return command
