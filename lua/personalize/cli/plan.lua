--- `personalize plan`: what would have to be sent so that a tenant is as a folder says.
-- @module personalize.cli.plan

local output = require "personalize.cli.output"
local planned = require "personalize.cli.planned"
local sync = require "personalize.sync"
local tenant = require "personalize.cli.tenant"

local command = {}

function command.add(parser)
   local own = parser:command("plan", "Compare a folder with a tenant. Sends nothing. Exit code 2: something differs.")
   own:epilog "Example: personalize plan connections --prefix PROD --save plan.json"
   own:argument "folder"
   planned.add_planning(own)
   own:flag("--archive-missing", "Plan to archive the connections that are in no file.")
   own:flag("--json", "One JSON document: the plan, secrets masked.")
   tenant.add(own)
end

function command.run(arguments, streams)
   local out = output.new(streams, arguments)
   local client, err = tenant.client(arguments)
   if not client then return out:fail(err) end
   local options = planned.options(arguments)
   options.archive_missing = arguments.archive_missing or nil
   local plan, code
   plan, err = sync.plan(client, arguments.folder, options)
   if not plan then return out:fail(err) end
   code, err = planned.show(out, arguments, plan)
   if not code then return out:fail(err) end
   out:json(planned.describe(plan))
   return code
end

return command
