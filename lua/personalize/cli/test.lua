--- `personalize test`: has the service make the call that a connection describes.
-- @module personalize.cli.test

local exit = require "personalize.cli.exit"
local input = require "personalize.cli.input"
local json = require "personalize.json"
local output = require "personalize.cli.output"
local redaction = require "personalize.redaction"
local tenant = require "personalize.cli.tenant"

local command = {}

function command.add(parser)
   local own = parser:command("test", "Have the service make the call that a connection describes, once.")
   own:epilog "Example: personalize test Weather"
   own:argument("name", "Name or ref."):args "?"
   own:option("--file", "Test the definition in this file (- for the standard input) instead."):argname "<file>"
   own:flag("--json", "One JSON document: the service's answer as it came.")
   tenant.add(own)
end

local function find_target(client, arguments)
   if arguments.file then return input.resolved(arguments.file) end
   return tenant.find(client, arguments.name)
end

function command.run(arguments, streams)
   if (arguments.name == nil) == (arguments.file == nil) then
      output.new(streams, arguments):fail "give either a connection or --file"
      return exit.USAGE
   end
   return tenant.run(arguments, streams, function(client, out)
      local target, err = find_target(client, arguments)
      if not target then return nil, err end
      local answer
      answer, err = client.connections.test(target)
      if answer == nil then return nil, err end
      out:text(json.encode(redaction.value(answer), { pretty = true }))
      out:json(answer)
      return exit.DONE
   end)
end

return command
