--- `personalize promote`: carries connections from one tenant to another.
-- @module personalize.cli.promote

local exit = require "personalize.cli.exit"
local output = require "personalize.cli.output"
local plan_commands = require "personalize.cli.plan_commands"
local sync = require "personalize.sync"
local tenant = require "personalize.cli.tenant"

local command = {}

function command.add(parser)
   local own = parser:command("promote", "Carry connections from one tenant to another: show the plan, then, with "
      .. "--yes or after a question, apply it. Exit code 2: the plan was only shown.")
   own:epilog("Example: personalize promote --from STAGING --to PROD --select 'Weather*' "
      .. "--replace-url https://staging.example.com https://api.example.com")
   own:option("--from", "Prefix of the environment variables of the one tenant."):argname "<prefix>"
   own:option("--to", "Prefix of the other tenant."):argname "<prefix>"
   own:option("--from-profile", "Profile of the one tenant."):argname "<name>"
   own:option("--to-profile", "Profile of the other tenant."):argname "<name>"
   own:option("--replace-url", "Replace one text by another in URLs. May be given again.")
      :args(2):count "*":argname { "<text>", "<other>" }:target "urls"
   own:option("--replace-secret", "Use another variable for a secret. May be given again.")
      :args(2):count "*":argname { "<variable>", "<other>" }:target "secrets"
   own:flag("--extract-secrets", "Replace credentials that the service returns by references.")
   plan_commands.add_planning(own)
   plan_commands.add_applying(own)
   own:flag("--json", "One JSON document: what was done, or the plan.")
   tenant.add_calling(own)
end

local function map_of(list)
   local map = {}
   for _, pair in ipairs(list) do map[pair[1]] = pair[2] end
   return map
end

function command.run(arguments, streams)
   local out = output.new(streams, arguments)
   local from, to, plan, code, err
   if (arguments.from == nil) == (arguments.from_profile == nil) then
      return out:usage "give --from or --from-profile"
   elseif (arguments.to == nil) == (arguments.to_profile == nil) then
      return out:usage "give --to or --to-profile"
   end
   from, err = tenant.client(arguments, out, { prefix = arguments.from, profile = arguments.from_profile,
      is_planned = true })
   if not from then return out:fail(err) end
   to, err = tenant.client(arguments, out, { prefix = arguments.to, profile = arguments.to_profile, is_planned = true })
   if not to then return out:fail(err) end
   local options = plan_commands.options(arguments)
   options.extract_secrets = arguments.extract_secrets or nil
   options.replace = { urls = map_of(arguments.urls), secrets = map_of(arguments.secrets) }
   plan, err = sync.promote(from, to, options)
   if not plan then return out:fail(err) end
   code, err = plan_commands.apply(out, streams, arguments, plan, exit.DIFFERENCES)
   return code or out:fail(err)
end

return command
