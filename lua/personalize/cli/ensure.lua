--- `personalize ensure`: makes sure that a connection exists as defined.
-- @module personalize.cli.ensure

local sending = require "personalize.cli.sending"

local command = {}

function command.add(parser)
   local own = parser:command("ensure", "Create a connection, or update the one of that name.")
   own:epilog "Example: personalize ensure weather.json"
   own:argument("definition", "A JSON file, - for the standard input, or JSON that begins with {. References to "
      .. "secrets such as {\"$env\": \"NAME\"} are looked up.")
   own:flag("--force-secrets", "Send secrets even if nothing else differs.")
   sending.add_changing(own)
end

function command.run(arguments, streams)
   return sending.run(arguments, streams, arguments.definition, function(client, definition, out, call)
      call.force_secrets = arguments.force_secrets
      local ensured, what = client.connections.ensure(definition, call)
      if not ensured then return nil, what end
      if not arguments.dry_run then out:note(what) end
      return ensured
   end)
end

return command
