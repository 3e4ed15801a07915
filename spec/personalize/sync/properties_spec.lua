-- What holds of every tenant: of generated ones, here.
local folder = require "spec.support.folder"
local generator = require "spec.personalize.sync.generator"
local personalize = require "personalize"
local reference = require "personalize.sync.references"
local rewriting = require "personalize.sync.references.resolve"
local sync = require "personalize.sync"
local tenant = require "spec.support.tenant"

local rounds, size = 12, 14

describe("connections as code, for generated tenants,", function()
   local tenants, folders, getenv

   local function new_tenant(options)
      local made = tenant.start(options)
      tenants[#tenants + 1] = made
      return made
   end

   local function new_folder()
      folders[#folders + 1] = folder.new()
      return folders[#folders]
   end

   before_each(function()
      tenants, folders, getenv = {}, {}, os.getenv
      os.getenv = function(name) -- luacheck: ignore
         return name:find "^[%w_]*SECRET[%w_]*$" and "resolved" or getenv(name)
      end
   end)

   after_each(function()
      os.getenv = getenv -- luacheck: ignore
      for _, each in ipairs(tenants) do each:stop() end
      for _, each in ipairs(folders) do folder.remove(each) end
   end)

   local function fill(made, list)
      for _, definition in ipairs(list) do assert(made.connections.create(definition)) end
      return made
   end

   local function for_each_seed(check)
      for seed = 1, rounds do
         local generated = generator.new(seed)
         check(generated, seed)
         for _, each in ipairs(tenants) do each:stop() end
         tenants = {}
      end
   end

   local function without_lock(path)
      local contents = folder.contents(path)
      contents["personalize.lock"], contents[".personalize.schema.json"] = nil, nil
      return contents
   end

   local function names_of(list)
      local names = {}
      for index, item in ipairs(list) do names[index] = item.name end
      return names
   end

   it("export then plan is empty", function()
      for_each_seed(function(generated, seed)
         local made, path = fill(new_tenant(), generated:tenant(size)), new_folder()
         local exported = assert(sync.export(made.client, path, { extract_secrets = seed % 2 == 0 }))
         local plan = assert(sync.plan(made.client, path))
         assert.same({}, plan.problems)
         assert.is_true(plan:is_empty(), tostring(plan))
         assert.equal(#exported.written, #plan.unchanged)
         assert.equal(0, #plan.unmanaged)
      end)
   end)

   it("plan then apply then plan is empty, and a second apply does nothing", function()
      for_each_seed(function(generated)
         local list = generated:tenant(size)
         local from, path = fill(new_tenant(), list), new_folder()
         assert(sync.export(from.client, path))
         -- the other tenant has some of them, otherwise defined
         local other = generator.new(generated.state)
         local to = new_tenant()
         for index = 1, #list, 2 do
            local changed = other:connection(list[index].name)
            changed.archived = list[index].archived
            assert(to.connections.create(changed))
         end
         local plan = assert(sync.plan(to.client, path))
         assert.same({}, plan.problems)
         assert.equal(math.floor(#list / 2), #plan.creates)
         local result = assert(plan:apply())
         assert.equal(#plan.creates, #result.created)
         assert.equal(#plan.updates, #result.updated)
         local after = assert(sync.plan(to.client, path))
         assert.is_true(after:is_empty(), tostring(after))
         assert.equal(#list, #after.unchanged)
         local writes = to.emulator:counts().creates + to.emulator:counts().updates
         assert(plan:apply())
         assert(after:apply())
         assert.equal(writes, to.emulator:counts().creates + to.emulator:counts().updates)
      end)
   end)

   it("export, apply to an empty tenant, export: identical files", function()
      for_each_seed(function(generated)
         local from, to = fill(new_tenant(), generated:tenant(size)), new_tenant()
         local first, second = new_folder(), new_folder()
         assert(sync.export(from.client, first))
         assert(assert(sync.plan(to.client, first)):apply())
         assert(sync.export(to.client, second))
         assert.same(without_lock(first), without_lock(second))
      end)
   end)

   it("a plan does not depend on the order of answers", function()
      for_each_seed(function(generated, seed)
         local list = generated:tenant(size)
         local from, path = fill(new_tenant(), list), new_folder()
         assert(sync.export(from.client, path))
         local shown = {}
         for order = 1, 2 do
            local to = new_tenant()
            for step = 1, #list do
               local index = order == 1 and step or #list + 1 - step
               if index % 3 ~= 0 then
                  local definition = list[index]
                  assert(to.connections.create(definition))
               end
            end
            assert(to.connections.create(tenant.definition { name = "only here" }))
            local plan = assert(sync.plan(to.client, path))
            shown[order] = { names_of(plan.creates), names_of(plan.updates), names_of(plan.unchanged),
               names_of(plan.unmanaged) }
         end
         assert.same(shown[1], shown[2], seed)
      end)
   end)

   it("files of a folder are distinct where case does not count, and within it", function()
      for_each_seed(function(generated)
         local list, path = generated:tenant(40), new_folder()
         local made = fill(new_tenant(), list)
         assert(sync.export(made.client, path))
         local seen, count = {}, 0
         for name in pairs(without_lock(path)) do
            assert.is_nil(seen[name:lower()])
            assert.matches("^[%w_\128-\255][%w_~\128-\255-]*%.json$", name)
            assert.is_true(#name <= 100)
            seen[name:lower()] = true
            count = count + 1
         end
         assert.equal(#list, count)
      end)
   end)

   it("data that looks like references comes back as it was", function()
      local generated = generator.new(99)
      for _ = 1, 500 do
         local value = { unknown = generated:value(0) }
         local text = personalize.json.encode(value, { canonical = true })
         local escaped = rewriting.escape(value)
         assert.equal(0, #reference.scan(escaped))
         assert.equal(text, personalize.json.encode(assert(rewriting.resolve(escaped, {})), { canonical = true }))
      end
   end)

   it("a promotion and the one after it: the second is empty", function()
      for_each_seed(function(generated)
         local from, to = fill(new_tenant(), generated:tenant(size)), new_tenant()
         local plan = assert(sync.promote(from.client, to.client))
         assert(plan:apply())
         local again = assert(sync.promote(from.client, to.client))
         assert.is_true(again:is_empty(), tostring(again))
         assert.equal(#plan.creates, #again.unchanged)
      end)
   end)
end)
