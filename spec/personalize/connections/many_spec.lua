-- Many connections at once: what each of the three sends for an item, and what is raised before anything is sent.
local personalize = require "personalize"
local tenant = require "spec.support.tenant"

describe("connections at once", function()
   local made, connections

   before_each(function()
      made = tenant.start()
      connections = made.connections
   end)
   after_each(function() made:stop() end)

   local function named(...)
      local list = {}
      for index, name in ipairs { ... } do list[index] = tenant.definition { name = name } end
      return list
   end

   it("are created, each with its own result or error", function()
      local list = named("A", "B", "C")
      list[2].auth = nil
      local seen = {}
      local results, errors = connections.create_all(list, { on_progress = function(done, total)
         seen[#seen + 1] = ("%d of %d"):format(done, total)
      end })
      assert.same({ "A", nil, "C", 3 }, { results[1].name, results[2], results[3].name, results.n })
      assert.same({ nil, "validation", nil }, { errors[1], errors[2].kind, errors[3] })
      assert.same({ "1 of 3", "2 of 3", "3 of 3" }, seen)
      assert.same({ 2, 2 }, { made.emulator:counts().creates, #connections.list() })
   end)

   it("are updated as they are, and checked before unless told otherwise", function()
      local list = { made:create { name = "A" }, made:create { name = "B" } }
      for _, each in ipairs(list) do each.description = "reviewed " .. each.name end
      local other = assert(connections.get(list[2]))
      other.description = "another's"
      assert(other:save())
      local results, errors = connections.update_all(list)
      assert.same({ "reviewed A", nil, nil, "conflict" },
         { results[1].description, results[2], errors[1], errors[2].kind })
      results, errors = connections.update_all({ list[2] }, { expect = false })
      assert.same({ "reviewed B", {} }, { results[1].description, errors })
   end)

   it("are tested: refs, connections and definitions", function()
      local list = named("A", "B")
      for _, each in ipairs(list) do each.request.connectionUrl = made.emulator.url end
      local created = assert(connections.create(list[1]))
      local results, errors = connections.test_all { created.ref, created, list[2], "no/ref" }
      assert.same({ 200, 200, 200, nil, 4 }, { results[1].status, results[2].status, results[3].status, results[4],
         results.n })
      assert.same({ nil, nil, nil, "validation" }, { errors[1], errors[2], errors[3], errors[4].kind })
      assert.equal(3, made.emulator:counts().tests)
   end)

   it("take the options of map for the run, and those of a call for each", function()
      local list = named("A", "B", "C")
      list[1].auth = nil
      local results, errors = connections.create_all(list, { stop_on_error = true, concurrency = 1 })
      assert.same({ nil, nil, "validation", "cancelled", "cancelled", 3 }, { results[2], results[3], errors[1].kind,
         errors[2].kind, errors[3].kind, results.n })
      made.emulator:fail { path = "/v2/connections", status = 503, times = 1 }
      results, errors = connections.create_all(named "D", { retry = false })
      assert.same({ nil, "server", 1 }, { results[1], errors[1].kind, errors[1].attempts })
      made.emulator:fail { path = "/v2/connections", delay = 5, times = 1 }
      results, errors = connections.create_all(named "E", { timeout = 0.2 })
      assert.same({ nil, "ambiguous" }, { results[1], errors[1].kind })
   end)

   it("may be items that a table shows by its metamethods", function()
      local function shown(list)
         return setmetatable({}, { __index = list, __len = function() return #list end,
            __pairs = function() return next, list, nil end })
      end
      local results = connections.create_all(setmetatable({}, { __index = named("A", "B") }))
      assert.same({ "A", "B", 2 }, { results[1].name, results[2].name, results.n })
      results = connections.create_all(shown(named "C"))
      assert.same({ "C", 1 }, { results[1].name, results.n })
      local errors, outcomes
      results, errors, outcomes = connections.ensure_all(shown(named("A", "D")))
      assert.same({ "A", "D", 2 }, { results[1].name, results[2].name, results.n })
      assert.same({ {}, { "unchanged", "created" } }, { errors, outcomes })
      assert.equal(2, connections.update_all(shown { results[1], results[2] }).n)
      results = personalize.map(shown { 5, 6 }, function(item, index) return item * index end)
      assert.same({ 5, 12, n = 2 }, results)
      for name, call in pairs { create_all = connections.create_all, ensure_all = connections.ensure_all,
         map = function(list) return personalize.map(list, print) end } do
         local fine, message = pcall(call, setmetatable({}, { __index = function() return 1 end }))
         assert.is_false(fine)
         assert.matches(name .. "' (has a metatable whose __index is a function and no __len", message, 1, true)
      end
   end)

   it("are not begun by ensure_all either where one is wrong and errors stop it", function()
      local list = named("A", "B", "C")
      list[2].auth = nil
      local calls = #made:calls()
      local results, errors, outcomes = connections.ensure_all(list, { stop_on_error = true })
      assert.same({ { n = 3 }, {} }, { results, outcomes })
      assert.same({ "cancelled", "validation", "cancelled" }, { errors[1].kind, errors[2].kind, errors[3].kind })
      assert.equal("was not started: stopped after the error of item 2", errors[1].message)
      assert.equal(errors[2], errors[3].cause)
      assert.equal(calls, #made:calls())
      results = connections.ensure_all(list)
      assert.same({ "A", nil, "C" }, { results[1].name, results[2], results[3].name })
   end)

   it("raise misuse at the caller's line, before anything is sent", function()
      local good = tenant.definition()
      for message, call in pairs {
         ["bad argument #1 to 'connections.create_all' (expected a table, got nil)"] =
            function() connections.create_all() end,
         ["bad argument #1 to 'connections.create_all' (item 2: expected a table, a builder or a connection, "
            .. "got \"r\")"] =
            function() connections.create_all { good, "r" } end,
         ["bad argument #1 to 'connections.update_all' (item 1: expected a table, a builder or a connection, got 5)"] =
            function() connections.update_all { 5 } end,
         ["bad argument #1 to 'connections.test_all' (item 1: expected a table, a builder or a connection, or a ref, "
            .. "got true)"] = function() connections.test_all { true, good } end,
         ['connections.create_all: option "concurrency": expected a positive integer, got 0'] =
            function() connections.create_all({ good }, { concurrency = 0 }) end,
         ['connections.update_all: option "expect": expected false, got true'] =
            function() connections.update_all({ good }, { expect = true }) end,
         ['connections.test_all: unknown option "expect" (known: concurrency, missing_secrets, on_progress, '
            .. "retry, secrets, stop_on_error, timeout)"] =
            function() connections.test_all({ good }, { expect = false }) end,
         ['connections.create_all: retry: unknown option "attemps" (did you mean "attempts"?)'] =
            function() connections.create_all({ good }, { retry = { attemps = 2 } }) end,
      } do
         local fine, problem = pcall(call)
         assert.is_false(fine)
         local line = debug.getinfo(call, "S").linedefined
         assert.equal(("many_spec.lua:%d: %s"):format(line, message), problem:match "[^/]*%.lua:.*$")
      end
      assert.same({}, made:calls())
   end)
end)
