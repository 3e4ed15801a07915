--- `personalize ensure`: makes sure that a connection is there as it is defined.
-- @module personalize.cli.ensure

local sending = require "personalize.cli.sending"

local command = {}

function command.add(parser)
   local own = parser:command("ensure", "Create a connection, or bring the one of that name up to date.")
   own:epilog "Example: personalize ensure weather.json"
   own:argument("definition", "A JSON file, - for the standard input, or JSON that begins with {. References to "
      .. "secrets such as {\"$env\": \"NAME\"} are looked up.")
   own:flag("--force-secrets", "Send secrets although nothing else differs.")
   own:option("--missing-secrets", "What becomes of an update that lacks a write-only secret: it is refused, unless "
      .. "this is `send`, which may erase it."):choices { "refuse", "send" }
   sending.add(own)
end

function command.run(arguments, streams)
   return sending.run(arguments, streams, arguments.definition, function(client, definition, out, call)
      call.missing_secrets, call.force_secrets = arguments.missing_secrets, arguments.force_secrets
      local ensured, what = client.connections.ensure(definition, call)
      if not ensured then return nil, what end
      out:note(what)
      return ensured
   end)
end

return command
