--- What `create`, `update` and `patch` share: a definition is read, sent, and the connection shown that came of it.
-- @module personalize.cli.sending
-- @local

local exit = require "personalize.cli.exit"
local input = require "personalize.cli.input"
local output = require "personalize.cli.output"
local resolve = require "personalize.sync.references.resolve"
local tenant = require "personalize.cli.tenant"
local warnings = require "personalize.cli.warnings"

local sending = {}

--- Adds the options of all three.
function sending.add(own)
   own:flag("--json", "One JSON document: the connection as the service answered.")
   tenant.add(own)
end

--- Adds the options of the two that change a connection.
function sending.add_changing(own)
   own:option("--missing-secrets", "What becomes of an update that lacks a write-only secret: it is refused, unless "
      .. "this is `send`, which may erase it."):choices { "refuse", "send" }
   sending.add(own)
end

--- Reads a definition, sends it and shows the answer. Nobody is called before the definition is known to be fine.
-- @tparam table arguments
-- @tparam table streams
-- @tparam string given the definition as the command line has it
-- @tparam function send `send(client, definition, out)`: the connection; or nil and an error object, in which the
-- secrets that were looked up for the definition are hidden. As a third value, what a patch changes: warnings are
-- about that alone.
-- @treturn number the exit code
function sending.run(arguments, streams, given, send)
   local definition, texts = input.resolved(given)
   if not definition then return output.new(streams, arguments):fail(texts) end
   return tenant.run(arguments, streams, function(client, out)
      local sent, err, changes = send(client, definition, out)
      if not sent then return nil, resolve.hide(err, texts) end
      out:text(sent)
      out:json(sent)
      warnings.say(out, client.connections, changes and sent or definition, changes)
      return exit.DONE
   end)
end

--- The same for a connection that is there, which `arguments.name` names.
-- @tparam function send `send(connections, connection, definition, options, out)`
function sending.change(arguments, streams, given, send)
   return sending.run(arguments, streams, given, function(client, definition, out)
      local connection, err = tenant.find(client, arguments.name)
      if not connection then return nil, err end
      local options = { missing_secrets = arguments.missing_secrets }
      return send(client.connections, connection, definition, options, out)
   end)
end

return sending
