--- `personalize create`: creates a connection.
-- @module personalize.cli.create

local output = require "personalize.cli.output"
local samples = require "personalize.cli.samples"
local sending = require "personalize.cli.sending"
local twins = require "personalize.cli.twins"

local command = {}

function command.add(parser)
   local own = parser:command("create", "Create a connection.")
   own:epilog("Examples:\n  personalize create weather.json\n"
      .. "  personalize create --from-curl - --name Weather --outputs-from answer.json")
   own:argument("definition", "A JSON file, - for the standard input, or JSON that begins with {. References to "
      .. "secrets such as {\"$env\": \"NAME\"} are looked up."):args "?"
   samples.add(own)
   twins.add(own, "Create it even if there is one of that name.")
   sending.add(own)
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
      if not fine then return nil, err end
      local function send() return client.connections.create(definition, call) end
      if arguments.another then return send() end
      return twins.create(client, out, definition.name, send)
   end)
end

return command
