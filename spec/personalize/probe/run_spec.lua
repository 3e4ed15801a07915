-- A probe's run: its calls, what it notes of the connections that it made, and its cleanup.
local errors = require "personalize.error"
local json = require "personalize.json"
local run = require "personalize.probe.run"
local tenant = require "spec.support.tenant"

describe("a probe's run", function()
   local made, self

   before_each(function()
      made = tenant.start({}, { retry = false })
      self = run.new(made.client, { timeout = 20 })
   end)
   after_each(function() made:stop() end)

   local function fail(fault)
      fault.path = fault.path or "/v2/connections*"
      made.emulator:fail(fault)
   end

   local function answers()
      local list = {}
      for index, each in ipairs(self.report) do list[index] = { each.id, each.answer, each.agrees, each.evidence } end
      return list
   end

   it("begins with nothing made and nothing left", function()
      assert.same({ {}, {}, false, 20, made.emulator.url, true }, { self.report.made, self.report.left,
         self.report.stopped, self.timeout, self.settings.base_url, self.client == made.client })
   end)

   it("calls with its timeout", function()
      made:create { name = "A" }
      local value = assert(self:call("GET", "", nil, { limit = 1 }))
      assert.equal("A", value.items[1].name)
      assert.equal("GET /v2/connections?limit=1", made:calls()[2])
      value = assert(self:call("POST", "", tenant.definition { name = "B" }))
      assert.equal("B", value.name)
      self.timeout = 0.2
      fail { delay = 5, times = 1 }
      local none, err = self:call("GET", "")
      assert.same({ nil, "timeout" }, { none, err.kind })
   end)

   it("stops at a call when it is told to, but not while it cleans up", function()
      self.options.should_stop = function() return true end
      local function ask(own)
         own:call("GET", "")
         return true
      end
      assert.is_false(run.guard(self, ask))
      assert.is_true(self.report.stopped)
      self.is_cleaning = true
      assert.is_true(run.guard(self, ask))
      self.is_cleaning, self.options.should_stop = nil, function() return false end
      self.facts.stopped = false
      assert.is_true(run.guard(self, ask))
      assert.equal(2, #made:calls())
      local fine, problem = pcall(run.guard, self, function() error("mistake", 0) end)
      assert.same({ false, "mistake", false }, { fine, problem, self.report.stopped })
   end)

   it("knows the status of a response and of an error, and what is refused", function()
      local value = assert(self:call("GET", ""))
      assert.equal(200, run.status(value))
      fail { status = 403, times = 1 }
      local _, err = self:call("GET", "")
      assert.equal(403, run.status(nil, err))
      assert.equal(418, run.status(nil, { status = 418 }))
      assert.is_nil(run.status({}, nil))
      for status, is_refused in pairs { [399] = false, [400] = true, [404] = true, [408] = false, [499] = true,
         [500] = false } do
         assert.equal(is_refused, run.is_refused { status = status }, status)
      end
      assert.is_false(run.is_refused {})
   end)

   it("adds answers, and open ones with their reasons", function()
      self:answer({ id = "a" }, "yes", "seen", true)
      self:open({ id = "b" }, "because")
      local err = errors.new { kind = "server", message = "no", status = 503 }
      self:open({ id = "c" }, err)
      assert.same({ { "a", "yes", true, "seen" }, { "b", "cannot be told", nil, "because" },
         { "c", "cannot be told", nil, tostring(err) } }, answers())
   end)

   it("makes definitions that are archived from the beginning", function()
      assert.equal(json.encode({ name = "N", description = "made by a probe, and archived", archived = true,
         systemType = "DATA_SYSTEM", auth = { authType = "NONE" }, request = { requestType = "GET",
            connectionUrl = "https://probe.invalid/" }, inputMappings = json.array {},
         outputMappings = json.array {}, customHeaders = json.array {} }, { canonical = true }),
         json.encode(self:definition("N", { authType = "NONE" }), { canonical = true }))
      local definition = self:definition("N", {}, { request = { a = 1 }, extra = 2 })
      assert.same({ { a = 1 }, 2 }, { definition.request, definition.extra })
   end)

   it("notes a connection once, and whether it is archived", function()
      local one = self:note({ ref = "r1", archived = true }, "A")
      self:note({ ref = "r2" }, "B")
      assert.same({ { ref = "r1", name = "A", archived = true }, { ref = "r2", name = "B", archived = false } },
         self.facts.made)
      assert.is_true(self:note({ ref = "r1", archived = "yes" }, "C") == one)
      self:note({ ref = "r2", archived = true }, "B")
      assert.same({ { ref = "r1", name = "A", archived = false }, { ref = "r2", name = "B", archived = true } },
         self.facts.made)
   end)

   local function create(name)
      return self:create("POST", "", self:definition(name or "Probe", { authType = "NONE" }))
   end

   it("creates, and notes what was made", function()
      local value = assert(create())
      assert.same({ { ref = value.ref, name = "Probe", archived = true } }, self.facts.made)
      assert.same({ {}, 1 }, { self.doubtful, #made:calls() })
   end)

   it("looks for nothing where a create was refused", function()
      fail { method = "POST", status = 403, times = 1 }
      local value, err, found = create()
      assert.same({ nil, 403, nil, {}, {}, 1 }, { value, err.status, found, self.doubtful, self.facts.made,
         #made:calls() })
   end)

   it("looks for what a create may have made whose answer was lost", function()
      made:create { name = "Other" }
      fail { method = "POST", status = 500, after = true, times = 1 }
      local value, err, found = create()
      assert.same({ nil, 500, "Probe", {} }, { value, err.status, found.name, self.doubtful })
      assert.same({ { ref = found.ref, name = "Probe", archived = true } }, self.facts.made)
      fail { method = "POST", status = 500, times = 1 }
      value, err, found = create "Second"
      assert.same({ nil, 500, nil, {}, 1 }, { value, err.status, found, self.doubtful, #self.facts.made })
      for _, body in ipairs { "{}", '"text"', '{"ref":5}' } do
         fail { method = "POST", status = 201, body = body, times = 1 }
         value, err, found = create "Third"
         assert.same({ nil, "decode", "the answer is no connection", nil }, { value, err.kind, err.message, found })
      end
   end)

   it("stays in doubt when it cannot look, until it cleans up", function()
      fail { method = "POST", status = 500, after = true, times = 1 }
      fail { method = "GET", status = 500, times = 2 }
      local value, err, found = create()
      assert.same({ nil, 500, nil, { Probe = true } }, { value, err.status, found, self.doubtful })
      self:clean_up()
      assert.same({ {}, {}, 1, "Probe", true }, { self.doubtful, self.facts.left, #self.facts.made,
         self.facts.made[1].name, self.facts.made[1].archived })
   end)

   it("says what may be left when it cannot look twice", function()
      fail { method = "POST", status = 500, after = true, times = 1 }
      fail { method = "GET", status = 500, times = 3 }
      create()
      self:clean_up()
      local left = self.facts.left
      assert.same({ 1, "Probe", nil, {} }, { #left, left[1].name, left[1].ref, self.facts.made })
      assert.matches("^whether it was made cannot be told: server %(500%)", left[1].why)
   end)

   it("archives what is not archived, under its name, and no other", function()
      local one, other = made:create { name = "One" }, made:create { name = "Other", archived = true }
      self:note(one, "One")
      self:note({ ref = other.ref }, "Other")
      local before = made.emulator:counts().updates
      self:clean_up()
      assert.same({ true, true, true, {} }, { self.is_cleaning, self.facts.made[1].archived,
         self.facts.made[2].archived, self.facts.left })
      assert.equal(before + 1, made.emulator:counts().updates)
      local found = assert(made.connections.get(one.ref))
      assert.same({ "One", true, "NONE" }, { found.name, found.archived, found.auth.authType })
   end)

   it("does not write where a connection cannot be read but was archived", function()
      local one = made:create { name = "One", archived = true }
      self:note(one, "One")
      fail { method = "GET", status = 500, times = 1 }
      self:clean_up()
      assert.same({ 0, {} }, { made.emulator:counts().updates, self.facts.left })
   end)

   it("tries twice, and says what is left", function()
      local one = made:create { name = "One" }
      self:note(one, "One")
      fail { method = "PUT", status = 500, times = 1 }
      self:clean_up()
      assert.same({ true, {} }, { self.facts.made[1].archived, self.facts.left })
      local other = made:create { name = "Other" }
      self.facts.made = {}
      self:note(other, "Other")
      fail { method = "PUT", status = 500, times = 2 }
      self:clean_up()
      local left = self.facts.left
      assert.same({ 1, other.ref, "Other", false }, { #left, left[1].ref, left[1].name, self.facts.made[1].archived })
      assert.matches("^server %(500%)", left[1].why)
      fail { method = "PUT", status = 200, body = "{}", times = 2 }
      self:clean_up()
      assert.equal("the service does not archive it", left[2].why)
   end)

   it("tells what it made, and what is left", function()
      local function told()
         self:tell_made()
         return { self.report[#self.report].answer, self.report[#self.report].agrees,
            self.report[#self.report].evidence, self.report[#self.report].assumed }
      end
      assert.same({ "nothing", true, "nothing was made", "archived" }, told())
      self.facts.made = { { ref = "r1", name = "A", archived = true } }
      assert.same({ "1, archived", true, "r1 (A)", "archived" }, told())
      self.facts.made = { { ref = "r1", name = "A", archived = true }, { ref = "r2", name = "B" } }
      assert.same({ "2, archived", true, "r1 (A); r2 (B) NOT ARCHIVED", "archived" }, told())
      self.facts.left = { { ref = "r2", name = "B", why = "no" }, { name = "C", why = "lost" } }
      assert.same({ "something is left unarchived", false,
         "r1 (A); r2 (B) NOT ARCHIVED; left: r2 (B): no; perhaps one (C): lost", "archived" }, told())
      self.facts.made = {}
      assert.same({ "something is left unarchived", false, "nothing was made; left: r2 (B): no; perhaps one (C): lost",
         "archived" }, told())
   end)
end)
