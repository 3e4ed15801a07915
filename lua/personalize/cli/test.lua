--- `personalize test`: has the service make the call that a connection describes.
-- @module personalize.cli.test

local exit = require "personalize.cli.exit"
local echo = require "personalize.http.masking"
local input = require "personalize.cli.input"
local json = require "personalize.json"
local output = require "personalize.cli.output"
local redaction = require "personalize.redaction"
local resolve = require "personalize.sync.references.resolve"
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

-- What is tested; and the secrets that were looked up for it, or an error object.
local function find_target(client, arguments)
   if arguments.file then return input.resolved(arguments.file) end
   local connection, err = tenant.find(client, arguments.name)
   return connection, err or {}
end

function command.run(arguments, streams)
   if (arguments.name == nil) == (arguments.file == nil) then
      output.new(streams, arguments):fail "give either a connection or --file"
      return exit.USAGE
   end
   return tenant.run(arguments, streams, function(client, out)
      local target, texts = find_target(client, arguments)
      if not target then return nil, texts end
      local answer, err = client.connections.test(target)
      if answer == nil then return nil, resolve.hide(err, texts) end
      out:text(echo.hide(json.encode(redaction.value(answer), { pretty = true }), echo.secrets(texts)))
      out:json(answer)
      return exit.DONE
   end)
end

return command
