--- `personalize create`: a new connection.
-- @module personalize.cli.create

local input = require "personalize.cli.input"
local output = require "personalize.cli.output"
local rewriting = require "personalize.sync.rewriting"
local tenant = require "personalize.cli.tenant"
local warnings = require "personalize.cli.warnings"

local command = {}

function command.add(parser)
   local own = parser:command("create", "Create a connection.")
   own:epilog "Example: personalize create weather.json"
   own:argument("definition", "A JSON file, - for the standard input, or JSON that begins with {. References to "
      .. "secrets such as {\"$env\": \"NAME\"} are looked up.")
   own:flag("--json", "One JSON document: the connection as the service answered.")
   tenant.add(own)
end

function command.run(arguments, streams)
   local out = output.new(streams, arguments)
   local definition, texts = input.resolved(arguments.definition)
   if not definition then return out:fail(texts) end
   local client, created, err
   client, err = tenant.client(arguments)
   if not client then return out:fail(err) end
   created, err = client.connections.create(definition)
   if not created then return out:fail(rewriting.hide(err, texts)) end
   out:text(created)
   out:json(created)
   warnings.say(out, client.connections, definition)
   return 0
end

return command
