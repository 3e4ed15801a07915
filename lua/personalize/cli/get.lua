--- `personalize get`: shows one connection.
-- @module personalize.cli.get

local colour = require "personalize.cli.colour"
local display = require "personalize.connections.display"
local exit = require "personalize.cli.exit"
local redaction = require "personalize.redaction"
local tenant = require "personalize.cli.tenant"

local command = {}

function command.add(parser)
   local own = parser:command("get", "Show a connection.")
   own:epilog "Example: personalize get Weather"
   own:argument("name", "Name or ref.")
   own:flag("--full", "Do not cut values to the terminal's width.")
   own:flag("--json", "One JSON document: all members, as `update` takes them.")
   own:flag("--mask", "Hide credentials in the JSON.")
   tenant.add(own)
end

function command.run(arguments, streams)
   return tenant.run(arguments, streams, function(client, out)
      local connection, err = tenant.find(client, arguments.name)
      if not connection then return nil, err end
      local width = not arguments.full and colour.width(out.out) or math.huge
      out:text(display.connection("connection", connection, width))
      out:connection(arguments.mask and redaction.connection(connection) or connection)
      return exit.DONE
   end)
end

return command
