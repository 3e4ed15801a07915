--- `personalize update`: replaces a connection.
-- @module personalize.cli.update

local input = require "personalize.cli.input"
local output = require "personalize.cli.output"
local rewriting = require "personalize.sync.rewriting"
local tenant = require "personalize.cli.tenant"
local warnings = require "personalize.cli.warnings"

local command = {}

function command.add(parser)
   local own = parser:command("update", "Replace a connection: what the definition leaves out is gone afterwards.")
   own:epilog "Example: personalize update Weather weather.json"
   own:argument("name", "Name or ref.")
   own:argument("definition", "A JSON file, - for the standard input, or JSON that begins with {.")
   own:flag("--send-without-secrets", "Send it although it lacks a write-only secret; this may erase it.")
   own:flag("--json", "One JSON document: the connection as the service answered.")
   tenant.add(own)
end

function command.run(arguments, streams)
   local out = output.new(streams, arguments)
   local definition, texts = input.resolved(arguments.definition)
   if not definition then return out:fail(texts) end
   local client, connection, updated, err
   client, err = tenant.client(arguments)
   if not client then return out:fail(err) end
   connection, err = tenant.find(client, arguments.name)
   if not connection then return out:fail(err) end
   updated, err = client.connections.update(connection, definition,
      { missing_secrets = arguments.send_without_secrets and "send" or nil })
   if not updated then return out:fail(rewriting.hide(err, texts)) end
   out:text(updated)
   out:json(updated)
   warnings.say(out, client.connections, definition)
   return 0
end

return command
