-- One call of a resource's function: its options, its deadline, its warnings, its target, and what it reads.
local call = require "personalize.resource.call"
local errors = require "personalize.error"
local json = require "personalize.json"
local native = require "personalize.native"
local personalize = require "personalize"
local tenant = require "spec.support.tenant"

local REF = "00000000-0000-4000-8000-000000000001"

describe("a call of a resource", function()
   local now = native.now
   local made, own

   setup(function() made = tenant.start({}, { timeout = 30 }) end)
   teardown(function() made:stop() end)

   before_each(function()
      own = { client = function() return made.client end, bound = {}, resource = { name = "things", one = "thing",
         path = "/v2/connections", wrap = function(value) return value end } }
   end)
   after_each(function()
      native.now = now
      made.emulator:heal()
   end)

   -- Calls a function as a public one does: user -> public function -> function. The message, and whether the user's
   -- line is blamed.
   local function raised(fn, ...)
      local function public(...) fn(...) return true end
      local function user(...) public(...) return true end
      local fine, problem = pcall(user, ...)
      assert.is_false(fine)
      local line, message = problem:match "call_spec.lua:(%d+): (.*)$"
      return message, tonumber(line) == debug.getinfo(user, "S").linedefined
   end

   it("takes its own options, the common ones and those of its resource", function()
      local known = { a = "string" }
      assert.is_true(call.options(known, { b = "table" }) == known)
      assert.same({ "string", "table", "seconds" }, { known.a, known.b, known.timeout })
      assert.is_table(known.retry)
      assert.is_nil(call.options({}).b)
   end)

   it("begins with a deadline, of its own or of the client, and without warnings", function()
      native.now = function() return 100 end
      local known = call.options { a = "string" }
      local begun = assert(call.begin(own, nil, known, "get"))
      assert.same({ true, 100, 130, {}, nil }, { begun.client == made.client, begun.began, begun.deadline,
         begun.warnings, begun.retry })
      begun = assert(call.begin(own, { timeout = 5, a = "x", retry = { attempts = 7 } }, known, "get"))
      assert.same({ 105, "x", 7 }, { begun.deadline, begun.a, begun.retry.attempts })
      assert.equal(1, assert(call.begin(own, { retry = false }, known, "get")).retry.attempts)
   end)

   it("raises wrong options at the line of the user, and fails without a client", function()
      local known = call.options { a = "string" }
      assert.same({ 'things.get: unknown option "bb" (known: a, retry, timeout)', true },
         { raised(call.begin, own, { bb = 1 }, known, "get") })
      local message, is_users = raised(call.begin, own, { retry = { attempts = 0 } }, known, "get")
      assert.matches("^things.get: retry: ", message)
      assert.is_true(is_users)
      own.client = function() return nil, "no client" end
      assert.same({ nil, "no client" }, { call.begin(own, nil, known, "get") })
   end)

   it("warns by an event, and keeps the warning", function()
      local begun = assert(call.begin(own, nil, {}, "get"))
      local warning = { path = "name", message = "is odd", code = "name_odd" }
      made.events = {}
      call.warn(begun, warning, "PUT")
      assert.is_true(begun.warnings[1] == warning)
      local event = made.events[1]
      assert.same({ "warning", "name", "is odd", "name_odd", "PUT" },
         { event.type, event.path, event.message, event.code, event.method })
   end)

   it("sends an exchange within its time, and with its policy #timed", function()
      made.emulator:fail { path = "/v2/connections", delay = 5, times = 1 }
      local begun = assert(call.begin(own, { timeout = 0.2 }, call.options {}, "list"))
      local exchange = { method = "GET", path = "/v2/connections", class = "idempotent" }
      local value, err = call.send(begun, exchange)
      assert.same({ nil, "timeout", begun.began, begun.deadline }, { value, err.kind, exchange.began,
         exchange.deadline })
      made.emulator:fail { path = "/v2/connections", status = 503, times = 1 }
      begun = assert(call.begin(own, { retry = false }, call.options {}, "list"))
      value, err = call.send(begun, { method = "GET", path = "/v2/connections", class = "idempotent" })
      assert.same({ nil, 503, 1 }, { value, err.status, err.attempts })
      value = call.send(begun, { method = "GET", path = "/v2/connections", class = "idempotent" })
      assert.is_table(value.items)
   end)

   it("has a target by a ref or an item", function()
      assert.equal("/v2/connections/" .. REF, call.target(own, REF, "get"))
      assert.equal("/v2/connections/" .. REF, call.target(own, { ref = REF }, "get"))
      local function fails(message, ref)
         local path, err = call.target(own, ref, "get")
         assert.same({ nil, "validation" }, { path, err.kind })
         assert.equal(message, err.message)
         return err
      end
      local only = "; only a thing that was retrieved or created has one"
      assert.same({ { path = "ref", message = "is missing" } }, fails("ref: the thing has none" .. only, {}).problems)
      fails("ref: the thing has none that is a string" .. only, { ref = 5 })
      for _, ref in ipairs { "a/b", "", { ref = "a/b" } } do
         local path, err = call.target(own, ref, "get")
         assert.same({ nil, "validation" }, { path, err.kind })
         assert.matches("^ref: ", err.message)
      end
   end)

   it("raises at the line of the user for a target that is none", function()
      assert.same({ "bad argument #1 to 'things.get' (expected a ref or a thing, got nil)", true },
         { raised(call.target, own, nil, "get") })
      assert.same({ "bad argument #1 to 'things.get' (expected a ref or a thing, got a table)", true },
         { raised(call.target, own, errors.new { kind = "config", message = "x" }, "get") })
   end)

   it("expects an object with a ref", function()
      local expect = call.expect_item { one = "thing" }
      assert.is_nil(expect { ref = REF })
      for _, value in ipairs { "text", 5, json.array {}, json.array { { ref = REF } } } do
         assert.equal("a thing (an object)", expect(value))
      end
      for _, value in ipairs { json.decode "{}", { ref = 5 }, { a = 1 } } do
         assert.equal("a thing (an object with a ref)", expect(value))
      end
   end)

   it("retrieves an item, wraps it and attaches its facts", function()
      local created = made:create { name = "It" }
      local target = assert(call.target(own, created, "get"))
      local wrapped
      own.resource.wrap = function(value, bound, response)
         assert.is_true(bound == own.bound)
         wrapped = { name = value.name, status = response.status }
         return wrapped
      end
      own.resource.expect = call.expect_item(own.resource)
      local begun = assert(call.begin(own, { retry = false }, call.options {}, "get"))
      local item = assert(call.retrieve(own, begun, target))
      assert.is_true(item == wrapped)
      assert.same({ "It", 200, 200 }, { item.name, item.status, personalize.meta(item).status })
      made.emulator:fail { path = target, status = 503, times = 1 }
      local value, err = call.retrieve(own, begun, target)
      assert.same({ nil, "server", 1 }, { value, err.kind, err.attempts })
      made.emulator:fail { path = target, status = 200, body = "{}", times = 1 }
      value, err = call.retrieve(own, begun, target)
      assert.same({ nil, "decode" }, { value, err.kind })
      made.emulator:fail { path = target, delay = 5, times = 1 }
      begun = assert(call.begin(own, { timeout = 0.2 }, call.options {}, "get"))
      value, err = call.retrieve(own, begun, target)
      assert.same({ nil, "timeout" }, { value, err.kind })
   end)
end)
