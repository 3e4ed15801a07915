--- The order of updates that give or free names of connections in use: a name is free before another item takes it.
-- @module personalize.sync.sequence
-- @local

local items = require "personalize.sync.items"
local raw = require "personalize.raw"

local sequence = {}

local function add(groups, name, task)
   if not name then return end
   groups[name] = groups[name] or {}
   table.insert(groups[name], task)
end

-- Sets the name that a task's connection has in use, `task.frees`, and the one that it will have, `task.takes`, if they
-- are not the same.
local function set_names(run, task)
   local current, item = run.by_ref[task.item.ref], task.item
   if task.kind ~= "updates" or not current then return end
   local was_archived, archived = raw.is_archived(current), raw.get(task.private.resolved, "archived")
   if archived == nil then archived = was_archived end
   local before, after = not was_archived and current.name or nil, archived ~= true and item.name or nil
   if before ~= after then task.frees, task.takes = before, after end
end

-- Whether another item waits for a task's name, or the task for a name of another item.
local function matters(task, freeing, taking)
   return task.item.rename or taking[task.frees or false] or freeing[task.takes or false]
end

--- Splits tasks into those that must run one after the other, in this order, and the others, which run after them. A
-- task that closes a circle of names has `circle`: its tasks, of which it is the first to run.
-- @tparam table run as `items.new_run` makes it
-- @tparam table tasks `item`, `kind`, `private`
-- @treturn table array of tasks
-- @treturn table array of tasks
function sequence.split(run, tasks)
   local freeing, taking = {}, {}
   for _, task in ipairs(tasks) do
      set_names(run, task)
      if task.frees then run.freeing[task.item.ref] = true end
      add(freeing, task.frees, task)
      add(taking, task.takes or task.kind == "creates" and task.item.name, task)
   end
   local sorted, others, state, path = {}, {}, {}, {}
   local function visit(task)
      path[#path + 1], state[task] = task, #path + 1
      for _, holder in ipairs(task.takes and freeing[task.takes] or {}) do
         if not state[holder] then
            visit(holder)
         elseif state[holder] > 0 and holder ~= task and not task.circle then
            task.circle = {}
            for index = state[holder], #path do table.insert(task.circle, path[index]) end
         end
      end
      path[#path], state[task] = nil, 0
      sorted[#sorted + 1] = task
   end
   for _, task in ipairs(tasks) do
      if not matters(task, freeing, taking) then
         others[#others + 1] = task
      elseif not state[task] then
         visit(task)
      end
   end
   return sorted, others
end

--- Lets the first task of a circle take a name that is not free yet, unless another task of the circle would fail.
function sequence.open(run, task)
   for _, each in ipairs(task.circle or {}) do
      if items.is_stale(each.item, each.private, run.by_ref[each.item.ref]) then return end
   end
   for _, each in ipairs(task.circle or {}) do
      run.renamed[each.item.ref], each.first = true, task
   end
end

--- Notes whether a task freed its name.
function sequence.close(run, task, is_done)
   for _, each in ipairs(task.circle or {}) do run.renamed[each.item.ref] = nil end
   if task.frees then run.renamed[task.item.ref], task.has_freed = is_done or nil, is_done end
end

--- Whether the circle of a task was begun by another task. It is not left then, for two would have one name.
function sequence.is_within_circle(task)
   return task.first ~= nil and task.first ~= task and task.first.has_freed
end

return sequence
