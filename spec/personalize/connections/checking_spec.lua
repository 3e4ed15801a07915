-- `test`, `validate` and `build`: what each refuses, sends and returns.
local default = require "personalize.default"
local environment = require "personalize.environment"
local json = require "personalize.json"
local personalize = require "personalize"
local tenant = require "spec.support.tenant"

describe("checking", function()
   local made, connections

   before_each(function()
      made = tenant.start { outbound = "loopback" }
      connections = made.connections
   end)
   after_each(function() made:stop() end)

   local function itself(members)
      local definition = tenant.definition(members)
      definition.request.connectionUrl = made.emulator.url
      return definition
   end

   -- The line of the spec that calls, and that of the error.
   local function assert_raised_here(message, fn, ...)
      local fine, problem = pcall(fn, ...)
      assert.is_false(fine)
      local line = debug.getinfo(fn, "S").linedefined
      assert.equal(("checking_spec.lua:%d: %s"):format(line, message), problem:match "[^/]*$")
   end

   it("tests a definition, a connection and a ref, each as a whole and once", function()
      local created = assert(connections.create(itself()))
      for _, target in ipairs { itself(), created, created.ref } do
         local answer = assert(connections.test(target))
         assert.equal(200, answer.status)
         local sent = json.decode(made:last_body())
         assert.same({ "Weather", made.emulator.url }, { sent.connection.name, sent.connection.request.connectionUrl })
         local facts = personalize.meta(answer)
         assert.same({ 200, "POST" }, { facts.status, facts.method or "POST" })
      end
      local calls = {}
      for _, each in ipairs(made:calls()) do
         if each ~= "GET /" then calls[#calls + 1] = each end -- that is what the tests call
      end
      assert.same({ "GET /v2/connections/" .. created.ref, "POST /v2/connections/testConnection" },
         { calls[#calls - 1], calls[#calls] })
      assert.same({ 4, 3 }, { #calls - 1, made.emulator:counts().tests })
   end)

   it("sends no test that it has nothing to send for, and says why", function()
      local missing = "00000000-0000-4000-8000-000000000000"
      local function fails(kind, message, target, opts)
         local value, err = connections.test(target, opts)
         assert.same({ nil, kind }, { value, err.kind })
         assert.matches(message, err.message)
      end
      fails("validation", "^ref: ", "not/a ref")
      fails("encode", "boom", setmetatable({}, { __pairs = function() error "boom" end }))
      fails("encode", "", tenant.definition { customHeaders = { { name = "a", value = print } } })
      assert.same({}, made:calls())
      fails("not_found", "", missing)
      assert.same({ "GET /v2/connections/" .. missing }, made:calls())
      made.emulator:fail { path = "/v2/connections/testConnection", status = 503, times = 9 }
      fails("server", "", itself())
      assert.equal(2, #made:calls()) -- it is not repeated
      made.emulator:heal()
      made.client:close()
      fails("closed", "the client was closed", itself())
   end)

   it("raises misuse of test where it was called", function()
      assert_raised_here("bad argument #1 to 'connections.test' (expected a table, a builder or a connection, got nil)",
         function() connections.test() end)
      assert_raised_here('connections.test: unknown option "tiemout" (did you mean "timeout"?)',
         function() connections.test(itself(), { tiemout = 1 }) end)
   end)

   it("tests nothing when there is no client", function()
      local options, own = environment.options, {}
      default.set(nil)
      environment.options = function() return nil, own end
      local value, err = personalize.connections.test(itself())
      environment.options = options
      assert.same({ nil, true }, { value, err == own })
   end)

   it("validates without sending: problems, and warnings", function()
      local valid, warnings = connections.validate(tenant.definition { name = "A-B" })
      assert.same({ true, "name_hyphen", 1 }, { valid, warnings[1].code, #warnings })
      local value, err = connections.validate { name = "It" }
      assert.same({ nil, "validation", "auth" }, { value, err.kind, err.problems[1].path })
      local boom = setmetatable({}, { __pairs = function() error "boom" end })
      value, err = connections.validate(boom)
      assert.is_nil(value)
      assert.is_truthy(personalize.is_error(err))
      assert.same({}, made:calls())
   end)

   it("refuses members that look like published ones, or warns of them when they are to be sent", function()
      local definition = tenant.definition { descriptoin = "x" }
      local value, err = connections.validate(definition)
      assert.same({ nil, "descriptoin" }, { value, err.problems[1].path })
      local valid, warnings = connections.validate(definition, { unknown_members = "send" })
      assert.same({ true, "look_alike" }, { valid, warnings[1].code })
      -- what a connection had when it was retrieved is no slip of the caller's
      made.emulator:fail { path = "/v2/connections", method = "GET", status = 200, body = json.encode { items = {
         { ref = "00000000-0000-4000-8000-000000000001", name = "It", descriptoin = "x", auth = { authType = "NONE" },
            systemType = "DATA_SYSTEM", request = definition.request } } } }
      local retrieved = assert(connections.list())[1]
      assert.is_true(connections.validate(retrieved))
      -- a misspelt name beside the right one is a slip in what was retrieved, and may be meant in a new definition
      local slip = tenant.definition { description = "x", descriptoin = "y" }
      assert.is_true(connections.validate(slip))
      local created = made:create { description = "x" }
      created.descriptoin = "y"
      value, err = connections.validate(created)
      assert.same({ nil, "descriptoin" }, { value, err.problems[1].path })
   end)

   it("raises misuse of validate and build where they were called", function()
      assert_raised_here(
         "bad argument #1 to 'connections.validate' (expected a table, a builder or a connection, got 5)",
         function() connections.validate(5) end)
      assert_raised_here('connections.validate: option "unknown_members": expected "refuse" or "send", got "drop"',
         function() connections.validate(tenant.definition(), { unknown_members = "drop" }) end)
      assert_raised_here("bad argument #1 to 'connections.build' (expected a string, got nil)",
         function() connections.build() end)
   end)

   it("builds a definition of a name", function()
      assert.equal("Plan", connections.build("Plan"):data_system():no_auth():get("https://a.example"):table().name)
   end)
end)
