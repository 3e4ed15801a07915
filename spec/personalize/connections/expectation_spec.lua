-- What was retrieved is checked when it is written back.
local json = require "personalize.json"
local personalize = require "personalize"
local tenant = require "spec.support.tenant"

describe("what was retrieved", function()
   local made, connections, ref

   before_each(function()
      made = tenant.start()
      connections = made.connections
      ref = made:create { description = "first", socketTimeout = 1000 }.ref
   end)

   after_each(function() made:stop() end)

   local function get() return assert(connections.get(ref)) end

   local function calls_of(work)
      local before = #made:calls()
      work()
      local methods = {}
      for index, call in ipairs(made:calls()) do
         if index > before then methods[#methods + 1] = call:match "%u+" end
      end
      return table.concat(methods, " ")
   end

   -- Somebody else changes it after it was retrieved.
   local function stale()
      local c = get()
      assert(connections.patch(ref, { description = "of somebody else" }))
      return c
   end

   local ways = {
      save = function(c, opts)
         c.socketTimeout = 5000
         return c:save(opts)
      end,
      ["update of itself"] = function(c, opts)
         c.socketTimeout = 5000
         return connections.update(c, nil, opts)
      end,
      ["update by its ref"] = function(c, opts)
         c.socketTimeout = 5000
         return connections.update(c.ref, c, opts)
      end,
      ["update by a definition"] = function(c, opts)
         return connections.update(c, tenant.definition { socketTimeout = 5000 }, opts)
      end,
      archive = function(c, opts) return connections.archive(c, opts) end,
      ensure = function(c, opts)
         c.socketTimeout = 5000
         return connections.ensure(c, opts)
      end,
   }

   for name, way in pairs(ways) do
      it("is refused by " .. name .. " when somebody changed it, unless it expects nothing", function()
         local c = stale()
         local none, err = way(c)
         assert.is_nil(none)
         assert.equal("conflict", err.kind)
         assert.matches("was changed meanwhile; expect = false overwrites it$", err.message)
         assert.equal("of somebody else", err.connection.description)
         assert.equal("of somebody else", get().description)
         assert.equal(1000, get().socketTimeout)
         assert.is_truthy(way(c, { expect = false }))
         assert.is_truthy(get().archived or get().socketTimeout == 5000)
      end)

      it("is written by " .. name .. " when nobody did", function()
         assert.is_truthy(way(get()))
         assert.is_truthy(get().archived or get().socketTimeout == 5000)
      end)

      it("is compared by " .. name .. " with what is stated", function()
         local now = get()
         for _, expect in ipairs { { revision = 99 }, { modifiedAt = "2020-01-01T00:00:00.000Z" } } do
            local none, err = way(get(), { expect = expect })
            assert.is_nil(none)
            assert.equal("conflict", err.kind)
         end
         assert.is_truthy(way(stale(), { expect = { revision = now.revision + 1 } }))
      end)
   end

   it("costs one call more, and none where nothing is expected", function()
      local c = get()
      assert.equal("GET PUT", calls_of(function() assert(c:save()) end))
      assert.equal("PUT", calls_of(function() assert(c:save { expect = false }) end))
      assert.equal("PUT", calls_of(function() assert(connections.update(ref, tenant.definition())) end))
   end)

   it("is what the last answer said: a save after a save works, and after a reload", function()
      local c = get()
      for round = 1, 5 do
         c.description = "round " .. round
         assert(c:save())
      end
      assert(connections.patch(ref, { description = "of somebody else" }))
      c.description = "mine"
      assert.equal("conflict", select(2, c:save()).kind)
      assert(c:reload())
      assert.equal("of somebody else", c.description)
      c.description = "mine"
      assert(c:save())
      assert.equal("mine", get().description)
   end)

   it("is compared as far as both sides have it", function()
      local c = get()
      c.revision = nil -- the published answer to an update has none
      assert(c:save())
      c.modifiedAt, c.revision = nil, nil
      assert.equal("PUT", calls_of(function() assert(c:save()) end))
   end)

   it("is lost by a copy, which is created", function()
      local copy = assert(get():copy "Another")
      assert.equal("POST", calls_of(function() assert(copy:save { expect = false }) end))
      copy.description = "x"
      assert(copy:save())
   end)

   it("is nothing to archive and restore where nothing has to be sent", function()
      local c = stale()
      assert.is_false(assert(connections.restore(c)).archived)
   end)

   it("is misuse when it is empty, or no expectation", function()
      local c = get()
      for name, way in pairs(ways) do
         for _, wrong in ipairs { {}, { etag = "x" }, { revision = "1" }, "x", true } do
            local fine, message = pcall(way, c, { expect = wrong })
            assert.is_false(fine, name)
            assert.matches("expect", tostring(message))
         end
      end
      assert.has_error(function() connections.patch(c, {}, { expect = { revision = nil } }) end)
   end)

   -- Two people retrieve, save, patch, rename, archive in any order: nothing that one changed is undone by the other
   -- without a conflict.
   it("undoes nothing of what another did, in whatever order two work", function()
      local names = { "description", "exampleValue", "icon", "socketTimeout" }
      for round = 1, 25 do
         math.randomseed(round)
         local is_there = assert(connections.create(tenant.definition { name = "Round " .. round }))
         local held = { assert(connections.get(is_there)), assert(connections.get(is_there)) }
         local truth = {}
         for _ = 1, 20 do
            local who, name = math.random(2), names[math.random(#names)]
            local value = name == "socketTimeout" and math.random(1000, 9000) or tostring(math.random(1e6))
            local action = math.random(5)
            local result, changed = nil, nil
            if action == 1 then
               held[who] = assert(connections.get(is_there))
            elseif action == 2 then
               held[who][name] = value
               result, changed = held[who]:save(), { [name] = value }
               if not result then held[who] = assert(connections.get(is_there)) end
            elseif action == 3 then
               result, changed = assert(connections.patch(held[who], { [name] = value })), { [name] = value }
            elseif action == 4 then
               held[who][name] = value
               result, changed = connections.update(held[who]), { [name] = value }
               if result then held[who] = result else held[who] = assert(connections.get(is_there)) end
            else
               result, changed = connections.archive(held[who]), { archived = true }
            end
            if result then
               for member, new in pairs(changed) do truth[member] = new end
            end
            local now = assert(connections.get(is_there))
            for member, wanted in pairs(truth) do
               assert.equal(json.encode { wanted }, json.encode { now[member] }, "round " .. round)
            end
         end
      end
   end)

   it("is a table of what is left of an answer without a revision", function()
      local updated = assert(connections.update(ref, tenant.definition()))
      updated.revision = nil
      assert.has_error(function() connections.patch(updated, {}, { expect = { revision = updated.revision } }) end,
         "connections.patch: expect: is empty: give revision or modifiedAt (the answers to a create and to an update "
         .. "have no revision), or false to expect nothing")
      assert(connections.patch(updated, { icon = "x" }, { expect = { modifiedAt = updated.modifiedAt } }))
      assert.is_table(personalize.meta(updated).warnings)
   end)
end)
