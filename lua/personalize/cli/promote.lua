--- `personalize promote`: carries connections from one tenant to another.
-- @module personalize.cli.promote

local exit = require "personalize.cli.exit"
local output = require "personalize.cli.output"
local plan_commands = require "personalize.cli.plan_commands"
local sync = require "personalize.sync"
local tenant = require "personalize.cli.tenant"

local command = {}

function command.add(parser)
   local own = parser:command("promote", "Carry connections from one tenant to another: the plan first, then, with "
      .. "--yes or when asked, the work. Exit code 2: the plan was shown only.")
   own:epilog("Example: personalize promote --from STAGING --to PROD --select 'Weather*' "
      .. "--replace-url https://staging.example.com https://api.example.com")
   own:option("--from", "Prefix of the environment variables of the one tenant."):argname "<prefix>":count "1"
   own:option("--to", "Of the other."):argname "<prefix>":count "1"
   own:option("--replace-url", "Put one text in the place of another, in URLs. May be given again.")
      :args(2):count "*":argname { "<text>", "<other>" }:target "urls"
   own:option("--replace-secret", "Take another variable for a secret. May be given again.")
      :args(2):count "*":argname { "<variable>", "<other>" }:target "secrets"
   own:flag("--extract-secrets", "Make references of credentials that the service returns.")
   plan_commands.add_planning(own)
   plan_commands.add_applying(own)
   own:flag("--json", "One JSON document: what was done, or the plan.")
   tenant.add_timeout(own)
end

local function map_of(list)
   local map = {}
   for _, pair in ipairs(list) do map[pair[1]] = pair[2] end
   return map
end

function command.run(arguments, streams)
   local out = output.new(streams, arguments)
   local from, to, plan, code, err
   from, err = tenant.client(arguments, arguments.from)
   if not from then return out:fail(err) end
   to, err = tenant.client(arguments, arguments.to)
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
