--- `personalize test` for many connections: prints a line for each, and counts the failures.
-- @module personalize.cli.test_many
-- @local

local exit = require "personalize.cli.exit"
local glob = require "personalize.sync.glob"
local json = require "personalize.json"
local progress = require "personalize.cli.progress"
local redaction = require "personalize.redaction"
local selection = require "personalize.cli.selection"
local raw = require "personalize.raw"
local text = require "personalize.text"
local verdict = require "personalize.cli.verdict"

local test_many = {}

-- The connections to test: selected ones that are not archived.
local function chosen(list, arguments)
   local is_meant, found = glob.matcher(selection.names(arguments)), {}
   for _, connection in ipairs(list) do
      local is_used = raw.get(connection, "archived") ~= true
      if is_used and is_meant(raw.string(connection, "name") or "") then found[#found + 1] = connection end
   end
   return found
end

-- One result as data.
local function result_of(connection, answer, err, expected)
   local result = { name = connection.name, ref = connection.ref }
   if err then
      result.ok, result.error = false, { kind = err.kind, message = err.message, status = err.status }
      result.reason = tostring(err)
      return result
   end
   local judged = verdict.expected(answer, expected)
   result.ok, result.status, result.answer = not judged.failed, judged.status, answer
   result.reason = judged.failed and redaction.text(table.concat(judged.reasons, "; ")) or nil
   return result
end

local function line_of(result)
   local about = result.reason or result.status and tostring(result.status) or "no status is told"
   return ("%s  %s: %s"):format(result.ok and "ok    " or "FAILED", text.line(tostring(result.name)), text.line(about))
end

--- Tests the selected connections, several at a time.
-- @return the exit code; or nil and an error object
function test_many.run(arguments, client, out)
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
      out:note "no connection is meant: nothing was tested"
      return exit.FAILED
   end
   out:text(("%d ok, %d failed"):format(#connections - failed, failed))
   return failed == 0 and exit.DONE or exit.FAILED
end

return test_many
