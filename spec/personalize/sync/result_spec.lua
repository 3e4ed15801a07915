-- What became of the items of a plan, and the error that it amounts to.
local errors = require "personalize.error"
local result = require "personalize.sync.result"

local function task(name, members)
   local made = { item = { name = name, file = name .. ".json" }, private = { resolved = {}, texts = {} } }
   for key, value in pairs(members or {}) do made[key] = value end
   return made
end

local function collected(tasks)
   local outcome, state = result.new(), { done = {} }
   result.collect(outcome, state, tasks)
   return outcome, state
end

local refused = errors.new { kind = "validation", message = "refused" }
local cancelled = errors.new { kind = "cancelled", message = "stopped" }

describe("the result of a plan", function()
   it("has each item in its array, and knows which are done", function()
      local created = { ref = "1" }
      local tasks = { task("A", { is_begun = true, connection = created, what = "created" }),
         task("B", { is_begun = true, err = refused }), task("C", { err = cancelled }),
         task("D", { is_begun = true, err = cancelled }), task("E", { is_begun = true, err = "raised" }),
         task("F", { err = refused }) }
      local outcome, state = collected(tasks)
      assert.same({ { name = "A", file = "A.json", ref = "1" } }, outcome.created)
      local names = {}
      for index, entry in ipairs(outcome.failed) do names[index] = entry.name .. " " .. entry.error.kind end
      -- what was begun may have been carried out: it did not merely fail to start
      assert.same({ "B validation", "D cancelled", "E cancelled", "F validation" }, names)
      assert.equal("raised", outcome.failed[3].error.message)
      assert.same({ { name = "C", file = "C.json" } }, outcome.not_started)
      assert.same({ [tasks[1].item] = created }, state.done)
      for _, each in ipairs(tasks) do assert.same({}, each.private) end -- no secret stays
   end)

   it("is returned where all is done, a warning or not", function()
      local outcome = result.new "could not be locked"
      assert.same({ "could not be locked" }, { outcome.warnings[1], outcome.warnings[2] })
      assert.is_true(rawequal(outcome, (result.conclude(outcome))))
   end)

   it("is an error of the first failure's kind, with all of them", function()
      local outcome = collected { task("A", { is_begun = true, err = refused }), task("B", { err = cancelled }) }
      local done, err = result.conclude(outcome)
      assert.same({ nil, "validation", "1 failed, 1 not started; the first: refused" },
         { done, err.kind, err.message })
      assert.same({ { path = "A.json", message = "validation: refused" } }, err.problems)
      assert.is_true(rawequal(refused, err.cause) and rawequal(outcome, err.result))
   end)

   it("is one of items that were not started alone, of twins, and of what could not be seen", function()
      local _, err = result.conclude(collected { task("A", { err = cancelled }) })
      assert.same({ "cancelled", "0 failed, 1 not started" }, { err.kind, err.message })
      local outcome = result.new()
      outcome.twins[1] = { name = "A", refs = { "1", "2" } }
      _, err = result.conclude(outcome)
      assert.equal("conflict", err.kind)
      assert.same({ { path = "A", message = err.message } }, err.problems)
      outcome = result.new()
      outcome.unseen = refused
      _, err = result.conclude(outcome)
      assert.same({ "validation", "whether somebody else created the same could not be seen: refused" },
         { err.kind, err.message })
      assert.is_true(rawequal(refused, err.cause))
      assert.is_nil(outcome.unseen)
   end)
end)
