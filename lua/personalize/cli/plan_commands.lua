--- What the commands that make plans share: showing them, asking, applying.
-- @module personalize.cli.plan_commands
-- @local

local errors = require "personalize.error"
local exit = require "personalize.cli.exit"
local native = require "personalize.native"
local output = require "personalize.cli.output"
local progress = require "personalize.cli.progress"
local selection = require "personalize.cli.selection"
local report = require "personalize.sync.report"
local plan_file = require "personalize.sync.plan_file"

local plan_commands = {}

local function count(value)
   local number = tonumber(value)
   if number and number >= 1 and number <= 1000 and number % 1 == 0 then return number end
   return nil, "--concurrency: expected an integer from 1 to 1000"
end

--- Adds the options that say what is planned.
function plan_commands.add_planning(own)
   selection.add(own)
   own:flag("--force-secrets", "Send secrets although nothing else differs.")
   own:option("--missing-secrets", "What becomes of updates that lack a write-only secret: they are refused, unless "
      .. "this is `send`, which may erase it."):choices { "refuse", "send" }
   own:option("--unknown-members", "What becomes of members that look like published ones, misspelt or at the wrong "
      .. "place: they are problems, unless this is `send`."):choices { "refuse", "send" }
   own:option("--references", "Where references to secrets may stand: in auth, URLs, values of headers and parameters "
      .. "and what is named like a credential, unless this is `anywhere`."):choices { "usual", "anywhere" }
   own:option("--save", "Write the plan to a file, for `apply --plan`."):argname "<file>"
end

--- Adds the option that allows renames.
function plan_commands.add_renames(own)
   own:flag("--rename", "Also rename connections whose file has another name. They are shown in any case.")
end

--- Adds the options that say how it is applied.
function plan_commands.add_applying(own)
   own:flag("-y --yes", "Do not ask.")
   own:option("--concurrency", "Items at a time.", "4"):argname "<number>":convert(count)
end

--- The options of `sync.plan` and `sync.promote` in a command's arguments.
function plan_commands.options(arguments)
   return {
      names = selection.names(arguments),
      archive_missing = arguments.archive_missing or nil,
      force_secrets = arguments.force_secrets or nil,
      missing_secrets = arguments.missing_secrets,
      unknown_members = arguments.unknown_members,
      renames = arguments.rename or nil,
      references = arguments.references,
   }
end

--- Shows a plan, and saves it where that is wanted.
-- @return the exit code that it stands for
function plan_commands.show(out, arguments, plan)
   out:plan(report.changes(plan))
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

local function is_confirmed(streams)
   streams.err:write "Apply this? [y/N] "
   streams.err:flush()
   local answer = io.read "*l"
   return answer ~= nil and answer:lower():find "^%s*y" ~= nil
end

local function can_ask(streams, arguments)
   return not arguments.json and native.process.is_terminal(0) and output.is_terminal(streams.err)
end

-- Ctrl-C once lets what is under way end, and nothing more begin.
local function run(streams, arguments, plan)
   local draw, clear = progress.new(streams, arguments)
   native.process.catch_interrupt()
   local result, err = plan:apply {
      concurrency = arguments.concurrency, on_progress = draw, should_stop = native.process.is_interrupted,
      timeout = arguments.timeout, renames = arguments.rename or nil,
   }
   clear()
   return result, err
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
   if native.process.is_interrupted() then
      out:note "interrupted: what is said above was done; apply again to do the rest"
      return exit.INTERRUPTED
   end
   return result and exit.DONE or exit.FAILED
end

--- Shows a plan and applies it.
-- @tparam table out
-- @tparam table streams
-- @tparam table arguments
-- @tparam table plan
-- @tparam[opt] number unasked the exit code when nobody can be asked and nobody said yes
-- @treturn number the exit code
-- @return `nil` and an error object when the plan could not be saved
function plan_commands.apply(out, streams, arguments, plan, unasked)
   local shown, err = plan_commands.show(out, arguments, plan)
   if not shown then return nil, err end
   if #plan.problems > 0 then
      out:json(plan_commands.describe(plan))
      return exit.FAILED
   end
   if not plan:is_empty() and not arguments.yes then
      if not can_ask(streams, arguments) then
         if unasked then
            out:json(plan_commands.describe(plan))
            return unasked
         end
         out:fail(errors.new { kind = "config", message = "nobody can be asked here: give --yes to apply the plan" })
         return exit.USAGE
      end
      if not is_confirmed(streams) then
         out:note "nothing was sent"
         return exit.DONE
      end
   end
   return conclude(out, run(streams, arguments, plan))
end

return plan_commands
