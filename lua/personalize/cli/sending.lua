--- The shared part of commands that write one connection: they read a definition, send it, and show the resulting
-- connection. With `--dry-run` they show the write itself.
-- @module personalize.cli.sending
-- @local

local client_of = require "personalize.client"
local colour = require "personalize.cli.colour"
local display = require "personalize.connections.display"
local exit = require "personalize.cli.exit"
local input = require "personalize.cli.input"
local output = require "personalize.cli.output"
local proxy = require "personalize.proxy"
local rehearsal = require "personalize.cli.rehearsal"
local resolve = require "personalize.sync.references.resolve"
local tenant = require "personalize.cli.tenant"
local twins = require "personalize.cli.twins"

local sending = {}

--- Adds the options of commands that send a definition or changes: `create`, `ensure`, `update`, `patch`, `edit`.
function sending.add(own)
   own:option("--unknown-members", "Whether members that look like published ones, misspelt or at the wrong place, "
      .. "are refused (the default) or sent."):choices { "refuse", "send" }
   input.add_references(own)
   sending.add_common(own)
end

--- Adds the options of all commands that write one connection: those of `sending.add`, and `archive` and `restore`.
function sending.add_common(own)
   rehearsal.add(own)
   own:flag("--full", "Show long texts whole.")
   own:flag("--json", "One JSON document: the connection as the service answered.")
   tenant.add(own)
end

--- Adds the option of commands that may change a connection: those of `sending.add_changing`, and `archive` and
-- `restore`.
function sending.add_missing_secrets(own)
   own:option("--missing-secrets", "Whether an update that lacks a write-only secret is refused (the default) or sent. "
      .. "`send` may erase the secret."):choices { "refuse", "send" }
end

--- Adds the options of commands that send a definition or changes for a connection that may exist: `ensure`, `update`,
-- `patch`, `edit`.
function sending.add_changing(own)
   sending.add_missing_secrets(own)
   sending.add(own)
end

--- Adds the options of commands that may give an existing connection another name: `update`, `patch`, `edit`.
function sending.add_renaming(own)
   twins.add(own, "Rename or restore it even if a connection of the name is in use.")
   sending.add_changing(own)
end

--- The options of writing calls, from a command's arguments.
function sending.options(arguments)
   return { unknown_members = arguments.unknown_members, missing_secrets = arguments.missing_secrets }
end

--- Sends, and shows the resulting connection; with `--dry-run` shows what would be sent.
-- @tparam table arguments
-- @tparam personalize.client client
-- @tparam table out
-- @tparam function send `send()` returns the connection; or nil and an error object
-- @tparam[opt] table texts looked-up secrets, which are not shown to people
-- @tparam[opt] table named their references
-- @return the exit code; or nil and an error object
function sending.send(arguments, client, out, send, texts, named)
   if texts then client_of.hide(client, texts) end
   local rehearsed = arguments.dry_run and rehearsal.begin(client)
   local sent, err = send()
   if rehearsed and (sent or rehearsed.call) then
      return rehearsal.show(out, client, rehearsed, arguments, texts, named)
   end
   if not sent then return nil, err end
   local width = not arguments.full and colour.width(out.out) or math.huge
   out:text(display.connection("connection", resolve.masked(proxy.plain(sent) or sent, texts), width))
   out:connection(sent)
   return exit.DONE
end

--- Reads a definition, sends it and shows the answer. One that cannot be read, or whose references cannot be looked up,
-- ends the command before any call. Secrets that were looked up are masked in errors.
-- @tparam table arguments
-- @tparam table streams
-- @tparam string|function given the definition from the command line, or a function that returns what `input.resolved`
-- returns
-- @tparam function send `send(client, definition, out, options)` returns the connection; or nil and an error object
-- @treturn number the exit code
function sending.run(arguments, streams, given, send)
   local definition, texts, named
   if type(given) == "function" then
      definition, texts, named = given()
   else
      definition, texts, named = input.resolved(given, arguments)
   end
   if not definition then return output.new(streams, arguments):fail(texts) end
   return tenant.run(arguments, streams, function(client, out)
      out:references(named)
      local code, err = sending.send(arguments, client, out, function()
         return send(client, definition, out, sending.options(arguments))
      end, texts, named)
      if not code then return nil, resolve.hide(err, texts) end
      return code
   end)
end

--- Like `sending.run`, for an existing connection, which `arguments.name` names.
-- @tparam function send `send(connections, connection, definition, options, out)`
-- @tparam function becomes `becomes(connection, definition)` returns the name that the connection will have, if another
-- one, and whether it will be archived
function sending.change(arguments, streams, given, send, becomes)
   return sending.run(arguments, streams, given, function(client, definition, out, options)
      local connection, err = tenant.find(client, arguments.name)
      if not connection then return nil, err end
      local function write() return send(client.connections, connection, definition, options, out) end
      if arguments.another then return write() end
      local name, archived = becomes(connection, definition)
      return twins.change(client, out, connection, name, archived, write)
   end)
end

return sending
