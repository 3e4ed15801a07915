--- `personalize plan`: shows the changes that would make a tenant match a folder.
-- @module personalize.cli.plan

local plan_commands = require "personalize.cli.plan_commands"
local sync = require "personalize.sync"
local tenant = require "personalize.cli.tenant"

local command = {}

function command.add(parser)
   local own = parser:command("plan", "Compare a folder with a tenant. Sends nothing. Exit code 2: something differs.")
   own:epilog "Example: personalize plan connections --prefix PROD --save plan.json"
   own:argument "folder"
   plan_commands.add_planning(own)
   plan_commands.add_renames(own)
   own:flag("--archive-missing", "Plan to archive the connections that are in no file.")
   own:flag("--json", "One JSON document: the plan, secrets masked.")
   tenant.add(own)
end

function command.run(arguments, streams)
   arguments.is_planned = true
   return tenant.run(arguments, streams, function(client, out)
      local plan, err = sync.plan(client, arguments.folder, plan_commands.options(arguments))
      if not plan then return nil, err end
      local code
      code, err = plan_commands.show(out, arguments, plan)
      if not code then return nil, err end
      out:json(plan_commands.describe(plan))
      return code
   end)
end

return command
