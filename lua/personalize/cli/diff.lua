--- `personalize diff`: shows the differences between two connections, from one tenant, two tenants, or files.
-- @module personalize.cli.diff

local definition = require "personalize.connections.definition"
local difference = require "personalize.connections.difference"
local exit = require "personalize.cli.exit"
local input = require "personalize.cli.input"
local output = require "personalize.cli.output"
local references = require "personalize.sync.references"
local resolve = require "personalize.sync.references.resolve"
local tenant = require "personalize.cli.tenant"

local command = {}

function command.add(parser)
   local own = parser:command("diff", "Show the differences between two connections. Exit code 2: there are some.")
   own:epilog("Examples:\n  personalize diff Weather 'Weather staging'\n  personalize diff Weather weather.json\n"
      .. "  personalize diff Weather Weather --to-prefix STAGING")
   own:argument("from", "Name, ref, or a file whose name ends in .json.")
   own:argument("to", "The same.")
   own:option("--to-prefix", "Look the second one up in the tenant of this prefix."):argname "<prefix>"
   own:option("--to-profile", "Look the second one up in the tenant of this profile."):argname "<name>"
   own:flag("--full", "Show long texts whole.")
   own:flag("--json", "One JSON document: an array of {path, old, new, shown}, secrets masked.")
   tenant.add(own)
end

local function is_file(name)
   return name:find "%.json$" ~= nil
end

-- Finds a connection, and the references of one in a file; or nil and an error object.
local function find(arguments, out, name, of)
   if is_file(name) then
      local given, err = input.definition(name)
      return given, given and references.scan(given) or err
   end
   local client, connection, err
   client, err = tenant.client(arguments, out, of)
   if not client then return nil, err end
   connection, err = tenant.find(client, name)
   return connection, connection and {} or err
end

-- The tenant of the second connection; nil if it is the first one's.
local function other_tenant(arguments)
   if not arguments.to_prefix and not arguments.to_profile then return nil end
   return { prefix = arguments.to_prefix, profile = arguments.to_profile }
end

function command.run(arguments, streams)
   local out = output.new(streams, arguments)
   local from, from_references = find(arguments, out, arguments.from)
   if not from then return out:fail(from_references) end
   local to, to_references = find(arguments, out, arguments.to, other_tenant(arguments))
   if not to then return out:fail(to_references) end
   -- a file lacks the members that the server owns, or has old values of them
   local are_files = { is_file(arguments.from), is_file(arguments.to) }
   if are_files[1] or are_files[2] then
      from, to = definition.without_server_owned(from), definition.without_server_owned(to)
      -- as files have it
      if not are_files[1] then from = resolve.escape(from) end
      if not are_files[2] then to = resolve.escape(to) end
   end
   local found, err = difference.between(from, to, function(value)
      return resolve.covered(resolve.covered(value, from_references, from), to_references, to)
   end)
   if not found then return out:fail(err) end
   out:plan(arguments.full and difference.describe(found, { full = true }) or found)
   out:json(difference.shown(found))
   return #found == 0 and exit.DONE or exit.DIFFERENCES
end

return command
