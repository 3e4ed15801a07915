--- `personalize request`: makes any call to the service.
-- @module personalize.cli.request

local exit = require "personalize.cli.exit"
local input = require "personalize.cli.input"
local json = require "personalize.json"
local letters = require "personalize.letters"
local output = require "personalize.cli.output"
local redaction = require "personalize.redaction"
local rehearsal = require "personalize.cli.rehearsal"
local tenant = require "personalize.cli.tenant"

local command = {}

local function pair(given)
   local name, value = given:match "^([^=]+)=(.*)$"
   if name then return { name, value } end
   return nil, "--query: expected NAME=VALUE"
end

function command.add(parser)
   local own = parser:command("request", "Make any call to the service, and print its JSON.")
   own:epilog("Examples:\n  personalize request /v3/flowDefinitions --query limit=10\n"
      .. "  personalize request PUT /v2/connections/REF --body weather.json")
   own:argument("method", "GET unless given, and POST with --body."):argname "[<method>]":args "1"
   own:argument("path", "Below the base URL, such as /v2/connections."):argname "<path>":args "?"
   own:option("--query", "A parameter. May be given again."):argname "<name=value>":convert(pair):count "*"
   own:option("--body", "A JSON file, - for the standard input, or JSON."):argname "<file>"
   own:flag("--json", "One JSON document: the unchanged answer, with credentials.")
   own:flag("--mask", "Hide credentials in the JSON.")
   rehearsal.add(own)
   tenant.add(own)
end

-- A single argument is the path; the method is then GET, or POST with `--body`.
local function target_of(arguments)
   if arguments.path then return letters.upper(arguments.method), arguments.path end
   return arguments.body and "POST" or "GET", arguments.method
end

local function query_of(arguments)
   if #arguments.query == 0 then return nil end
   local query = {}
   for _, each in ipairs(arguments.query) do
      local name, value = each[1], each[2]
      if type(query[name]) == "table" then
         table.insert(query[name], value)
      else
         query[name] = query[name] and { query[name], value } or value
      end
   end
   return query
end

local function show_rehearsed(out, call)
   local body = call.definition and redaction.value(call.definition) or nil
   out:note "a dry run: nothing was sent"
   out:text(("would send %s %s"):format(call.method, redaction.text(call.url)))
   if body then out:document(json.encode(body, { pretty = true, canonical = true })) end
   out:json { dry_run = true, action = "request", method = call.method, url = redaction.text(call.url), body = body }
   return exit.DONE
end

function command.run(arguments, streams)
   local method, path = target_of(arguments)
   if not path:find "^/" or not method:find "^%u+$" then
      return output.new(streams, arguments):usage(
         "expected a method, or none, and a path that begins with /, such as: request GET /v2/connections")
   end
   local body, err
   if arguments.body then
      body, err = input.value(arguments.body)
      if body == nil then return output.new(streams, arguments):fail(err) end
   end
   return tenant.run(arguments, streams, function(client, out)
      local rehearsed = arguments.dry_run and rehearsal.begin(client)
      local answer, reason = client:request { method = method, path = path, query = query_of(arguments), body = body }
      if rehearsed and rehearsed.call then return show_rehearsed(out, rehearsed.call) end
      if answer == nil then return nil, reason end
      local shown
      shown, reason = json.encode(redaction.value(answer), { pretty = true, canonical = true })
      if not shown then return nil, reason end
      out:document(shown)
      out:json(arguments.mask and redaction.value(answer) or answer)
      return exit.DONE
   end)
end

return command
