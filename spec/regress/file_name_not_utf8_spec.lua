-- A file whose name is not UTF-8 made the lock unwritable: it is JSON. An apply succeeded without a lock for any file,
-- so that a later rename was a second create. Exports and saved plans failed with an error that did not name the file.
local folder = require "spec.support.folder"
local json = require "personalize.json"
local sync = require "personalize.sync"
local tenant = require "spec.support.tenant"

describe("a file whose name is not UTF-8", function()
   local made, path

   before_each(function()
      made, path = tenant.start(), folder.new()
      folder.write(path, "Caf\xe9.json", json.encode(tenant.definition { name = "Cafe" }))
      folder.write(path, "B.json", json.encode(tenant.definition { name = "B" }))
   end)

   after_each(function()
      made:stop()
      folder.remove(path)
   end)

   local SAID = "Caf?.json: its name is not UTF-8: rename it"

   it("is a problem of each plan, validation and export, which names it", function()
      local plan = assert(sync.plan(made.client, path))
      assert.same({ { file = "Caf?.json", path = "", message = "its name is not UTF-8: rename it" } }, plan.problems)
      local applied, err = plan:apply()
      assert.same({ nil, "validation" }, { applied, err.kind })
      assert.matches(SAID, err.message, 1, true)
      assert.same({}, (assert(made.connections.list())))
      assert.is_true(plan:save(path .. "/plan"))
      local exported
      exported, err = sync.export(made.client, path)
      assert.same({ nil, "validation" }, { exported, err.kind })
      assert.matches(SAID, err.message, 1, true)
      for _, given in ipairs { path, path .. "/Caf\xe9.json" } do
         local _, refusal = sync.validate(given)
         assert.equal(1, #refusal.problems)
         assert.matches(SAID, refusal.message, 1, true)
      end
   end)

   it("is one no more when it is renamed", function()
      os.rename(path .. "/Caf\xe9.json", path .. "/Caf\xc3\xa9.json")
      assert.equal(2, #assert(assert(sync.plan(made.client, path)):apply()).created)
      folder.write(path, "B.json", json.encode(tenant.definition { name = "B2" }))
      local plan = assert(sync.plan(made.client, path))
      assert.same({ 0, { from = "B", to = "B2" } }, { #plan.creates, plan.updates[1].rename })
   end)
end)
