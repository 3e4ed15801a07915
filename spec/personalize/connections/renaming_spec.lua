-- What a write warns of when it renames or archives a connection that others may use.
local renaming = require "personalize.connections.renaming"
local resource = require "personalize.connections.resource"
local tenant = require "spec.support.tenant"

local REF = "00000000-0000-4000-8000-000000000001"

describe("renaming", function()
   local made, own, begun

   before_each(function()
      made = tenant.start()
      own = { client = function() return made.client end, resource = resource }
      begun = { client = made.client, warnings = {}, check_uses = true, timeout = 20, retry = false }
   end)
   after_each(function() made:stop() end)

   -- Flows that mention "Tier", each once.
   local function put_flows(count)
      local flows = {}
      for index = 1, count do
         flows[index] = { ref = ("00000000-0000-4000-8000-%012d"):format(100 + index), name = "Flow " .. index,
            variants = { { t = "tier" } } }
      end
      assert(made.emulator:put("/v3/flowDefinitions", flows))
   end

   -- "code path: message" of each warning.
   local function warn(retrieved, sent)
      begun.warnings = {}
      renaming.warn(own, begun, retrieved, sent)
      local list = {}
      for index, each in ipairs(begun.warnings) do
         list[index] = ("%s %s: %s"):format(each.code, each.path, each.message)
      end
      return list
   end

   local IN_USE = 'flow "Flow 1" (00000000-0000-4000-8000-000000000101) mentions it: variants[1].t'
   local RENAMED = 'renamed name: "Tier" becomes "Level": decision models have the variable "level" for it, and no '
      .. 'more "tier"; FreeMarker refers to it by its name'

   it("describes the change of the variable", function()
      assert.equal('decision models go on with the variable "tierOne"', renaming.describe("Tier One", "tier  ONE"))
      assert.equal('decision models have the variable "b" for it, and no more "a"', renaming.describe("A", "B"))
   end)

   it("warns of a new name, and of who uses the old one", function()
      put_flows(1)
      assert.same({ RENAMED, "in_use name: " .. IN_USE }, warn({ name = "Tier", ref = REF }, { name = "Level" }))
      assert.same({ RENAMED, "in_use name: " .. IN_USE },
         warn({ name = "Tier", ref = REF }, { name = "Level", archived = true }))
      begun.check_uses = nil
      local before = #made:calls()
      assert.same({ RENAMED }, warn({ name = "Tier" }, { name = "Level" }))
      assert.equal(before, #made:calls())
   end)

   it("warns of who uses a connection that is archived now, and was not", function()
      put_flows(1)
      assert.same({ "in_use archived: " .. IN_USE },
         warn({ name = "Tier", ref = REF }, { name = "Tier", archived = true }))
      assert.same({ "in_use archived: " .. IN_USE },
         warn({ name = "Tier", ref = REF, archived = false }, { archived = true }))
      local before = #made:calls()
      for _, case in ipairs { { { archived = true }, { archived = true } }, { {}, { archived = false } },
         { { archived = true }, {} }, { { name = "Tier" }, { name = "Tier" } }, { {}, { name = "Tier" } },
         { { name = "Tier" }, {} } } do
         assert.same({}, warn(case[1], case[2]))
      end
      assert.equal(before, #made:calls())
   end)

   it("looks for a connection without a name by its ref", function()
      assert(made.emulator:put("/v3/flowDefinitions", { { ref = "00000000-0000-4000-8000-000000000101",
         name = "Flow 1", variants = { { t = REF } } } }))
      assert.same({ "in_use archived: " .. IN_USE }, warn({ ref = REF }, { archived = true }))
   end)

   it("names decision models in words", function()
      assert(made.emulator:put("/v2/decisionModelDefinitions", { { ref = REF, name = "Model" } }))
      assert(made.emulator:put(("/v2/decisionModelDefinitions/%s/variants"):format(REF),
         { { ref = REF, name = "A", t = "tier" } }))
      assert.same({ { path = "p", code = "in_use",
         message = ('decision model "Model" (%s) mentions it: variant "A": t'):format(REF) } },
         renaming.warnings_of_uses(own, { name = "Tier" }, "p", {}))
   end)

   it("names 20, and counts the rest", function()
      put_flows(20)
      local list = renaming.warnings_of_uses(own, { name = "Tier" }, "name", {})
      assert.equal(20, #list)
      assert.matches('^flow "Flow 20" ', list[20].message)
      put_flows(23)
      list = renaming.warnings_of_uses(own, { name = "Tier" }, "name", {})
      assert.equal(21, #list)
      assert.matches('^flow "Flow 20" ', list[20].message)
      assert.same({ path = "name", code = "in_use", message = "3 more mention it; connections.uses lists them" },
         list[21])
   end)

   it("says so where it cannot be told, within the limits of the call", function()
      made.emulator:fail { path = "/v3/flowDefinitions", status = 503, times = 1 }
      local list = warn({ name = "Tier" }, { archived = true })
      assert.equal(1, #list)
      assert.matches("^uses_unknown archived: who uses it cannot be told: flows cannot be read, and may use it: ",
         list[1])
      made.emulator:fail { path = "/v3/flowDefinitions", delay = 5, times = 1 }
      begun.timeout = 0.2
      assert.matches("no complete answer within ", warn({ name = "Tier" }, { archived = true })[1])
   end)
end)
