--- What `create`, `ensure`, `update` and `patch` share: a definition is read and sent, and the connection
-- shown that came of it.
-- @module personalize.cli.sending
-- @local

local exit = require "personalize.cli.exit"
local input = require "personalize.cli.input"
local output = require "personalize.cli.output"
local resolve = require "personalize.sync.references.resolve"
local tenant = require "personalize.cli.tenant"
local warnings = require "personalize.cli.warnings"

local sending = {}

--- Adds the options of all.
function sending.add(own)
   own:option("--unknown-members", "What becomes of members that look like published ones, misspelt or at the wrong "
      .. "place: they are refused, unless this is `send`."):choices { "refuse", "send" }
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
-- @tparam string|function given the definition as the command line has it, or what gives it and its secrets
-- @tparam function send `send(client, definition, out, options)`: the connection; or nil and an error object, in which
-- the secrets that were looked up for the definition are hidden
-- @treturn number the exit code
function sending.run(arguments, streams, given, send)
   local definition, texts = (type(given) == "function" and given or input.resolved)(given)
   if not definition then return output.new(streams, arguments):fail(texts) end
   return tenant.run(arguments, streams, function(client, out)
      local sent, err = send(client, definition, out, { unknown_members = arguments.unknown_members })
      if not sent then return nil, resolve.hide(err, texts) end
      out:text(sent)
      out:json(sent)
      warnings.say(out, sent)
      return exit.DONE
   end)
end

--- The same for a connection that is there, which `arguments.name` names.
-- @tparam function send `send(connections, connection, definition, options, out)`
function sending.change(arguments, streams, given, send)
   return sending.run(arguments, streams, given, function(client, definition, out, options)
      local connection, err = tenant.find(client, arguments.name)
      if not connection then return nil, err end
      options.missing_secrets = arguments.missing_secrets
      return send(client.connections, connection, definition, options, out)
   end)
end

return sending
