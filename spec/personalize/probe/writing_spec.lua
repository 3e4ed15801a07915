-- The questions that need a connection of the probe's own: what each answer of the service leads to.
local errors = require "personalize.error"
local json = require "personalize.json"
local meta = require "personalize.http.meta"
local personalize = require "personalize"
local raw = require "personalize.raw"
local report = require "personalize.probe.report"
local run = require "personalize.probe.run"
local testing = require "personalize.probe.testing"
local writing = require "personalize.probe.writing"

local REFUSED = errors.new { kind = "validation", message = "no", status = 400 }
local LOST = errors.new { kind = "network", message = "gone" }

local function with_status(status, value) return meta.attach(value, { status = status, headers = {} }) end

describe("a probe that writes", function()
   local ask_tests = testing.ask
   local self, stored, calls, hooks, tested

   -- A service in a table. A hook of "POST", "PUT" (of what is there), "PUT new" or "GET" gets what the service would
   -- answer, the body, and the number of such calls; it returns another answer.
   before_each(function()
      stored, calls, hooks, tested = {}, {}, {}, nil
      local client, counts = assert(personalize.new { base_url = "https://a.example", access_token = "t" }), {}
      self = run.new(client, {})
      self.client = { connections = { list = function() return {} end } }
      testing.ask = function(own, context)
         assert.is_true(own == self)
         tested = context
      end

      local function store(ref, body, revision)
         local connection = assert(raw.copy(body))
         connection.ref, connection.revision = ref, revision
         stored[ref] = connection
         local answer = assert(raw.copy(connection))
         answer.revision = nil
         return answer
      end

      local services = {
         POST = function(_, body)
            counts.made = (counts.made or 0) + 1
            return with_status(201, store("r" .. counts.made, body, 1))
         end,
         PUT = function(ref, body) return with_status(200, store(ref, body, stored[ref].revision + 1)) end,
         ["PUT new"] = function() return nil, REFUSED end,
         GET = function(ref)
            local shown = assert(raw.copy(stored[ref]))
            shown.auth.clientSecret, shown.auth.password = nil, nil
            return with_status(200, shown)
         end,
      }

      function self.call(_, method, below, body)
         local ref = below:sub(2)
         local kind = method == "PUT" and not stored[ref] and "PUT new" or method
         counts[kind] = (counts[kind] or 0) + 1
         calls[#calls + 1] = { kind, ref, body }
         local value, err = services[kind](ref, body)
         if hooks[kind] then value, err = hooks[kind](value, body, counts[kind], ref) end
         if errors.is(value) then return nil, value end
         return value, err
      end
   end)
   after_each(function() testing.ask = ask_tests end)

   local function ask()
      writing.ask(self, "N")
      local found = {}
      for _, each in ipairs(self.report) do
         assert.is_nil(found[each.id])
         found[each.id] = { each.answer, each.agrees, each.evidence }
      end
      return found
   end

   -- The same run with an empty report.
   local function begin_again() self = setmetatable({ report = report.new(self.facts) }, { __index = self }) end

   local function open(why) return { "cannot be told", nil, tostring(why) } end

   it("finds a service that is as it is assumed to be", function()
      local found = ask()
      assert.same({ create_answer = { "201, no revision", true, "POST /v2/connections" },
         create_archived = { "yes", true, "archived: true" },
         secret_shown = { "no", true, "auth.clientSecret of a GET after a create that had one: absent" },
         update_answer = { "200, no revision", true, "PUT /v2/connections/<ref>" },
         revision_counts = { "yes", true, "GET: 1 before, 2 after" },
         update_replaces = { "they are gone", true, "description of a GET after a PUT without: absent" },
         put_creates = { "no", true, "PUT to a new ref: 400" },
         unique_names = { "no", true, "a create of a second connection of a name was accepted" },
         unknown_auth = { "its members but passwords", true,
            "auth of a GET after a PUT of BASIC: authType, probeMark, username" },
         secret_kept = open "it was not asked", test_answer = open "it was not asked" }, found)
      for _, each in ipairs(self.report) do
         if each.agrees then assert.is_truthy(each.assumed == each.answer or each.id == "update_answer") end
      end
   end)

   it("sends what its questions need", function()
      ask()
      local kinds = {}
      for index, each in ipairs(calls) do kinds[index] = each[1] .. (each[1]:find "new" and "" or " " .. each[2]) end
      assert.same({ "POST ", "GET r1", "PUT r1", "GET r1", "PUT new", "POST ", "PUT r1", "GET r1" }, kinds)
      assert.equal(json.encode({ authType = "OAUTH", clientId = "probe", clientSecret = "no-secret-of-anything",
         accessTokenUrl = "https://probe.invalid/token", useMutualTls = false, oauthCustomHeaders = json.array {},
         formUrlEncodedItems = json.array {} }, { canonical = true }), json.encode(calls[1][3].auth,
         { canonical = true }))
      assert.same({ "N", nil, "no-secret-of-anything" }, { calls[3][3].name, calls[3][3].description,
         calls[3][3].auth.clientSecret })
      assert.matches("^%x%x%x%x%x%x%x%x%-%x%x%x%x%-4%x%x%x%-8%x%x%x%-%x%x%x%x%x%x%x%x%x%x%x%x$", calls[5][2])
      assert.same({ "N too", "NONE", "N", "NONE" }, { calls[5][3].name, calls[5][3].auth.authType, calls[6][3].name,
         calls[6][3].auth.authType })
      assert.same({ "N", { authType = "BASIC", username = "probe", password = "no-secret-of-anything",
         probeMark = "probe" } }, { calls[7][3].name, calls[7][3].auth })
      assert.same({ "r1", "N", false, "OAUTH", "function", "function" }, { tested.ref, tested.name, tested.is_clear,
         tested.invented.authType, type(tested.put), type(tested.get) })
      assert.same({ { ref = "r1", name = "N", archived = true }, { ref = "r2", name = "N", archived = true } },
         self.facts.made)
   end)

   it("leaves all open where it cannot create", function()
      for _, problem in ipairs { REFUSED, LOST } do
         begin_again()
         hooks.POST = function() return problem end
         local found, count = ask(), 0
         for _, each in pairs(found) do
            count = count + 1
            assert.same(open(problem), each)
         end
         assert.equal(11, count)
         assert.is_nil(tested)
      end
   end)

   it("goes on with what a create made whose answer was lost", function()
      hooks.POST = function(value, _, number) return number == 1 and LOST or value end
      self.client.connections.list = function() return { stored.r1 } end
      local found = ask()
      assert.same({ open(LOST), "yes", "no" }, { found.create_answer, found.create_archived[1], found.secret_shown[1] })
      assert.equal("r1", tested.ref)
   end)

   it("finds another answer to a create", function()
      hooks.POST = function(value, _, number)
         if number > 1 then return value end
         value.revision = 1
         return with_status(201, value)
      end
      assert.same({ "201, revision 1", false, "POST /v2/connections" }, ask().create_answer)
   end)

   it("finds another status of a create, and archives what is not archived", function()
      hooks.POST = function(value, _, number)
         if number > 1 then return value end
         value.archived = false
         return with_status(200, value)
      end
      local found = ask()
      assert.same({ { "200, no revision", false, "POST /v2/connections" }, { "no", false, "archived: false" } },
         { found.create_answer, found.create_archived })
      assert.same({ "PUT", "r1", true, "made by a probe, and archived" }, { calls[2][1], calls[2][2],
         calls[2][3].archived, calls[2][3].description })
   end)

   for shown, value in pairs { absent = json.null, ["an array"] = json.array {}, ["an object"] = {},
      text = "text", ["5"] = 5, ["1e400"] = json.decode "1e400" } do
      it("shows a value in words: " .. shown, function()
         hooks.POST = function(answer, _, number)
            if number == 1 then answer.archived = value end
            return answer
         end
         assert.same({ "no", false, "archived: " .. shown }, ask().create_archived)
      end)
   end

   it("finds secrets that are shown, in clear or masked", function()
      for shown, expected in pairs {
         ["no-secret-of-anything"] = { "yes, in clear", false, "what was sent", true },
         ["***"] = { "a mask", false, "something else", false }, [""] = { "no", true, "absent", false },
      } do
         begin_again()
         hooks.GET = function(value)
            value.auth.clientSecret = shown
            return value
         end
         assert.same({ expected[1], expected[2], "auth.clientSecret of a GET after a create that had one: "
            .. expected[3] }, ask().secret_shown)
         assert.equal(expected[4], tested.is_clear)
      end
   end)

   it("leaves open what a retrieval would show", function()
      hooks.GET = function(value, _, number) return number == 1 and LOST or value end
      local found = ask()
      for _, id in ipairs { "secret_shown", "update_answer", "revision_counts", "update_replaces", "secret_kept" } do
         assert.same(open(LOST), found[id], id)
      end
      assert.is_nil(tested.is_clear)
      assert.equal("no", found.put_creates[1])
   end)

   it("leaves open what the retrieval after an update would show", function()
      hooks.GET = function(value, _, number) return number == 2 and LOST or value end
      local found = ask()
      assert.same({ "200, no revision", open(LOST), open(LOST), open "it was not asked" }, { found.update_answer[1],
         found.revision_counts, found.update_replaces, found.test_answer })
   end)

   it("leaves open what an update would show that fails", function()
      hooks.PUT = function(value, _, number) return number == 1 and LOST or value end
      local found = ask()
      for _, id in ipairs { "update_answer", "revision_counts", "update_replaces" } do
         assert.same(open(LOST), found[id], id)
      end
      assert.equal("its members but passwords", found.unknown_auth[1])
   end)

   it("finds other answers to an update", function()
      for status, agrees in pairs { [200] = true, [201] = true, [202] = false } do
         begin_again()
         hooks.PUT = function(value) return with_status(status, value) end
         assert.same({ status .. ", no revision", agrees, "PUT /v2/connections/<ref>" }, ask().update_answer)
      end
      begin_again()
      hooks.PUT = function(value)
         value.revision = json.decode "1e400"
         return value
      end
      assert.same({ "200, revision 1e400", false, "PUT /v2/connections/<ref>" }, ask().update_answer)
   end)

   it("finds revisions that do not count, and members that stay", function()
      local function answer_with(second)
         begin_again()
         local seen = 0
         hooks.GET = function(value)
            seen = seen + 1
            value.revision, value.description = 1, nil
            if seen == 2 then
               for name, member in pairs(second) do value[name] = member or nil end
            end
            return value
         end
         local found = ask()
         return found.revision_counts, found.update_replaces
      end
      assert.same({ "no", false, "GET: 1 before, 1 after" }, (answer_with {}))
      assert.same({ "no", false, "GET: 1 before, 3 after" }, (answer_with { revision = 3 }))
      assert.same({ "no", false, "GET: 1 before, absent after" }, (answer_with { revision = false }))
      assert.same({ "no", false, "GET: 1 before, 2x after" }, (answer_with { revision = "2x" }))
      assert.same({ "yes", true, "GET: 1 before, 2 after" }, (answer_with { revision = json.number "2" }))
      local counts, replaces = answer_with { revision = 2, description = "d" }
      assert.same({ "yes", true, "GET: 1 before, 2 after" }, counts)
      assert.same({ "they stay", false, "description of a GET after a PUT without: as before" }, replaces)
      assert.equal("they are gone", select(2, answer_with { description = "" })[1])
   end)

   it("finds that an update of an unknown ref creates, and goes on with that one", function()
      hooks["PUT new"] = function(_, body, _, ref)
         stored[ref] = { ref = ref, revision = 1 }
         return with_status(201, { ref = ref, archived = body.archived })
      end
      local found = ask()
      assert.same({ "yes", false, "PUT to a new ref: 201" }, found.put_creates)
      assert.same({ "no", true, "a PUT of a second connection of a name was accepted" }, found.unique_names)
      assert.same({ "PUT", calls[5][2], "N", "NONE" }, { calls[6][1], calls[6][2], calls[6][3].name,
         calls[6][3].auth.authType })
      assert.equal("N too", self.facts.made[2].name)
   end)

   it("finds that one without an answer created", function()
      self.client.connections.list = function() return { { ref = "r9", name = "N too" } } end
      hooks["PUT new"] = function()
         stored.r9 = { ref = "r9", revision = 1 }
         return LOST
      end
      local found = ask()
      assert.same({ "yes", false, "PUT to a new ref: no answer, and one was there" }, found.put_creates)
      assert.equal("a PUT of a second connection of a name was accepted", found.unique_names[3])
   end)

   it("leaves it open when that fails and none is there", function()
      hooks["PUT new"] = function() return LOST end
      local found = ask()
      assert.same({ open(LOST), "a create of a second connection of a name was accepted" }, { found.put_creates,
         found.unique_names[3] })
   end)

   it("finds that names must be unique, or cannot tell", function()
      hooks.POST = function(value, _, number) return number == 2 and REFUSED or value end
      assert.same({ "yes", false, "a create of a second connection of a name: " .. tostring(REFUSED) },
         ask().unique_names)
   end)

   it("takes a second connection for created only when it is not the first", function()
      hooks.POST = function(value, _, number) return number == 2 and LOST or value end
      self.client.connections.list = function() return { stored.r1 } end
      assert.same(open(LOST), ask().unique_names)
      begin_again()
      hooks.POST = function(value, _, number) return number == 4 and LOST or value end
      self.client.connections.list = function() return { stored.r3, stored.r4 } end
      assert.equal("no", ask().unique_names[1])
   end)

   it("finds what is shown of another authentication", function()
      local function answer_with(change)
         begin_again()
         local seen = 0
         hooks.GET = function(value)
            seen = seen + 1
            if seen == 3 then change(value.auth) end
            return value
         end
         return ask().unknown_auth
      end
      local head = "auth of a GET after a PUT of BASIC: "
      assert.same({ "all of it", false, head .. "authType, password, probeMark, username" },
         answer_with(function(auth) auth.password = "no-secret-of-anything" end))
      assert.same({ "its members but passwords", true, head .. "authType, password, probeMark, username" },
         answer_with(function(auth) auth.password = "***" end))
      assert.same({ "not all of its members", false, head .. "authType, probeMark" },
         answer_with(function(auth) auth.username = nil end))
   end)

   it("sends another authentication without its mark where that is refused", function()
      hooks.PUT = function(value, body) return body.auth.probeMark and REFUSED or value end
      assert.same({ "its members but passwords", true, "auth of a GET after a PUT of BASIC: authType, username" },
         ask().unknown_auth)
      assert.same({ "PUT", "PUT", "GET", "N" }, { calls[7][1], calls[8][1], calls[9][1], calls[8][3].name })
   end)

   it("finds that another authentication is refused, or cannot tell", function()
      hooks.PUT = function(value, body) return body.auth.authType == "BASIC" and REFUSED or value end
      assert.same({ "it is refused", false, tostring(REFUSED) }, ask().unknown_auth)
      begin_again()
      hooks.PUT = function(value, body) return body.auth.authType == "BASIC" and LOST or value end
      calls = {}
      assert.same(open(LOST), ask().unknown_auth)
      assert.equal(7, #calls)
      begin_again()
      hooks.PUT = nil
      local seen = 0
      hooks.GET = function(value)
         seen = seen + 1
         return seen == 3 and LOST or value
      end
      assert.same(open(LOST), ask().unknown_auth)
   end)

   it("notes what an update answers that shows the connection", function()
      local function put(answer)
         hooks.PUT = function() return answer end
         return tested.put(self, "r1", { name = "N", auth = {} })
      end
      ask()
      assert.equal("r1", put({ ref = "r1", archived = false }).ref)
      assert.is_false(self.facts.made[1].archived)
      assert.same({}, put {})
      assert.equal(2, #self.facts.made)
      assert.same({ nil, LOST }, { put(LOST) })
      hooks.GET = function() return "text" end
      assert.is_nil((tested.get(self, "r1")))
      hooks.GET = function() return LOST end
      assert.same({ nil, LOST }, { tested.get(self, "r1") })
   end)
end)
