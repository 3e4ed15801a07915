--- `personalize test`: asks the service to make the call that a connection describes; for one connection or for many.
-- @module personalize.cli.test

local client_of = require "personalize.client"
local exit = require "personalize.cli.exit"
local glob = require "personalize.sync.glob"
local input = require "personalize.cli.input"
local json = require "personalize.json"
local masking = require "personalize.http.masking"
local output = require "personalize.cli.output"
local progress = require "personalize.cli.progress"
local raw = require "personalize.raw"
local redaction = require "personalize.redaction"
local resolve = require "personalize.sync.references.resolve"
local selection = require "personalize.cli.selection"
local tenant = require "personalize.cli.tenant"
local text = require "personalize.text"
local verdict = require "personalize.cli.verdict"

local command = {}

function command.add(parser)
   local own = parser:command("test", "Ask the service to make the call that a connection describes, once. Exit code "
      .. "1: the answer shows a failure.")
   own:epilog("Examples:\n  personalize test Weather --expect-status 200\n  personalize test --select 'Weather*'")
   own:argument("name", "Name or ref."):args "?"
   own:option("--file", "Test the definition in this file (- for the standard input) instead."):argname "<file>"
   input.add_references(own)
   own:flag("--all", "Test all connections that are not archived.")
   selection.add(own)
   own:option("--expect-status", "The expected status of the call: 200, 2xx, or several with commas. "
      .. "Without it, known signs of a failure count."):argname "<status>":convert(verdict.expectation)
   selection.add_concurrency(own)
   own:flag("--json", "One JSON document: the service's unchanged answer; for many, an array of results.")
   tenant.add(own)
end

-- The connection or definition to test, and the secrets that were looked up for it; or nil and an error object.
local function find_target(client, arguments)
   if arguments.file then return input.resolved(arguments.file, arguments) end
   local connection, err = tenant.find(client, arguments.name)
   return connection, err or {}
end

-- The secrets that the called service may echo: those that were looked up, and those of what was tested.
local function secrets_of(target, texts)
   return masking.secrets(texts, redaction.secrets_of(target))
end

local function reasons_of(judged, secrets)
   return redaction.text(masking.hide(table.concat(judged.reasons, "; "), secrets))
end

local function test_one(arguments, client, out)
   local target, texts, named = find_target(client, arguments)
   if not target then return nil, texts end
   out:references(named)
   client_of.hide(client, texts)
   local answer, err = client.connections.test(target)
   if answer == nil then return nil, resolve.hide(err, texts) end
   local shown, reason = json.encode(redaction.value(answer), { pretty = true, canonical = true })
   if not shown then return nil, reason end
   local secrets = secrets_of(target, texts)
   out:document(masking.hide(shown, secrets))
   out:json(answer)
   local judged = verdict.expected(answer, arguments.expect_status)
   if not judged.failed then return exit.DONE end
   out:note("the test failed: " .. text.line(reasons_of(judged, secrets)))
   return exit.FAILED
end

-- The connections to test: selected ones that are not archived.
local function chosen(list, arguments)
   local is_meant, found = glob.matcher(selection.names(arguments)), {}
   for _, connection in ipairs(list) do
      local is_used = not raw.is_archived(connection)
      if is_used and is_meant(raw.string(connection, "name") or "") then found[#found + 1] = connection end
   end
   return found
end

-- The result of testing one connection: an element of the JSON array, and what `line_of` shows.
local function result_of(connection, answer, err, expected)
   local result = { name = connection.name, ref = connection.ref }
   if err then
      result.ok, result.error = false, { kind = err.kind, message = err.message, status = err.status }
      result.reason = tostring(err)
      return result
   end
   local judged = verdict.expected(answer, expected)
   result.ok, result.status, result.answer = not judged.failed, judged.status, answer
   result.reason = judged.failed and reasons_of(judged, secrets_of(connection, {})) or nil
   return result
end

local function line_of(result)
   local about = result.reason or result.status and tostring(result.status) or "no status in the answer"
   return ("%s  %s: %s"):format(result.ok and "ok    " or "FAILED", text.line(tostring(result.name)), text.line(about))
end

-- Tests the selected connections, several at a time: prints a line for each, and counts the failures.
-- @return the exit code; or nil and an error object
local function test_many(arguments, client, out)
   local list, err = client.connections.list()
   if not list then return nil, err end
   local connections = chosen(list, arguments)
   local watch = progress.of_work(out)
   local answers, errors = client.connections.test_all(connections, {
      concurrency = arguments.concurrency, on_progress = watch,
   })
   local results, failed = json.array {}, 0
   for index, connection in ipairs(connections) do
      results[index] = result_of(connection, answers[index], errors[index], arguments.expect_status)
      failed = failed + (results[index].ok and 0 or 1)
      out:plan(line_of(results[index]))
   end
   out:json(results)
   if #connections == 0 then
      out:note "no connection is selected: nothing was tested"
      return exit.FAILED
   end
   out:text(("%d ok, %d failed"):format(#connections - failed, failed))
   return failed == 0 and exit.DONE or exit.FAILED
end

function command.run(arguments, streams)
   local many = arguments.all or selection.names(arguments) ~= nil
   local given = (arguments.name and 1 or 0) + (arguments.file and 1 or 0) + (many and 1 or 0)
   if given ~= 1 then
      return output.new(streams, arguments):usage "give one of these: a connection, --file, --all, --select"
   end
   return tenant.run(arguments, streams, function(client, out)
      return (many and test_many or test_one)(arguments, client, out)
   end)
end

return command
