--- Applies a plan: each item on its own, as long as the tenant is still as it was when the plan was made.
-- @module personalize.sync.apply
-- @local

local client_of = require "personalize.client"
local errors = require "personalize.error"
local folder = require "personalize.sync.folder"
local hold = require "personalize.sync.hold"
local items = require "personalize.sync.items"
local lock = require "personalize.sync.lock"
local map = require "personalize.http.loops.map"
local native = require "personalize.native"
local options = require "personalize.options"
local origin = require "personalize.sync.plan_file.origin"
local references = require "personalize.sync.references"
local resolve = require "personalize.sync.references.resolve"
local result = require "personalize.sync.result"
local sequence = require "personalize.sync.sequence"
local tenant = require "personalize.sync.tenant"
local twins = require "personalize.sync.twins"

local apply = {}

local known_options = {
   concurrency = "count", on_progress = "function", should_stop = "function", timeout = "seconds", renames = "boolean",
   missing_secrets = options.one_of("refuse", "send"), secrets = "function",
}

local default_concurrency = 4

local kinds = { "creates", "updates", "archives" }

-- The remaining items with their references resolved. Missing secrets are found before anything is sent.
local function prepare(plan, state)
   local tasks, problems = {}, {}
   for _, kind in ipairs(kinds) do
      for _, item in ipairs(plan[kind]) do
         local private = state.private[item]
         if not state.done[item] then
            local resolved, texts = nil, {}
            if private.entry then
               resolved, texts = resolve.resolve(private.entry.given, state)
               references.look_up_all(private.entry.references, state)
            end
            private.resolved, private.texts = resolved, texts
            if resolved then client_of.hide(state.client, texts) end
            for _, problem in ipairs(texts.problems or {}) do
               problems[#problems + 1] = { file = item.file, path = problem.path, message = problem.message }
            end
            tasks[#tasks + 1] = { item = item, kind = kind, private = private }
         end
      end
   end
   if #problems > 0 then return folder.refuse(problems, "nothing was sent") end
   return tasks
end

-- Writes the refs that are now known into the lock.
local function write_lock(plan, state, outcome)
   if not state.folder then return end
   local current, err = lock.read(state.folder)
   local seen, refs = {}, {}
   if current then
      for item, connection in pairs(state.done) do
         seen[#seen + 1] = connection
         if item.file then refs[item.file] = connection.ref end
      end
      local identity = #seen > 0 and tenant.identify(state.client, seen) or state.identity
      identity.organisation = identity.organisation or state.identity.organisation
      for _, item in ipairs(plan.unchanged) do refs[item.file] = item.ref end
      local moved = {} -- a file that was renamed leaves no line of its old name
      for _, ref in pairs(refs) do moved[ref] = true end
      for file, ref in pairs(lock.refs(current, identity)) do
         if not refs[file] and not moved[ref] then refs[file] = ref end
      end
      current, err = lock.write(state.folder, current, identity, refs)
   end
   if not current then table.insert(outcome.warnings, "the lock was not written: " .. err.message) end
end

-- Someone else may have given the same names at the same time. At least the later of two runs notices it.
local function look_for_twins(state, run, outcome)
   if next(run.given) == nil then return end
   local listed, err = tenant.list(state.client)
   if not listed then
      outcome.unseen = err
      return
   end
   for _, each in ipairs(twins.among(listed, run.given)) do
      for _, ref in ipairs(each.refs) do
         if run.freeing[ref] and not run.renamed[ref] then each.unfinished = true end
      end
      table.insert(outcome.twins, each)
   end
end

-- Runs the tasks, several at a time; each task keeps its own outcome.
local function run_tasks(run, tasks, concurrency)
   local _, failures = map.run(tasks, function(task)
      if not sequence.is_within_circle(task) and run.should_stop and run.should_stop() then
         return errors.fail("cancelled", "stopped")
      end
      task.is_begun = true -- a call that is interrupted from here on may have been carried out
      sequence.open(run, task)
      local connection, what = items[task.kind](run, task.item, task.private)
      sequence.close(run, task, connection ~= nil)
      if not connection then return nil, resolve.hide(what, task.private.texts) end
      task.connection, task.what = connection, what
      if what == "created" then run.made(task.item, connection) end
      return task
   end, {
      concurrency = concurrency,
      on_progress = run.on_progress and function(_, _, task, task_done)
         run.count = run.count + 1
         run.on_progress(run.count, run.total, task.item, task_done and task_done.what or nil)
      end,
   })
   for index, task in ipairs(tasks) do task.err = failures[index] end
end

local function send(plan, state, checked, tasks, outcome)
   local listed, err = tenant.list(state.client)
   if not listed then return nil, err end
   local identity = tenant.identify(state.client, listed)
   local other = state.is_loaded and tenant.difference(state.identity, identity)
   if other then
      return errors.fail("config", ("the plan was made for another tenant, %s, and this is %s (%s): plan again")
         :format(plan.tenant, tenant.name(identity), other))
   end
   state.identity = identity
   local run = items.new_run(plan, state, listed, checked)
   run.should_stop, run.on_progress, run.count, run.total = checked.should_stop, checked.on_progress, 0, #tasks
   run.renamed = {}
   local first, others = sequence.split(run, tasks)
   run_tasks(run, first, 1)
   run_tasks(run, others, checked.concurrency or default_concurrency)
   result.collect(outcome, state, tasks)
   write_lock(plan, state, outcome)
   local kept, problem = state.keep(true)
   if not kept then table.insert(outcome.warnings, "what was created is not noted in the plan: " .. problem.message) end
   look_for_twins(state, run, outcome)
   return result.conclude(outcome)
end

-- A connection may have one name in its file and another in the tenant. The user must say which one counts.
local function check_renames(plan, state, checked)
   local allowed = checked.renames
   if allowed == nil then allowed = state.opts.renames end
   local problems = {}
   for _, item in ipairs(plan.updates) do
      if item.rename and not allowed and not state.done[item] then
         problems[#problems + 1] = { file = item.file, path = "name", message = ("would rename %s to %s"):format(
            options.describe(item.rename.from), options.describe(item.rename.to)) }
      end
   end
   if #problems == 0 then return true end
   local _, err = folder.refuse(problems, "nothing was sent: renames are applied with renames = true (--rename)")
   return errors.fail("conflict", err.message, { problems = problems })
end

--- Says why a plan cannot be applied, without asking the tenant: so a command knows it before it asks the user.
-- @tparam table checked options of `plan:apply`
-- @return true; or nil and an error object
function apply.allow(plan, state, checked)
   if #plan.problems > 0 then return folder.refuse(plan.problems, "the plan has problems, nothing was sent") end
   local fine, err = check_renames(plan, state, checked)
   if not fine then return nil, err end
   return origin.check(plan, state)
end

--- See `plan:apply`.
function apply.apply(plan, state, opts)
   local checked = options.check(opts, known_options, "plan:apply", 2)
   local fine, err = apply.allow(plan, state, checked)
   if not fine then return nil, err end
   local function work(warning)
      if state.plan_folder then native.file.clear(state.plan_folder) end
      local tasks, reason = prepare(plan, state)
      if not tasks then return nil, reason end
      local outcome = result.new(warning)
      if #tasks > 0 then return send(plan, state, checked, tasks, outcome) end
      write_lock(plan, state, outcome)
      return outcome
   end
   if state.folder and folder.exists(state.folder) then return hold.folder(state.folder, "apply", work) end
   return hold.tenant(state.identity, state.folder and "apply" or "promote", work)
end

return apply
