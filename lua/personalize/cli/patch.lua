--- `personalize patch`: changes some members of a connection.
-- @module personalize.cli.patch

local input = require "personalize.cli.input"
local output = require "personalize.cli.output"
local rewriting = require "personalize.sync.rewriting"
local tenant = require "personalize.cli.tenant"
local warnings = require "personalize.cli.warnings"

local command = {}

function command.add(parser)
   local own = parser:command("patch", "Change some members of a connection; the others stay.")
   own:epilog "Example: personalize patch Weather '{\"description\": \"by city\"}'"
   own:argument("name", "Name or ref.")
   own:argument("changes", "JSON that begins with {, a JSON file, or - for the standard input.")
   own:flag("--send-without-secrets", "Send it although it lacks a write-only secret; this may erase it.")
   own:flag("--json", "One JSON document: the connection as the service answered.")
   tenant.add(own)
end

function command.run(arguments, streams)
   local out = output.new(streams, arguments)
   local changes, texts = input.resolved(arguments.changes)
   if not changes then return out:fail(texts) end
   local client, connection, patched, is_changed, err
   client, err = tenant.client(arguments)
   if not client then return out:fail(err) end
   connection, err = tenant.find(client, arguments.name)
   if not connection then return out:fail(err) end
   patched, is_changed = client.connections.patch(connection, changes,
      { missing_secrets = arguments.send_without_secrets and "send" or nil })
   if not patched then return out:fail(rewriting.hide(is_changed, texts)) end
   if not is_changed then out:note "nothing to change" end
   out:text(patched)
   out:json(patched)
   warnings.say(out, client.connections, patched, changes)
   return 0
end

return command
