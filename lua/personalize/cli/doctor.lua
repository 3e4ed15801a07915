--- `personalize doctor`: checks everything between this machine and the tenant's connections, changes nothing, and
-- gives advice on each failure.
-- @module personalize.cli.doctor

local examination = require "personalize.cli.examination"
local exit = require "personalize.cli.exit"
local json = require "personalize.json"
local output = require "personalize.cli.output"
local tenant = require "personalize.cli.tenant"

local command = {}

function command.add(parser)
   local own = parser:command("doctor", "Check configuration, network, token and service, and say what is wrong. "
      .. "Changes nothing.")
   own:flag("--json", "One JSON document: an array of {name, status, message, advice}.")
   tenant.add(own)
end

local marks = { ok = "ok    ", failed = "FAILED", note = "note  ", skipped = "-     " }

function command.run(arguments, streams)
   local out = output.new(streams, arguments)
   local findings, has_failed = json.array {}, false
   local source, err = tenant.source(arguments.profile, arguments.prefix)
   if not source then return out:fail(err) end
   examination.run(source, arguments.timeout, function(finding)
      findings[#findings + 1] = finding
      has_failed = has_failed or finding.status == "failed"
      out:text(("%s  %s: %s"):format(marks[finding.status], finding.name, finding.message))
      if finding.advice then out:text("        " .. finding.advice) end
   end)
   out:json(findings)
   return has_failed and exit.FAILED or exit.DONE
end

return command
