--- The shared part of `archive`, which retires a connection, and `restore`, which takes it back.
-- @module personalize.cli.archiving
-- @local

local errors = require "personalize.error"
local options = require "personalize.options"
local raw = require "personalize.raw"
local sending = require "personalize.cli.sending"
local tenant = require "personalize.cli.tenant"

-- Finds another connection in use with the same name. There is no delete, so two of one name could not be undone.
local function find_twin(client, connection)
   local list, err = client.connections.list()
   if not list then return nil, err end
   for _, each in ipairs(list) do
      if raw.string(each, "name") == connection.name and not raw.is_archived(each) and each.ref ~= connection.ref then
         return errors.fail("conflict", ("there is a connection named %s in use (%s): --another restores this one too")
            :format(options.describe(connection.name), each.ref), { refs = { each.ref, connection.ref } })
      end
   end
   return true
end

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
         own:flag("--another", "Restore it even if a connection of its name is in use.")
      end
      sending.add_missing_secrets(own)
      sending.add_common(own)
   end

   function command.run(arguments, streams)
      return tenant.run(arguments, streams, function(client, out)
         return sending.send(arguments, client, out, function()
            local connection, fine, err
            connection, err = tenant.find(client, arguments.name, { prefers_archived = not target })
            if not connection then return nil, err end
            if raw.is_archived(connection) == target then
               out:note(target and "it is archived already" or "it is not archived")
               return connection
            end
            if not target and not arguments.another then
               fine, err = find_twin(client, connection)
               if not fine then return nil, err end
            end
            local opts = sending.options(arguments)
            opts.check_uses = arguments.check_uses
            return client.connections[name](connection, opts)
         end)
      end)
   end

   return command
end
