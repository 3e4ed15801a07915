-- The questions that reading answers: what each answer of the service leads to.
local errors = require "personalize.error"
local json = require "personalize.json"
local reading = require "personalize.probe.reading"
local tenant = require "spec.support.tenant"
local token = require "personalize.probe.token"

local REFUSED = errors.new { kind = "validation", message = "no", status = 400 }
local refused = tostring(REFUSED)

describe("a probe that reads", function()
   local fetch = token.fetch
   local self, found, queries

   before_each(function()
      found, queries = {}, {}
      self = { settings = { timeout = 30 }, options = {}, facts = { made = {} } }
      function self.answer(_, about, answer, evidence, agrees)
         found[about.id] = { answer, agrees, evidence, about.assumed }
      end
      function self.open(_, about, why)
         found[about.id] = { "open", why, about.assumed }
      end
   end)
   after_each(function() token.fetch = fetch end)

   -- ------------------------------------------------------------------ the token

   local function ask_token(value, why)
      local asked
      token.fetch = function(settings, seconds)
         asked = { settings, seconds }
         return value, why
      end
      reading.token(self)
      assert.is_true(asked[1] == self.settings)
      return asked[2]
   end

   it("says how long a token lives, and for what", function()
      assert.equal(30, ask_token { expires_in = 900, scope = token.scope_of_connections })
      assert.same({ token_lifetime = { "900 s", true, "expires_in of the token endpoint's answer", "900 s" },
         token_scope = { token.scope_of_connections, true, "scope of the token endpoint's answer",
            token.scope_of_connections } }, found)
      self.timeout = 7
      assert.equal(7, ask_token { expires_in = "60", scope = "other" })
      assert.same({ "60 s", false }, { found.token_lifetime[1], found.token_lifetime[2] })
      assert.same({ "other", false }, { found.token_scope[1], found.token_scope[2] })
      for _, scope in ipairs { "", 5, false } do
         ask_token { scope = scope }
         assert.same({ "not stated", false }, { found.token_scope[1], found.token_scope[2] })
      end
      assert.same({ "not stated", false, "the token endpoint's answer has no expires_in", "900 s" },
         found.token_lifetime)
   end)

   it("says a lifetime that is no whole number", function()
      for text, seconds in pairs { ["899.5 s"] = 899.5, ["0.25 s"] = "0.25", ["900 s"] = 900.0 } do
         ask_token { expires_in = seconds }
         assert.same({ text, text == "900 s" }, { found.token_lifetime[1], found.token_lifetime[2] })
      end
   end)

   it("assumes another lifetime for the credentials of older organisations", function()
      self.settings.client_key = "key"
      ask_token { expires_in = 600 }
      assert.same({ "600 s", true, "600 s" }, { found.token_lifetime[1], found.token_lifetime[2],
         found.token_lifetime[4] })
   end)

   it("leaves both open when there is no token", function()
      ask_token(nil, "the token was given")
      assert.same({ token_lifetime = { "open", "the token was given", "900 s" },
         token_scope = { "open", "the token was given", token.scope_of_connections } }, found)
   end)

   -- ------------------------------------------------------------------ paging

   local function range(first, last)
      local list = {}
      for number = first, last do list[#list + 1] = "r" .. number end
      return list
   end

   -- Asks of a service that answers a query such as "limit=1" with these refs, or with an error object.
   local function ask_paging(answers, beside)
      found, queries = {}, {}
      function self.call(_, method, below, body, query)
         assert.same({ "GET", "" }, { method, below })
         assert.is_nil(body)
         query = query or {}
         local text = (query.limit and "limit=" .. query.limit or "")
            .. (query.offset and "&offset=" .. query.offset or "")
         queries[#queries + 1] = text
         local refs = answers[text] or answers.other or {}
         if errors.is(refs) then return nil, refs end
         local page = { href = "h", items = { {}, "text" } }
         for name, value in pairs(beside or {}) do page[name] = value or nil end
         for index, ref in ipairs(refs) do page.items[index] = { ref = ref } end
         return page
      end
      reading.paging(self)
   end

   it("leaves all open when no list comes", function()
      ask_paging { [""] = REFUSED }
      assert.same({ list_whole = { "open", REFUSED, "yes" }, list_limit = { "open", REFUSED, "yes" },
         list_offset = { "open", REFUSED, "yes" }, list_members = { "open", REFUSED, "href" } }, found)
      assert.same({ "" }, queries)
   end)

   it("finds that a list is whole, and limit and offset obeyed", function()
      ask_paging { [""] = range(1, 3), ["limit=100"] = range(1, 3), ["limit=1"] = range(1, 1),
         ["limit=1&offset=1"] = range(2, 2) }
      assert.same({ list_whole = { "yes", true, "it brought 3, and nothing else is to be had", "yes" },
         list_limit = { "yes", true, "limit=1 brought 1 of at least 3", "yes" },
         list_offset = { "yes", true, "limit=1&offset=1 brought others", "yes" },
         list_members = { "href", true, "GET /v2/connections", "href" } }, found)
      assert.same({ "", "limit=100&offset=3", "limit=100", "limit=1", "limit=1&offset=1" }, queries)
      ask_paging { [""] = range(1, 26), ["limit=104&offset=26"] = {} }
      assert.equal("limit=104&offset=26", queries[2])
   end)

   it("finds that a list is not whole, by offset or by limit", function()
      ask_paging { [""] = range(1, 2), ["limit=100&offset=2"] = range(2, 4) }
      assert.same({ "no", false, "it brought 2; limit=100&offset=2 brought 2 more", "yes" }, found.list_whole)
      ask_paging { [""] = range(1, 2), ["limit=100&offset=2"] = range(1, 2), ["limit=100"] = range(1, 3) }
      assert.same({ "no", false, "it brought 2; limit=100 brought 1 more", "yes" }, found.list_whole)
      ask_paging { [""] = range(1, 2), ["limit=100&offset=2"] = REFUSED, ["limit=100"] = range(1, 5) }
      assert.same({ "no", false, "it brought 2; limit=100 brought 3 more", "yes" }, found.list_whole)
   end)

   it("cannot tell when offset is not obeyed, but by what was made just now", function()
      for _, behind in ipairs { range(1, 2), REFUSED } do
         self.facts.made = {}
         ask_paging { [""] = range(1, 2), ["limit=100&offset=2"] = behind }
         assert.same({ "open", "it brought 2; offset is not obeyed, so what may be behind them cannot be asked for",
            "yes" }, found.list_whole)
         self.facts.made = { { ref = "r2" } }
         ask_paging { [""] = range(1, 2), ["limit=100&offset=2"] = behind }
         assert.equal("yes", found.list_whole[1])
         self.facts.made = { { ref = "r2" }, { ref = "r9" } }
         ask_paging { [""] = range(1, 2), ["limit=100&offset=2"] = behind }
         assert.same({ "no", false, "it brought 2, and not what was made just now (r9)", "yes" }, found.list_whole)
      end
      self.facts.made = { { ref = "r9" } }
      ask_paging { [""] = range(1, 2) }
      assert.equal("no", found.list_whole[1])
   end)

   it("finds that limit is not obeyed, or refused", function()
      ask_paging { [""] = range(1, 3), ["limit=1"] = range(1, 3), ["limit=3&offset=3"] = range(1, 3) }
      assert.same({ { "no", false, "limit=1 brought 3 of at least 3", "yes" },
         { "no", false, "limit=3&offset=3 brought the same", "yes" } }, { found.list_limit, found.list_offset })
      ask_paging { [""] = range(1, 3), ["limit=1"] = {}, ["limit=1&offset=1"] = {} }
      assert.same({ { "no", false, "limit=1 brought 0 of at least 3", "yes" },
         { "yes", true, "limit=1&offset=1 brought nothing", "yes" } }, { found.list_limit, found.list_offset })
      ask_paging { [""] = range(1, 3), ["limit=1"] = REFUSED }
      assert.same({ { "refused", false, refused, "yes" }, { "open", "limit is refused", "yes" } },
         { found.list_limit, found.list_offset })
   end)

   it("finds that offset is not obeyed in part, or refused", function()
      ask_paging { [""] = range(1, 3), ["limit=1"] = range(1, 2), ["limit=2&offset=2"] = range(2, 3) }
      assert.same({ "no", false, "limit=2&offset=2 brought the same", "yes" }, found.list_offset)
      ask_paging { [""] = range(1, 3), ["limit=1"] = range(1, 1), ["limit=1&offset=1"] = REFUSED }
      assert.same({ "refused", false, refused, "yes" }, found.list_offset)
   end)

   it("needs two connections for limit and offset, wherever they are", function()
      for _, behind in ipairs { {}, REFUSED, range(1, 1) } do
         ask_paging { [""] = range(1, 1), ["&offset=1"] = behind }
         assert.same({ { "open", "there are fewer than two connections", "yes" },
            { "open", "there are fewer than two connections", "yes" } }, { found.list_limit, found.list_offset })
      end
      ask_paging { [""] = range(1, 1), ["&offset=1"] = range(2, 2), ["limit=1"] = range(1, 1) }
      assert.same({ "yes", true, "limit=1 brought 1 of at least 1", "yes" }, found.list_limit)
      ask_paging { [""] = range(1, 2), ["limit=1"] = range(1, 1) }
      assert.equal("yes", found.list_limit[1])
   end)

   it("names what stands beside the items", function()
      ask_paging({ [""] = range(1, 2) }, { total = 5, more = false })
      assert.same({ "href, total", false, "GET /v2/connections", "href" }, found.list_members)
      ask_paging({ [""] = range(1, 2) }, { href = false })
      assert.same({ "nothing", false, "GET /v2/connections", "href" }, found.list_members)
   end)

   -- ------------------------------------------------------------------ connections

   local function ask_connections(...)
      local list, err = ...
      found = {}
      self.timeout = 7
      self.client = { connections = { list = function(opts)
         assert.same({ timeout = 7 }, opts)
         return list, err
      end } }
      reading.connections(self)
   end

   local function oauth(members)
      local definition = tenant.oauth()
      definition.auth.clientSecret = nil
      for name, value in pairs(members or {}) do definition.auth[name] = value end
      return definition
   end

   it("leaves all open when there is no list, or no connection but the probe's own", function()
      ask_connections(nil, REFUSED)
      local count = 0
      for _, each in pairs(found) do
         count = count + 1
         assert.same({ "open", REFUSED }, { each[1], each[2] })
      end
      assert.equal(6, count)
      self.facts.made = { { ref = "own" } }
      ask_connections { { ref = "own", auth = { authType = "OTHER" } } }
      count = 0
      for _, each in pairs(found) do
         count = count + 1
         assert.equal("open", each[1])
      end
      assert.equal(6, count)
      assert.same({ "there is no connection", "there is no connection", "no connection authenticates by OAuth" },
         { found.unknown_members[2], found.objects[2], found.secrets_listed[2] })
   end)

   it("stops before the list when it is to stop", function()
      local asked = 0
      self.call = function() asked = asked + 1 end
      self.options.should_stop = function() return false end
      ask_connections {}
      assert.equal(0, asked)
      self.options.should_stop = function() return true end
      ask_connections {}
      assert.equal(1, asked)
   end)

   it("counts types, and tells which are not published", function()
      local one, other = tenant.definition(), tenant.definition { systemType = "DESTINATION" }
      one.inputMappings = json.array { { type = "string" }, { type = "number" } }
      other.outputMappings = json.array { { type = "object" }, { type = 5 } }
      ask_connections { one, other, tenant.definition { systemType = 5 } }
      assert.same({ "NONE", true, "NONE (3)" }, { found.auth_types[1], found.auth_types[2], found.auth_types[3] })
      assert.same({ "DATA_SYSTEM, DESTINATION", true, "DATA_SYSTEM (1), DESTINATION (1)" },
         { found.system_types[1], found.system_types[2], found.system_types[3] })
      assert.same({ "number, object, string", true, "number (1), object (1), string (1)" },
         { found.mapping_types[1], found.mapping_types[2], found.mapping_types[3] })
      assert.equal("NONE, OAUTH", (found.auth_types[4]:gsub("OAUTH, NONE", "NONE, OAUTH")))
      ask_connections { one, tenant.definition { systemType = "AI", auth = { authType = "APIKEY" } } }
      assert.same({ "APIKEY, NONE", false }, { found.auth_types[1], found.auth_types[2] })
      assert.same({ "AI, DATA_SYSTEM", false }, { found.system_types[1], found.system_types[2] })
   end)

   it("names members that are not published, with their paths", function()
      local one = tenant.definition { newMember = 1, inputMappings = json.array { { key = "k", odd = 1 }, 5,
         json.decode "1e400" } }
      one.request.retries = 2
      one[5] = "no name"
      ask_connections { one, tenant.definition { newMember = 2, inputMappings = { odd = 1 }, request = 5 } }
      assert.same({ "inputMappings[].odd, newMember, request.retries", false,
         "inputMappings[].odd (1), newMember (2), request.retries (1)", "none" }, found.unknown_members)
      ask_connections { tenant.definition() , tenant.definition() }
      assert.same({ "none", true, "of 2 connections", "none" }, found.unknown_members)
   end)

   it("tells objects from arrays", function()
      ask_connections { tenant.definition(), tenant.definition { auth = "text" } }
      assert.same({ "objects", true, "objects (3)", "objects" }, found.objects)
      ask_connections { tenant.definition { auth = json.array { {} } } }
      assert.same({ "arrays, objects", false, "arrays (1), objects (1)", "objects" }, found.objects)
   end)

   it("tells whether lists show secrets, where connections have them", function()
      ask_connections { tenant.definition() }
      assert.same({ "open", "no connection authenticates by OAuth", "no" }, found.secrets_listed)
      ask_connections { oauth(), oauth { clientKey = "k", password = 5 }, tenant.definition() }
      assert.same({ "no", true, "0 of 2 connections with OAuth", "no" }, found.secrets_listed)
      ask_connections { oauth(), oauth { clientSecret = "***" } }
      assert.same({ "yes", false, "1 of 2 connections with OAuth", "no" }, found.secrets_listed)
      ask_connections { oauth { password = "p" }, oauth { clientSecret = json.null } }
      assert.same({ "yes", false, "2 of 2 connections with OAuth", "no" }, found.secrets_listed)
   end)
end)
