--- `personalize apply`: changes a tenant until it matches a folder.
-- @module personalize.cli.apply

local output = require "personalize.cli.output"
local plan_commands = require "personalize.cli.plan_commands"
local selection = require "personalize.cli.selection"
local sync = require "personalize.sync"
local tenant = require "personalize.cli.tenant"

local command = {}

function command.add(parser)
   local own = parser:command("apply", "Make a tenant match a folder, or apply a saved plan. Deletes nothing.")
   own:epilog "Examples:\n  personalize apply connections --prefix PROD\n  personalize apply --plan plan.json --yes"
   own:argument("folder"):args "?"
   own:option("--plan", "Apply this plan, which `plan --save` wrote."):argname "<file>"
   plan_commands.add_planning(own)
   plan_commands.add_renames(own)
   plan_commands.add_applying(own)
   own:flag("--archive-missing", "Archive the connections that are in no file.")
   own:flag("--json", "One JSON document: what was done.")
   tenant.add(own)
end

local function make_plan(client, arguments)
   if arguments.plan then return sync.load(client, arguments.plan) end
   return sync.plan(client, arguments.folder, plan_commands.options(arguments))
end

-- Options that make a plan, by the names of their arguments: a saved plan was made with its own.
local planned = { "names", "archive_missing", "force_secrets", "missing_secrets", "unknown_members", "check_uses",
   "references", "secrets_folder", "values" }

-- The first of these that was given, as it is written; nil if there is none.
local function planning_option(arguments)
   for _, name in ipairs(planned) do
      local value = arguments[name]
      if name == "names" then value = selection.names(arguments) end
      if value then return name == "names" and "--select" or "--" .. (name:gsub("_", "-")) end
   end
   return nil
end

function command.run(arguments, streams)
   arguments.is_planned = true
   if (arguments.folder == nil) == (arguments.plan == nil) then
      return output.new(streams, arguments):usage "give either a folder or --plan"
   end
   local option = arguments.plan and planning_option(arguments)
   if option then
      return output.new(streams, arguments):usage(option .. " is for a folder: a saved plan has it in it")
   end
   return tenant.run(arguments, streams, function(client, out)
      local plan, err = make_plan(client, arguments)
      if not plan then return nil, err end
      return plan_commands.apply(out, streams, arguments, plan)
   end)
end

return command
