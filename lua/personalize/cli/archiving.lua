--- The shared part of `archive`, which retires a connection, and `restore`, which takes it back.
-- @module personalize.cli.archiving
-- @local

local raw = require "personalize.raw"
local sending = require "personalize.cli.sending"
local tenant = require "personalize.cli.tenant"
local twins = require "personalize.cli.twins"

--- Makes one of the two commands.
-- @tparam string name of the command, and of the function of `connections`
-- @tparam string summary
-- @tparam boolean target the new value of `archived`
-- @treturn table command
return function(name, summary, target)
   local command = {}

   function command.add(parser)
      local own = parser:command(name, summary)
      own:epilog(("Example: personalize %s Weather"):format(name))
      own:argument("name", "Name or ref.")
      if target then
         own:flag("--check-uses", "Warn of decision models and flows that mention the connection.")
      else
         twins.add(own, "Restore it even if a connection of its name is in use.")
      end
      sending.add_missing_secrets(own)
      sending.add_common(own)
   end

   function command.run(arguments, streams)
      return tenant.run(arguments, streams, function(client, out)
         return sending.send(arguments, client, out, function()
            local connection, err = tenant.find(client, arguments.name, { prefers_archived = not target })
            if not connection then return nil, err end
            if raw.is_archived(connection) == target then
               out:note(target and "it is archived already" or "it is not archived")
               return connection
            end
            local opts = sending.options(arguments)
            opts.check_uses = arguments.check_uses
            local function send() return client.connections[name](connection, opts) end
            if arguments.another then return send() end
            return twins.change(client, out, connection, nil, target, send)
         end)
      end)
   end

   return command
end
