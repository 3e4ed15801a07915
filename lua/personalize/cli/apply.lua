--- `personalize apply`: makes a tenant as a folder says.
-- @module personalize.cli.apply

local output = require "personalize.cli.output"
local planned = require "personalize.cli.planned"
local sync = require "personalize.sync"
local tenant = require "personalize.cli.tenant"

local command = {}

function command.add(parser)
   local own = parser:command("apply", "Make a tenant as a folder says, or as a saved plan does. Removes nothing.")
   own:epilog "Examples:\n  personalize apply connections --prefix PROD\n  personalize apply --plan plan.json --yes"
   own:argument("folder"):args "?"
   own:option("--plan", "Apply this plan, which `plan --save` wrote."):argname "<file>"
   planned.add_planning(own)
   planned.add_applying(own)
   own:flag("--archive-missing", "Archive the connections that are in no file.")
   own:flag("--json", "One JSON document that tells what was done.")
   tenant.add(own)
end

local function make_plan(client, arguments)
   if arguments.plan then return sync.load(client, arguments.plan) end
   local options = planned.options(arguments)
   options.archive_missing = arguments.archive_missing or nil
   return sync.plan(client, arguments.folder, options)
end

function command.run(arguments, streams)
   local out = output.new(streams, arguments)
   if (arguments.folder == nil) == (arguments.plan == nil) then
      out:fail "give either a folder or --plan"
      return 64
   end
   local client, err = tenant.client(arguments)
   if not client then return out:fail(err) end
   local plan, shown
   plan, err = make_plan(client, arguments)
   if not plan then return out:fail(err) end
   shown, err = planned.show(out, arguments, plan)
   if not shown then return out:fail(err) end
   return planned.apply(out, streams, arguments, plan)
end

return command
