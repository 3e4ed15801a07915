--- The result of applying a plan: the outcome of each item, and the error if the result is incomplete.
-- @module personalize.sync.result
-- @local

local errors = require "personalize.error"
local json = require "personalize.json"
local raw = require "personalize.raw"
local report = require "personalize.sync.report"

local result = {}

--- Makes an empty result.
-- @tparam ?string warning says that nothing could be locked
function result.new(warning)
   local outcome = { warnings = json.array { warning }, twins = json.array {} }
   for _, kind in ipairs { "created", "updated", "archived", "unchanged", "failed", "not_started" } do
      outcome[kind] = json.array {}
   end
   return setmetatable(outcome, { __name = "personalize.sync.result", __tostring = report.result,
      __jsontype = "object" })
end

--- Sorts the outcomes of the tasks into the result, in the plan's order.
function result.collect(outcome, state, tasks)
   for _, task in ipairs(tasks) do
      local item, err = task.item, task.err
      local entry = { name = item.name, file = item.file, ref = item.ref, rename = item.rename }
      task.private.resolved, task.private.texts = nil, nil
      if task.connection then
         entry.ref = raw.string(task.connection, "ref")
         state.done[item] = task.connection
         table.insert(outcome[task.what], entry)
      elseif not task.is_begun and errors.is(err) and err.kind == "cancelled" then
         table.insert(outcome.not_started, entry)
      else
         entry.error = errors.is(err) and err or errors.new { kind = "cancelled", message = tostring(err) }
         table.insert(outcome.failed, entry)
      end
   end
end

local function summarize(outcome)
   local parts = {}
   if #outcome.failed + #outcome.not_started > 0 then
      parts[1] = ("%d failed, %d not started"):format(#outcome.failed, #outcome.not_started)
   end
   if outcome.failed[1] then parts[#parts + 1] = "the first: " .. outcome.failed[1].error.message end
   for _, each in ipairs(outcome.twins) do parts[#parts + 1] = report.twin(each) end
   if outcome.unseen then
      parts[#parts + 1] = "whether somebody else created the same could not be seen: " .. outcome.unseen.message
   end
   return table.concat(parts, "; ")
end

--- Turns a result that is not complete into an error.
-- @return the result; or nil and an error object that contains it
function result.conclude(outcome)
   local first = outcome.failed[1]
   if not first and #outcome.not_started + #outcome.twins == 0 and not outcome.unseen then return outcome end
   local problems = {}
   for _, item in ipairs(outcome.failed) do
      problems[#problems + 1] = { path = item.file or item.name, message = tostring(item.error) }
   end
   for _, each in ipairs(outcome.twins) do
      problems[#problems + 1] = { path = each.name, message = report.twin(each) }
   end
   local cause = first and first.error or outcome.unseen
   local kind = first and first.error.kind or #outcome.twins > 0 and "conflict" or cause and cause.kind or "cancelled"
   local message = summarize(outcome)
   outcome.unseen = nil
   return errors.fail(kind, message, { problems = problems, result = outcome, cause = cause })
end

return result
