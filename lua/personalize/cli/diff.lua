--- `personalize diff`: the differences between two connections, of one tenant or two, or files.
-- @module personalize.cli.diff

local difference = require "personalize.connections.difference"
local exit = require "personalize.cli.exit"
local input = require "personalize.cli.input"
local output = require "personalize.cli.output"
local tenant = require "personalize.cli.tenant"

local command = {}

function command.add(parser)
   local own = parser:command("diff", "Show what differs from one connection to another. Exit code 2: something does.")
   own:epilog("Examples:\n  personalize diff Weather 'Weather staging'\n  personalize diff Weather weather.json\n"
      .. "  personalize diff Weather Weather --to-prefix STAGING")
   own:argument("from", "Name, ref, or a file whose name ends in .json.")
   own:argument("to", "Likewise.")
   own:option("--to-prefix", "Look the second one up in the tenant of this prefix."):argname "<prefix>"
   own:flag("--json", "One JSON document: an array of {path, shown}, secrets masked.")
   tenant.add(own)
end

local function find(arguments, name, prefix)
   if name:find "%.json$" then return input.definition(name) end
   local client, err = tenant.client(arguments, prefix)
   if not client then return nil, err end
   return tenant.find(client, name)
end

function command.run(arguments, streams)
   local out = output.new(streams, arguments)
   local from, to, found, err
   from, err = find(arguments, arguments.from)
   if not from then return out:fail(err) end
   to, err = find(arguments, arguments.to, arguments.to_prefix)
   if not to then return out:fail(err) end
   found, err = difference.between(from, to)
   if not found then return out:fail(err) end
   out:text(found)
   out:json(difference.shown(found))
   return #found == 0 and exit.DONE or exit.DIFFERENCES
end

return command
