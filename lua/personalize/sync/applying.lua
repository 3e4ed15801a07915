--- Applies a plan: each item by itself, as far as the tenant is still as it was when the plan was made.
-- @module personalize.sync.applying
-- @local

local errors = require "personalize.error"
local json = require "personalize.json"
local map = require "personalize.http.loops.map"
local options = require "personalize.options"
local folder = require "personalize.sync.folder"
local lock = require "personalize.sync.lock"
local naming = require "personalize.sync.naming"
local planning = require "personalize.sync.planning"
local prose = require "personalize.sync.prose"
local rewriting = require "personalize.sync.rewriting"
local schema = require "personalize.schema"
local settling = require "personalize.sync.settling"
local shape = require "personalize.raw"
local tenant = require "personalize.sync.tenant"

local applying = {}

local known_options = {
   concurrency = "count", on_progress = "function", should_stop = "function", timeout = "seconds",
   missing_secrets = options.one_of("refuse", "send"), secrets = "function",
}

local default_concurrency = 4

--- Stands for a retrieved connection in a saved plan.
function applying.fingerprint(connection)
   return naming.fingerprint(json.encode_as(connection, schema.arrays, { canonical = true }) or "")
end

-- Whether a connection is still the one that the plan was made of.
local function has_moved(origin, current)
   local is_told = false
   for _, name in ipairs { "revision", "modifiedAt" } do
      local before = shape.get(origin, name)
      if before ~= nil then
         is_told = true
         if not shape.equal(before, shape.get(current, name)) then return true end
      end
   end
   if is_told then return false end
   return origin.fingerprint ~= applying.fingerprint(current)
end

local function moved(item, current)
   local revision, time = shape.get(current, "revision"), shape.string(current, "modifiedAt")
   return errors.fail("conflict", ("%s was changed since the plan was made%s%s: plan again"):format(
      options.describe(item.name), revision and ", to revision " .. tostring(revision) or "",
      time and " on " .. time or ""), { connection = current })
end

-- Unless a connection is as wanted already, it must be as it was.
local function retrieve(self, item, origin)
   local current, err = self.connections.get(item.ref, self.call)
   if not current then return nil, err end
   return current, has_moved(origin, current)
end

local function origin_of(item, private)
   return {
      revision = item.revision, modifiedAt = item.modifiedAt,
      fingerprint = private.fingerprint or private.base and applying.fingerprint(private.base),
   }
end

local apply_item = {}

function apply_item.updates(self, item, private)
   local current, is_moved = retrieve(self, item, origin_of(item, private))
   if not current then return nil, is_moved end
   if not item.force_secrets and settling.is_met(private.entry, current) then return current, "unchanged" end
   if is_moved then return moved(item, current) end
   local body, reason = planning.merged(current, private.resolved)
   if not body then return errors.fail("validation", reason) end
   local updated, err = self.connections.update(item.ref, body, self.update_call)
   if not updated then return nil, err end
   return updated, "updated"
end

function apply_item.creates(self, item, private)
   local present = {}
   for _, connection in ipairs(self.present[item.name] or {}) do
      if (shape.get(connection, "archived") == true) == private.entry.archived then
         present[#present + 1] = connection
      end
   end
   if #present == 1 and settling.is_met(private.entry, present[1]) then return present[1], "unchanged" end
   if #present > 0 then
      return errors.fail("conflict", "a connection of that name was created since the plan was made: plan again")
   end
   local created, err = self.connections.create(private.resolved, self.call)
   if not created and err.kind == "ambiguous" and err.outcome == "created" then created = err.connection end
   if not created then return nil, err end
   return created, "created"
end

function apply_item.archives(self, item, private)
   local current, is_moved = retrieve(self, item, origin_of(item, private))
   if not current then return nil, is_moved end
   if shape.get(current, "archived") == true then return current, "unchanged" end
   if is_moved then return moved(item, current) end
   local archived, err = self.connections.archive(item.ref, self.update_call)
   if not archived then return nil, err end
   return archived, "archived"
end

-- The items that are left to do, references resolved: what is missing is found before anything is sent.
local function prepare(plan, state)
   local tasks, problems = {}, {}
   for _, kind in ipairs { "creates", "updates", "archives" } do
      for _, item in ipairs(plan[kind]) do
         local private = state.private[item]
         if not state.done[item] then
            local resolved, texts = nil, {}
            if private.entry then resolved, texts = rewriting.resolve(private.entry.given, state.base) end
            private.resolved, private.texts = resolved, texts
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

local function index_by_name(connections)
   local index = {}
   for _, connection in ipairs(connections) do
      index[connection.name] = index[connection.name] or {}
      table.insert(index[connection.name], connection)
   end
   return index
end

local function new_result()
   local result = { warnings = json.array {} }
   for _, kind in ipairs { "created", "updated", "archived", "unchanged", "failed", "not_started" } do
      result[kind] = json.array {}
   end
   return setmetatable(result, { __name = "personalize.sync.result", __tostring = prose.result, __jsontype = "object" })
end

-- Sorts the outcomes in the plan's order.
local function collect(state, tasks, outcomes, failures)
   local result = new_result()
   for index, task in ipairs(tasks) do
      local item, outcome, err = task.item, outcomes[index], failures[index]
      local entry = { name = item.name, file = item.file, ref = item.ref }
      task.private.resolved, task.private.texts = nil, nil
      if outcome then
         entry.ref = shape.string(outcome.connection, "ref")
         state.done[item] = outcome.connection
         table.insert(result[outcome.what], entry)
      elseif not task.is_begun and errors.is(err) and err.kind == "cancelled" then
         table.insert(result.not_started, entry)
      else
         entry.error = errors.is(err) and err or errors.new { kind = "cancelled", message = tostring(err) }
         table.insert(result.failed, entry)
      end
   end
   return result
end

-- The refs that are known now, beside the files.
local function write_lock(plan, state, result)
   if not state.folder then return end
   local current, err = lock.read(state.folder)
   local seen, refs = {}, {}
   if current then
      for item, connection in pairs(state.done) do
         seen[#seen + 1] = connection
         if item.file then refs[item.file] = connection.ref end
      end
      local key = tenant.key(state.client, seen)
      if #seen == 0 then key = plan.tenant end
      for file, ref in pairs(lock.refs(current, key)) do refs[file] = refs[file] or ref end
      for _, item in ipairs(plan.unchanged) do refs[item.file] = item.ref end
      current, err = lock.write(state.folder, current, key, refs)
   end
   if not current then table.insert(result.warnings, "the lock was not written: " .. err.message) end
end

local function conclude(result)
   if #result.failed + #result.not_started == 0 then return result end
   local first = result.failed[1]
   local problems = {}
   for _, item in ipairs(result.failed) do
      problems[#problems + 1] = { path = item.file or item.name, message = tostring(item.error) }
   end
   local message = ("%d failed, %d not started"):format(#result.failed, #result.not_started)
   if first then message = message .. "; the first: " .. first.error.message end
   return errors.fail(first and first.error.kind or "cancelled", message,
      { problems = problems, result = result, cause = first and first.error or nil })
end

local function run(plan, state, checked, tasks)
   local self = {
      connections = state.client.connections, call = { timeout = checked.timeout },
      update_call = { timeout = checked.timeout, missing_secrets = checked.missing_secrets or state.how.missing_secrets,
         secrets = checked.secrets or state.how.secrets },
   }
   local listed, err = tenant.list(state.client)
   if not listed then return nil, err end
   if not tenant.is_same(plan.tenant, tenant.key(state.client, listed)) then
      return errors.fail("config", ("the plan was made for another tenant: %s"):format(plan.tenant))
   end
   self.present = index_by_name(listed)
   local outcomes, failures = map.run(tasks, function(task)
      if checked.should_stop and checked.should_stop() then return errors.fail("cancelled", "stopped") end
      task.is_begun = true -- what is broken off from here on may have been carried out
      local connection, what = apply_item[task.kind](self, task.item, task.private)
      if not connection then return nil, rewriting.hide(what, task.private.texts) end
      return { connection = connection, what = what }
   end, {
      concurrency = checked.concurrency or default_concurrency,
      on_progress = checked.on_progress and function(done, total, task, outcome)
         checked.on_progress(done, total, task.item, outcome and outcome.what or nil)
      end,
   })
   local result = collect(state, tasks, outcomes, failures)
   write_lock(plan, state, result)
   return conclude(result)
end

--- See `plan:apply`.
function applying.apply(plan, state, opts)
   local checked = options.check(opts, known_options, "plan:apply", 2)
   if #plan.problems > 0 then return folder.refuse(plan.problems, "the plan has problems, nothing was sent") end
   local tasks, err = prepare(plan, state)
   if not tasks then return nil, err end
   if #tasks == 0 then
      local result = new_result()
      write_lock(plan, state, result)
      return result
   end
   return run(plan, state, checked, tasks)
end

return applying
