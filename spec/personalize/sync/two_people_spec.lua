-- Two people with folders of their own, and somebody at the service's pages, in random order: what a plan did not see
-- is never overwritten, nothing is created twice, nothing is renamed that was not allowed to be.
local folder = require "spec.support.folder"
local generator = require "spec.personalize.sync.generator"
local personalize = require "personalize"
local sync = require "personalize.sync"
local tenant = require "spec.support.tenant"

local schedules, steps = 40, 25
local names = { "A", "B", "C", "D" }

describe("two people", function()
   local made, people, dice, seen

   before_each(function() made, people = tenant.start(), {} end)

   after_each(function()
      made:stop()
      for _, person in ipairs(people) do folder.remove(person.path) end
   end)

   -- ref -> connection.
   local function snapshot()
      local found = {}
      for _, each in ipairs(assert(made.connections.list())) do found[each.ref] = each end
      return found
   end

   local function in_use_of_name(connections, name)
      local count = 0
      for _, each in pairs(connections) do
         if each.name == name and each.archived ~= true then count = count + 1 end
      end
      return count
   end

   local function any_connection()
      local list = assert(made.connections.list())
      return #list > 0 and dice:one_of(list) or nil
   end

   local function files_of(person)
      local files = {}
      for name in pairs(folder.contents(person.path)) do
         if name:find "%.json$" then files[#files + 1] = name end
      end
      table.sort(files)
      return files
   end

   local function free_name()
      local name = dice:one_of(names)
      return in_use_of_name(snapshot(), name) == 0 and name or nil
   end

   local acts = {}

   function acts.export(person) assert(sync.export(made.client, person.path)) end

   function acts.plan(person)
      person.seen = snapshot()
      local plan, allowed = assert(sync.plan(made.client, person.path)), dice:below(2) == 0
      person.plan, person.renames = plan, allowed
      person.is_saved = dice:below(2) == 0
      if person.is_saved then assert(plan:save(person.path .. "/plan")) end
   end

   function acts.edit_file(person)
      local files = files_of(person)
      if #files == 0 then return end
      local file = dice:one_of(files)
      local definition = assert(personalize.json.decode(folder.read(person.path, file)))
      if dice:below(3) == 0 then
         definition.name = dice:one_of(names)
      else
         definition.description = "file " .. dice:below(1000)
      end
      folder.write(person.path, file, personalize.json.encode(definition))
   end

   function acts.new_file(person)
      local name = dice:one_of(names)
      folder.write(person.path, name .. "_new.json", personalize.json.encode(tenant.definition { name = name }))
   end

   function acts.delete_file(person)
      local files = files_of(person)
      if #files > 0 and dice:below(3) == 0 then os.remove(person.path .. "/" .. dice:one_of(files)) end
   end

   function acts.create_by_hand()
      local name = free_name()
      if name then made:create { name = name } end
   end

   function acts.rename_by_hand()
      local connection, name = any_connection(), free_name()
      if connection and name then assert(made.connections.patch(connection.ref, { name = name })) end
   end

   function acts.edit_by_hand()
      local connection = any_connection()
      if connection then
         assert(made.connections.patch(connection.ref, { description = "hand " .. dice:below(1000) }))
      end
   end

   function acts.archive_by_hand()
      local connection = any_connection()
      if connection and not connection.archived then assert(made.connections.archive(connection.ref)) end
   end

   local function check_result(person, before, after, result)
      for _, kind in ipairs { "updated", "archived" } do
         for _, item in ipairs(result[kind]) do
            assert.equal(person.seen[item.ref].modifiedAt, before[item.ref].modifiedAt)
            assert.equal(person.seen[item.ref].revision, before[item.ref].revision)
         end
      end
      for _, item in ipairs(result.created) do assert.is_nil(before[item.ref]) end
      for ref, connection in pairs(before) do
         local is_renamed = after[ref].name ~= connection.name
         assert.is_true(not is_renamed or person.renames)
      end
   end

   function acts.apply(person)
      if not person.plan then return end
      local plan = person.is_saved and assert(sync.load(made.client, person.path .. "/plan")) or person.plan
      local before = snapshot()
      local result, err = plan:apply { renames = person.renames or nil }
      local after = snapshot()
      check_result(person, before, after, result or err.result or { updated = {}, archived = {}, created = {} })
      if err and not err.result then assert.same(before, after) end
      if err then seen[err.kind] = (seen[err.kind] or 0) + 1 end
      for _, kind in ipairs { "created", "updated", "unchanged" } do
         seen[kind] = (seen[kind] or 0) + #((result or err.result or {})[kind] or {})
      end
      for _, item in ipairs((result or err.result or {}).updated or {}) do
         if item.rename then seen.renamed = (seen.renamed or 0) + 1 end
      end
      for _, name in ipairs(names) do
         local count = in_use_of_name(after, name)
         assert.is_true(count <= math.max(1, in_use_of_name(before, name)), name)
      end
   end

   it("never undo what the other did without being told", function()
      local order = {}
      seen = {}
      for name in pairs(acts) do order[#order + 1] = name end
      table.sort(order)
      for schedule = 1, schedules do
         dice = generator.new(schedule)
         made.emulator:reset()
         people = { { path = folder.new() }, { path = folder.new() } }
         local done = {}
         for _ = 1, 3 do acts.create_by_hand() end
         for _, person in ipairs(people) do acts.export(person) end
         for _ = 1, steps do
            local person = dice:one_of(people)
            -- plans and applies often: they are what is put to the test
            local act = dice:below(5) < 3 and dice:one_of { "edit_file", "plan", "apply" } or dice:one_of(order)
            done[#done + 1] = act
            local fine, err = pcall(acts[act], person)
            assert(fine, ("schedule %d: %s: %s"):format(schedule, table.concat(done, ", "), tostring(err)))
         end
         for _, person in ipairs(people) do folder.remove(person.path) end
         people = {}
      end
      -- the schedules put it to the test
      for _, what in ipairs { "created", "updated", "unchanged", "renamed", "conflict" } do
         assert.is_true((seen[what] or 0) >= 3, what)
      end
   end)
end)
