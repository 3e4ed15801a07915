--- `personalize test`: has the service make the call that a connection describes.
-- @module personalize.cli.test

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
   local out = output.new(streams, arguments)
   if (arguments.name == nil) == (arguments.file == nil) then
      out:fail "give either a connection or --file"
      return 64
   end
   local client, err = tenant.client(arguments)
   if not client then return out:fail(err) end
   local target, answer
   target, err = find_target(client, arguments)
   if not target then return out:fail(err) end
   answer, err = client.connections.test(target)
   if answer == nil then return out:fail(err) end
   out:text(json.encode(redaction.value(answer), { pretty = true }))
   out:json(answer)
   return 0
end

return command
