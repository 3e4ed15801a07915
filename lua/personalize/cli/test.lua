--- `personalize test`: asks the service to make the call that a connection describes; for one connection or for many.
-- @module personalize.cli.test

local exit = require "personalize.cli.exit"
local input = require "personalize.cli.input"
local json = require "personalize.json"
local masking = require "personalize.http.masking"
local output = require "personalize.cli.output"
local redaction = require "personalize.redaction"
local resolve = require "personalize.sync.references.resolve"
local selection = require "personalize.cli.selection"
local tenant = require "personalize.cli.tenant"
local test_many = require "personalize.cli.test_many"
local text = require "personalize.text"
local verdict = require "personalize.cli.verdict"

local command = {}

function command.add(parser)
   local own = parser:command("test", "Have the service make the call that a connection describes, once. Exit code 1: "
      .. "the answer tells of a failure.")
   own:epilog("Examples:\n  personalize test Weather --expect-status 200\n  personalize test --select 'Weather*'")
   own:argument("name", "Name or ref."):args "?"
   own:option("--file", "Test the definition in this file (- for the standard input) instead."):argname "<file>"
   input.add_references(own)
   own:flag("--all", "Test all connections that are not archived.")
   selection.add(own)
   own:option("--expect-status", "Status that the call has to be answered with: 200, 2xx, or several with commas. "
      .. "Without it, known signs of a failure count."):argname "<status>":convert(verdict.expectation)
   selection.add_concurrency(own)
   own:flag("--json", "One JSON document: the service's answer as it came; of many, an array of results.")
   tenant.add(own)
end

-- The connection or definition to test; and the secrets that were looked up for it, or an error object.
local function find_target(client, arguments)
   if arguments.file then return input.resolved(arguments.file, arguments) end
   local connection, err = tenant.find(client, arguments.name)
   return connection, err or {}
end

local function test_one(arguments, client, out)
   local target, texts = find_target(client, arguments)
   if not target then return nil, texts end
   local answer, err = client.connections.test(target)
   if answer == nil then return nil, resolve.hide(err, texts) end
   local shown, reason = json.encode(redaction.value(answer), { pretty = true, canonical = true })
   if not shown then return nil, reason end
   out:document(masking.hide(shown, masking.secrets(texts)))
   out:json(answer)
   local judged = verdict.expected(answer, arguments.expect_status)
   if not judged.failed then return exit.DONE end
   local reasons = masking.hide(redaction.text(table.concat(judged.reasons, "; ")), masking.secrets(texts))
   out:note("the test failed: " .. text.line(reasons))
   return exit.FAILED
end

function command.run(arguments, streams)
   local many = arguments.all or selection.names(arguments) ~= nil
   local given = (arguments.name and 1 or 0) + (arguments.file and 1 or 0) + (many and 1 or 0)
   if given ~= 1 then
      return output.new(streams, arguments):usage "give one of these: a connection, --file, --all, --select"
   end
   return tenant.run(arguments, streams, function(client, out)
      return (many and test_many.run or test_one)(arguments, client, out)
   end)
end

return command
