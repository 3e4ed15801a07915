--- The shared part of the commands that make plans: showing, asking, applying.
-- @module personalize.cli.plan_commands
-- @local

local colour = require "personalize.cli.colour"
local exit = require "personalize.cli.exit"
local input = require "personalize.cli.input"
local letters = require "personalize.letters"
local markdown = require "personalize.sync.markdown"
local native = require "personalize.native"
local plan_file = require "personalize.sync.plan_file"
local plan_of = require "personalize.sync.plan"
local progress = require "personalize.cli.progress"
local report = require "personalize.sync.report"
local selection = require "personalize.cli.selection"

local plan_commands = {}

--- Adds the options that determine the plan.
function plan_commands.add_planning(own)
   selection.add(own)
   own:flag("--force-secrets", "Send secrets even if nothing else differs.")
   own:option("--missing-secrets", "Whether updates that lack a write-only secret are refused (the default) or sent. "
      .. "`send` may erase the secret."):choices { "refuse", "send" }
   own:option("--unknown-members", "Whether members that look like published ones, misspelt or at the wrong place, "
      .. "are problems (the default), or are sent."):choices { "refuse", "send" }
   own:option("--format", "How the plan is shown: markdown is for a pull request.", "text")
      :choices { "text", "markdown" }
   own:flag("--full", "Show long texts whole.")
   input.add_references(own)
   own:option("--values", "The values that differ in this tenant: {\"replace\": {...}, \"connections\": {...}}.")
      :argname "<file>"
   own:option("--save", "Write the plan to a file, for `apply --plan`."):argname "<file>"
end

--- Adds the option that allows renames.
function plan_commands.add_renames(own)
   own:flag("--rename", "Also rename connections whose file has another name. They are shown in any case.")
   own:flag("--check-uses", "Warn of decision models and flows that mention a connection to be renamed or archived.")
end

--- Adds the options that determine how the plan is applied.
function plan_commands.add_applying(own)
   own:flag("-y --yes", "Do not ask.")
   own:flag("--dry-run", "Show the plan, and send nothing.")
   selection.add_concurrency(own)
end

--- The options of `sync.plan` and `sync.promote`, from a command's arguments.
function plan_commands.options(arguments)
   return {
      names = selection.names(arguments),
      archive_missing = arguments.archive_missing or nil,
      force_secrets = arguments.force_secrets or nil,
      missing_secrets = arguments.missing_secrets,
      unknown_members = arguments.unknown_members,
      renames = arguments.rename or nil,
      check_uses = arguments.check_uses or nil,
      references = arguments.references,
      secrets_folder = arguments.secrets_folder,
      values = arguments.values,
   }
end

--- Shows a plan, and saves it if asked to.
-- @return the exit code for it
function plan_commands.show(out, arguments, plan)
   if arguments.format == "markdown" then
      out:text(markdown.of(plan, { full = arguments.full }))
   else
      out:plan(report.changes(plan, { full = arguments.full,
         renames = arguments.rename or plan_of.allows_renames(plan) }))
   end
   out:warnings(plan.warnings)
   if arguments.save then
      local done, err = plan:save(arguments.save)
      if not done then return nil, err end
   end
   if #plan.problems > 0 then return exit.FAILED end
   return plan:is_empty() and exit.DONE or exit.DIFFERENCES
end

--- A plan as JSON data.
plan_commands.describe = plan_file.describe

--- Tells whether a person can be asked.
function plan_commands.can_ask(streams, arguments)
   return not arguments.json and native.process.is_terminal(0) and colour.is_terminal(streams.err)
end

--- Asks a question on the last line of the screen. True if the answer is yes.
function plan_commands.ask(streams, question)
   streams.out:flush()
   streams.err:write(question, " [y/N] ")
   streams.err:flush()
   local answer = io.read "*l"
   return answer ~= nil and letters.lower(answer):find "^%s*y" ~= nil
end

-- Applies a plan. Ctrl-C lets the calls in progress finish and begins no others.
local function run(out, arguments, plan)
   native.process.catch_interrupt()
   return plan:apply {
      concurrency = arguments.concurrency, on_progress = progress.of_work(out),
      should_stop = native.process.is_interrupted, timeout = arguments.timeout, renames = arguments.rename or nil,
   }
end

local function conclude(out, result, err)
   local done = result or err.result
   if done then
      out:plan(done)
      local data = {}
      for name, value in pairs(done) do data[name] = value end
      for _, item in ipairs(data.failed) do item.error = { kind = item.error.kind, message = item.error.message } end
      out:json { result = data }
      for _, each in ipairs(done.twins) do out:note(report.twin(each)) end
   end
   if not done then return out:fail(err) end
   -- what failed is said of each item; a look at the end that failed is said here alone
   if err and #done.failed + #done.not_started + #done.twins == 0 then out:note(err.message) end
   if native.process.is_interrupted() then
      out:note "interrupted: what is said above was done; apply again to do the rest"
      return exit.INTERRUPTED
   end
   return result and exit.DONE or exit.FAILED
end

-- Shows a plan without applying it.
local function only_show(out, plan, code)
   out:json(plan_commands.describe(plan))
   return code
end

-- Asks whether to apply a plan.
-- @return true; or nil and the exit code
local function confirm(out, streams, arguments, plan, unasked)
   if plan:is_empty() or arguments.yes then return true end
   if not plan_commands.can_ask(streams, arguments) then
      if unasked then return nil, only_show(out, plan, unasked) end
      return nil, out:usage "nobody can be asked here: give --yes to apply the plan"
   end
   if plan_commands.ask(streams, ("Apply this to %s?"):format(report.counts(plan))) then return true end
   out:note "declined: nothing was sent"
   return nil, exit.FAILED
end

--- Shows a plan and applies it.
-- @tparam table out
-- @tparam table streams
-- @tparam table arguments
-- @tparam table plan
-- @tparam[opt] number unasked the exit code if nobody can be asked and --yes was not given
-- @treturn number the exit code
-- @return `nil` and an error object when the plan could not be saved, or must not be applied
function plan_commands.apply(out, streams, arguments, plan, unasked)
   local shown, fine, err, code
   shown, err = plan_commands.show(out, arguments, plan)
   if not shown then return nil, err end
   if #plan.problems > 0 then return only_show(out, plan, exit.FAILED) end
   fine, err = plan_of.allow(plan, { renames = arguments.rename or nil })
   if not fine then return nil, err end
   if arguments.dry_run then
      out:note "a dry run: nothing was sent"
      return only_show(out, plan, exit.DONE)
   end
   fine, code = confirm(out, streams, arguments, plan, unasked)
   if not fine then return code end
   return conclude(out, run(out, arguments, plan))
end

return plan_commands
