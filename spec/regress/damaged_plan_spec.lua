-- Of a saved plan only some members were looked at when it was read: one whose `unchanged`, `differences`,
-- `missing_secrets` or `file` were not as they are written made `load`, `tostring` or `apply` raise. So did a warning's
-- line that was no number, and a reference that named no variable.
local folder = require "spec.support.folder"
local personalize = require "personalize"
local sync = require "personalize.sync"
local tenant = require "spec.support.tenant"

describe("a saved plan", function()
   local made, path, saved

   setup(function()
      made, path = tenant.start(), folder.new()
      made:create { name = "A" }
      made:create { name = "B" }
      folder.write(path, "A.json", personalize.json.encode(tenant.definition { name = "A" }))
      folder.write(path, "B.json", personalize.json.encode(tenant.definition { name = "B", description = "new" }))
      folder.write(path, "C.json", personalize.json.encode(tenant.definition { name = "C" }))
      assert(assert(sync.plan(made.client, path)):save(path .. "/plan"))
      saved = folder.read(path, "plan")
   end)

   teardown(function()
      folder.remove(path)
      made:stop()
   end)

   local function load(change)
      local plan = assert(personalize.json.decode(saved))
      change(plan)
      folder.write(path, "plan", assert(personalize.json.encode(plan)))
      return sync.load(made.client, path .. "/plan")
   end

   local damages = {
      ["unchanged[1] is incomplete"] = function(plan) plan.unchanged[1].file = nil end,
      ["updates[1] is incomplete"] = function(plan) plan.updates[1].file = 5 end,
      ["creates[1] is incomplete"] = function(plan) plan.creates[1].definition = "x" end,
      ["uncompared[1] is incomplete"] = function(plan) plan.uncompared[1] = {} end,
      ["problems[1] is incomplete"] = function(plan) plan.problems[1] = "x" end,
      ["warnings[1] is incomplete"] = function(plan) plan.warnings[1] = personalize.null end,
      ["warnings[2] is incomplete"] = function(plan)
         plan.warnings = { { message = "m", line = 5 }, { message = "m", file = "A.json", line = {} } }
      end,
      ['C: auth.password: a reference is {"$env": "NAME"}'] = function(plan)
         plan.creates[1].definition.auth.password = { ["$env"] = {} }
      end,
      ["B: description: has members beside $file"] = function(plan)
         plan.updates[1].definition.description = { ["$file"] = "a", b = 1 }
      end,
      ["the folder is no string"] = function(plan) plan.base = {} end,
      ['missing_secrets: expected "refuse" or "send"'] = function(plan) plan.missing_secrets = "sent" end,
   }

   for message, change in pairs(damages) do
      it("is refused: " .. message, function()
         local plan, err = load(change)
         assert.is_nil(plan)
         assert.equal("decode", err.kind)
         assert.matches(message, err.message, 1, true)
      end)
   end

   it("is shown whatever its differences are, which are there to be shown only", function()
      for _, differences in ipairs { "x", { "x" }, { { path = "description" } } } do
         local plan = assert(load(function(plan) plan.updates[1].differences = differences end))
         assert.matches('update   "B"', tostring(plan), 1, true)
      end
   end)
end)
