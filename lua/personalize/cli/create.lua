--- `personalize create`: creates a connection.
-- @module personalize.cli.create

local errors = require "personalize.error"
local options = require "personalize.options"
local output = require "personalize.cli.output"
local raw = require "personalize.raw"
local samples = require "personalize.cli.samples"
local sending = require "personalize.cli.sending"

local command = {}

function command.add(parser)
   local own = parser:command("create", "Create a connection.")
   own:epilog("Examples:\n  personalize create weather.json\n"
      .. "  personalize create --from-curl - --name Weather --outputs-from answer.json")
   own:argument("definition", "A JSON file, - for the standard input, or JSON that begins with {. References to "
      .. "secrets such as {\"$env\": \"NAME\"} are looked up."):args "?"
   samples.add(own)
   own:flag("--another", "Create it even if there is one of that name.")
   sending.add(own)
end

-- Connections in use with the same name. There is no delete, so creating a second one is most likely a mistake.
local function find_present(client, name)
   local list, err = client.connections.list()
   if not list then return nil, err end
   local refs = {}
   for _, each in ipairs(list) do
      if raw.string(each, "name") == name and not raw.is_archived(each) then refs[#refs + 1] = each.ref end
   end
   if #refs == 0 then return true end
   return errors.fail("conflict", ("there is a connection named %s already (%s): `personalize ensure` brings it up to "
      .. "date, --another creates a second one"):format(options.describe(name), table.concat(refs, ", ")),
      { refs = refs })
end

function command.run(arguments, streams)
   local misuse, warnings = samples.misuse(arguments), {}
   if misuse then return output.new(streams, arguments):usage(misuse) end
   local given = samples.definition(arguments, warnings)
   return sending.run(arguments, streams, given, function(client, definition, out, call)
      for _, warning in ipairs(warnings) do
         -- `connections.create` itself warns of credentials outside of `auth`
         if warning.code ~= "credential" or warning.path:find "^auth" then
            out:warn { message = warning.message }
         end
      end
      local fine, err = client.connections.validate(definition, call)
      if fine and not arguments.another then fine, err = find_present(client, definition.name) end
      if not fine then return nil, err end
      return client.connections.create(definition, call)
   end)
end

return command
