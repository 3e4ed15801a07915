--- `personalize validate`: checks files of connections without a tenant.
-- @module personalize.cli.validate

local annotations = require "personalize.cli.annotations"
local exit = require "personalize.cli.exit"
local output = require "personalize.cli.output"
local report = require "personalize.sync.report"
local sync = require "personalize.sync"

local command = {}

function command.add(parser)
   local own = parser:command("validate", "Check files of connections. Needs no tenant. Exit code 1: "
      .. "something is wrong.")
   own:epilog("Examples:\n  personalize validate connections\n"
      .. "  personalize validate --strict --format github connections/*.json")
   own:argument("file-or-folder", "Files, and folders as `export` writes them."):args "+":target "paths"
   own:flag("--strict", "Exit code 1 for warnings, too.")
   own:option("--format", "How findings are written: text; json; github, for the annotations of its workflows.")
      :choices { "text", "json", "github" }
   own:option("--unknown-members", "Whether members that look like published ones, misspelt or at the wrong place, "
      .. "are problems or, with `send`, warnings."):choices { "refuse", "send" }
   own:option("--references", "Where references to secrets are allowed, as for plan."):choices { "usual", "anywhere" }
   own:flag("--json", "One JSON document, as --format json.")
end

local function write_annotations(out, result)
   for _, problem in ipairs(result.problems) do out:text(annotations.of("error", problem)) end
   for _, warning in ipairs(result.warnings) do out:text(annotations.of("warning", warning)) end
   out:text(report.findings(result))
end

function command.run(arguments, streams)
   local format = arguments.format or arguments.json and "json" or "text"
   if arguments.json and format ~= "json" then
      return output.new(streams, arguments):usage(("--json and --format %s exclude each other"):format(format))
   end
   local out = output.new(streams, { json = format == "json", command = arguments.command })
   local result, err = sync.validate(arguments.paths, { unknown_members = arguments.unknown_members,
      references = arguments.references })
   result = result or err.result
   if not result then return out:fail(err) end
   if format == "github" then write_annotations(out, result) else out:text(result) end
   out:json(result)
   local is_fine = #result.problems == 0 and not (arguments.strict and #result.warnings > 0)
   return is_fine and exit.DONE or exit.FAILED
end

return command
