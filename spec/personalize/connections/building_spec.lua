-- The shared part of the builder's methods: what they set, and where they raise.
local building = require "personalize.connections.building"
local json = require "personalize.json"

describe("building", function()
   local builder, definition

   before_each(function()
      definition = { name = "It" }
      builder = building.begin({}, definition)
   end)

   -- Calls a function as a builder's method does: user -> method -> function. The message, and whether the user's
   -- line is blamed.
   local function raised(name, ...)
      local function method(...) building[name](...) return true end
      local function user(...) method(...) return true end
      local fine, problem = pcall(user, ...)
      assert.is_false(fine)
      local line, message = problem:match "building_spec.lua:(%d+): (.*)$"
      return message, tonumber(line) == debug.getinfo(user, "S").linedefined
   end

   it("knows the definition of a builder, and of nothing else", function()
      assert.is_true(building.definition(builder) == definition)
      assert.is_true(building.begin(builder, definition) == builder)
      for _, other in ipairs { {}, definition, "text", 5, false } do assert.is_nil(building.definition(other)) end
      assert.is_nil(building.definition(nil))
   end)

   it("checks that a method was called on a builder", function()
      assert.is_true(building.check(builder, "get", 2) == definition)
      assert.same({ "bad argument #1 to 'get' (expected a builder, got a table): call it as builder:get(...)", true },
         { raised("check", {}, "get", 2) })
   end)

   it("checks that an argument is a string", function()
      building.check_text("text", 1, "get", 2)
      assert.same({ "bad argument #2 to 'builder:get' (expected a string, got 5)", true },
         { raised("check_text", 5, 2, "get", 2) })
   end)

   it("sets a member once, on a builder", function()
      building.set(builder, "get", "request", { a = 1 }, 2)
      assert.same({ name = "It", request = { a = 1 } }, definition)
      assert.same({ "builder:put: request was already set by builder:get", true },
         { raised("set", builder, "put", "request", { b = 1 }, 2) })
      assert.same({ a = 1 }, definition.request)
      assert.same({ "bad argument #1 to 'put' (expected a builder, got nil): call it as builder:put(...)", true },
         { raised("set", nil, "put", "request", {}, 2) })
   end)

   it("sets a member that is a string once, on a builder", function()
      building.set_text(builder, "describe", "description", "text", 2)
      assert.equal("text", definition.description)
      assert.same({ "builder:describe: description was already set by builder:describe", true },
         { raised("set_text", builder, "describe", "description", "other", 2) })
      assert.same({ "bad argument #1 to 'builder:describe' (expected a string, got true)", true },
         { raised("set_text", building.begin({}, {}), "describe", "description", true, 2) })
      assert.same({ "bad argument #1 to 'describe' (expected a builder, got 5): call it as builder:describe(...)",
         true }, { raised("set_text", 5, "describe", "description", true, 2) })
   end)

   it("appends to an array, which it begins", function()
      building.append(builder, "list", "a")
      local list = definition.list
      building.append(builder, "list", "b")
      assert.is_true(list == definition.list)
      assert.same({ "a", "b" }, { list[1], list[2] })
      assert.equal('["a","b"]', json.encode(list))
      table.remove(list)
      table.remove(list)
      assert.equal("[]", json.encode(list))
   end)

   it("takes a string as it is, and writes other values as JSON", function()
      assert.equal("{ not JSON", building.as_text("{ not JSON", 1, "put", 2))
      assert.equal('{"a":1}', building.as_text({ a = 1 }, 1, "put", 2))
      local message, is_users = raised("as_text", print, 3, "put", 2)
      assert.matches("^bad argument #3 to 'builder:put' %(expected text, or a value to write as JSON; .+%)$", message)
      assert.is_true(is_users)
   end)
end)
