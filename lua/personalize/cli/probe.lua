--- `personalize probe`: asks a tenant the questions that the published documentation leaves open.
-- @module personalize.cli.probe

local colour = require "personalize.cli.colour"
local exit = require "personalize.cli.exit"
local folding = require "personalize.cli.folding"
local native = require "personalize.native"
local personalize = require "personalize"
local report_of = require "personalize.probe.report"
local tenant = require "personalize.cli.tenant"

local command = {}

function command.add(parser)
   local own = parser:command("probe", "Ask a tenant what the documentation leaves open. Changes nothing, unless "
      .. "--write is given.")
   own:epilog "Examples:\n  personalize probe\n  personalize probe --write --json >probe.json"
   own:flag("--write", "Create a connection, archived from the beginning, to see how the service treats it. If names "
      .. "need not be unique, or an update creates, there will be a second one. Both stay, archived.")
   own:option("--name", "The name of that connection."):argname "<name>"
   own:flag("--no-credentials", "Do not put the client's own credentials into that connection for a moment: then "
      .. "the probe cannot tell whether an update without a secret erases it.")
   own:flag("--json", "One JSON document: an array of {id, question, assumed, answer, evidence, agrees}.")
   tenant.add(own)
end

local function conclude(out, report)
   if report.stopped then
      out:note "interrupted: the questions that are not answered were not asked, and what was made is archived"
      return exit.INTERRUPTED
   end
   return #report.left == 0 and exit.DONE or exit.FAILED
end

function command.run(arguments, streams)
   return tenant.run(arguments, streams, function(client, out)
      if arguments.write then out:note("writes to " .. tostring(client):gsub("^personalize client of ", "")) end
      -- the first Ctrl-C cleans up and ends, a second one ends at once
      native.process.catch_interrupt()
      local report, err = personalize.probe(client, { write = arguments.write, name = arguments.name,
         credentials = not arguments.no_credentials, timeout = arguments.timeout,
         should_stop = native.process.is_interrupted })
      if not report then return nil, err end
      local width = colour.width(out.out)
      out:text(folding.fold(report_of.text(report, width), width or 0))
      out:json(report)
      return conclude(out, report)
   end)
end

return command
