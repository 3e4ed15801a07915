-- The probe: what it finds in an emulator of each variant, and what it leaves when it is interrupted.
local command = require "spec.support.command"
local dkjson = require "dkjson"
local personalize = require "personalize"
local report_of = require "personalize.probe.report"
local server = require "spec.support.server"
local tenant = require "spec.support.tenant"

local function by_id(report)
   local found = {}
   for _, each in ipairs(report) do found[each.id] = each end
   return found
end

-- The connections of a probe that an emulator has, and which of them are not archived.
local function left_in(made)
   made.emulator:heal()
   local all, open = 0, {}
   for _, each in ipairs(assert(made:new_client { retry = false }.connections.list())) do
      if each.name:find "^Personalize probe" then
         all = all + 1
         if each.archived ~= true then open[#open + 1] = each.ref end
      end
   end
   return all, open
end

-- What it finds when the emulator is as it is without options.
local usual = {
   token_lifetime = { true, "900 s" }, token_scope = { true, "personalize.external_webservices:manage" },
   create_answer = { true, "201, no revision" }, create_archived = { true, "yes" }, secret_shown = { true, "no" },
   update_answer = { true, "200, no revision" }, revision_counts = { true, "yes" },
   update_replaces = { true, "they are gone" }, put_creates = { true, "no" }, unique_names = { true, "no" },
   unknown_auth = { true, "its members but passwords" }, test_answer = { true, "an object" },
   secret_kept = { true, "it is erased" }, list_whole = { true, "yes" }, list_limit = { true, "yes" },
   list_offset = { true, "yes" }, list_members = { true, "href" }, unknown_members = { true, "none" },
   auth_types = { true, "NONE, OAUTH" }, system_types = { true, "DATA_SYSTEM, DESTINATION" },
   mapping_types = { true, "boolean, number, object, string" }, objects = { true, "objects" },
   secrets_listed = { true, "no" }, made = { true, "2, archived" },
}

-- What differs with an option.
local variants = {
   { { missing_secret = "keep" }, { secret_kept = { false, "it is kept" } } },
   { { page_limit = 2 }, { list_whole = { false, "no" }, auth_types = { true, "NONE, OAUTH" } } },
   { { honour_offset = false }, { list_offset = { false, "no" } } },
   { { page_limit = 2, honour_offset = false }, { list_whole = { false, "no" }, list_offset = { false, "no" } } },
   { { update_revision = true }, { update_answer = { false, "200, revision 2" } } },
   { { put_creates = true }, { put_creates = { false, "yes" } } },
   { { unique_names = true }, { unique_names = { false, "yes" }, made = { true, "1, archived" } } },
   { { put_creates = true, unique_names = true }, { put_creates = { false, "yes" },
      unique_names = { false, "yes" } } },
   { { mask_unknown_auth = true }, { unknown_auth = { false, "not all of its members" } } },
   { { token_ttl = 60 }, { token_lifetime = { false, "60 s" } } },
   { { strict = true }, {} },
   { { missing_secret = "keep", page_limit = 3, update_revision = true, put_creates = true, unique_names = true,
      mask_unknown_auth = true, token_ttl = 7, honour_offset = false }, {
      secret_kept = { false, "it is kept" }, list_whole = { false, "no" }, list_offset = { false, "no" },
      update_answer = { false, "200, revision 2" }, put_creates = { false, "yes" }, unique_names = { false, "yes" },
      unknown_auth = { false, "not all of its members" }, token_lifetime = { false, "7 s" } } },
}

describe("personalize.probe", function()
   local made

   local function start(options, client_options)
      options = options or {}
      options.seed = true
      made = tenant.start(options, client_options)
      return made
   end

   after_each(function()
      if made then made:stop() end
      made = nil
   end)

   local function check(report, differing)
      local found = by_id(report)
      for id, expected in pairs(usual) do
         expected = differing[id] or expected
         local each = assert(found[id], id)
         assert.same({ id, expected[1], expected[2] }, { id, each.agrees, each.answer })
         assert.is_string(each.evidence)
         assert.is_string(each.question)
         assert.is_string(each.assumed)
      end
   end

   it("finds the emulator as it is assumed to be", function()
      start()
      local report = assert(personalize.probe(made.client, { write = true }))
      check(report, {})
      assert.equal(24, #report)
      assert.equal(2, #report.made)
      assert.same({}, report.left)
      assert.matches("^QUESTION +ASSUMED +ANSWER +AGREES +EVIDENCE\n", tostring(report))
      assert.matches("\n24 as assumed, 0 otherwise, 0 could not be told\nmade and archived: ", tostring(report))
      for _, each in ipairs(report.made) do assert.matches(each.ref, tostring(report), 1, true) end
      assert.equal(tostring(report), report_of.text(report, 400))
      local narrow = report_of.text(report, 80)
      assert.matches("^yes  How long does a token live%?  900 s\n     expires_in of the token endpoint's answer\n",
         narrow)
      assert.matches("\n24 as assumed, 0 otherwise, 0 could not be told\nmade and archived: ", narrow)
      local all, open = left_in(made)
      assert.same({ 2, {} }, { all, open })
   end)

   for _, variant in ipairs(variants) do
      local names = {}
      for name, value in pairs(variant[1]) do names[#names + 1] = name .. " = " .. tostring(value) end
      table.sort(names)
      it("tells apart: " .. table.concat(names, ", "), function()
         local options = {}
         for name, value in pairs(variant[1]) do options[name] = value end
         start(options)
         local report = assert(personalize.probe(made.client, { write = true }))
         check(report, variant[2])
         local all, open = left_in(made)
         assert.same({}, open)
         assert.is_true(options.page_limit ~= nil or all == #report.made)
      end)
   end

   it("finds an emulator of an older organisation's credentials, and connections of unpublished kinds", function()
      made = tenant.start { missing_secret = "keep" }
      local options = made.emulator:options "api_token"
      local client = assert(personalize.new(options))
      local found = by_id(assert(personalize.probe(client, { write = true })))
      assert.same({ true, "600 s" }, { found.token_lifetime.agrees, found.token_lifetime.answer })
      assert.same({ false, "it is kept" }, { found.secret_kept.agrees, found.secret_kept.answer })
      assert.same({ true, "yes" }, { found.list_limit.agrees, found.list_limit.answer })
      assert.is_nil(found.auth_types.agrees)
      assert.matches("there is no connection", found.auth_types.evidence)
      made:create { name = "It", systemType = "AI", auth = { authType = "APIKEY" }, newMember = 1,
         request = { requestType = "GET", connectionUrl = "https://a.example.com", retries = 2 } }
      found = by_id(assert(personalize.probe(client)))
      assert.same({ false, "APIKEY" }, { found.auth_types.agrees, found.auth_types.answer:match "APIKEY" })
      assert.same({ false, "AI" }, { found.system_types.agrees, found.system_types.answer:match "AI" })
      assert.same({ false, "newMember, request.retries" }, { found.unknown_members.agrees,
         found.unknown_members.answer })
      client:close()
   end)

   it("writes nothing unless told to", function()
      start()
      local before = made.emulator:counts()
      local report = assert(personalize.probe(made.client))
      local after = made.emulator:counts()
      assert.same({ before.creates, before.updates, before.tests }, { after.creates, after.updates, after.tests })
      assert.equal(12, #report - 0)
      assert.same({}, report.made)
      assert.is_nil(by_id(report).unique_names)
   end)

   it("cannot be told what reading does not show, and says so", function()
      start { page_limit = 2, honour_offset = false }
      local found = by_id(assert(personalize.probe(made.client)))
      assert.is_nil(found.list_whole.agrees)
      assert.matches("offset is not obeyed", found.list_whole.evidence)
      assert.same({ false, "no" }, { found.list_offset.agrees, found.list_offset.answer })
   end)

   it("puts the client's own secret nowhere unless it may, and leaves it nowhere", function()
      start()
      assert(personalize.probe(made.client, { write = true, credentials = false }))
      local journal = {}
      for _, request in ipairs(made.emulator:requests()) do
         if not request.path:find "token" then journal[#journal + 1] = request.body or "" end
      end
      assert.is_nil(table.concat(journal):find("emulator-client-secret", 1, true))
      made:stop()
      start { missing_secret = "keep", journal_secrets = true }
      local report = assert(personalize.probe(made.client, { write = true }))
      local last
      for _, request in ipairs(made.emulator:requests()) do
         if request.method == "PUT" and request.path:find(report.made[1].ref, 1, true) then last = request.body end
      end
      assert.matches("no-secret-of-anything", last, 1, true)
      assert.is_nil(last:find "emulator%-client%-secret")
      assert.is_nil(personalize.json.encode(report):find "client%-secret")
      -- a client that has only a token
      local options = made.emulator:options()
      local other = assert(personalize.new { base_url = options.base_url, access_token = function()
         local answer = command.foreign(("curl -s %s -d grant_type=client_credentials -d client_id=%s "
            .. "-d client_secret=%s"):format(options.token_url, options.client_id, options.client_secret))
         return personalize.json.decode(answer).access_token
      end })
      local found = by_id(assert(personalize.probe(other, { write = true })))
      assert.is_nil(found.secret_kept.agrees)
      assert.is_nil(found.token_scope.agrees)
      assert.equal("an object", found.test_answer.answer)
      other:close()
   end)

   it("fails where connections cannot even be listed, and raises misuse", function()
      start()
      made.emulator:fail { path = "/v2/connections", status = 403 }
      local report, err = personalize.probe(made.client, { write = true })
      assert.is_nil(report)
      assert.equal("forbidden", err.kind)
      assert.has_error(function() personalize.probe() end)
      assert.has_error(function() personalize.probe {} end)
      assert.has_error(function() personalize.probe(made.client, { wirte = true }) end)
      assert.is_truthy(personalize:probe(made.client))
   end)

   it("goes on where writing is refused", function()
      start()
      made.emulator:fail { path = "/v2/connections", method = "POST", status = 403 }
      local report = assert(personalize.probe(made.client, { write = true }))
      local found = by_id(report)
      assert.is_nil(found.create_answer.agrees)
      assert.matches("forbidden", found.unique_names.evidence)
      assert.same({ true, "nothing" }, { found.made.agrees, found.made.answer })
      assert.same({ true, "yes" }, { found.list_limit.agrees, found.list_limit.answer })
      assert.equal(24, #report)
   end)

   -- ------------------------------------------------------------------ interrupted

   local faults = {
      { reset = true }, { reset = true, after = true }, { status = 500 }, { status = 500, after = true },
      { status = 403 },
      { status = 200, body = "<html>", content_type = "text/html" }, { status = 200, body = "{}", after = true },
   }

   -- Runs it with a fault at the nth call; false when there are fewer calls.
   local function run_with(fault, number, times)
      local count, is_armed = 0, false
      start({ put_creates = number % 2 == 0 }, { retry = false })
      local client = made:new_client { retry = false, on_event = function(event)
         if event.type ~= "request" then return end
         count = count + 1
         if count == number then
            is_armed = true
            local given = { times = times or 1 }
            for name, value in pairs(fault) do given[name] = value end
            made.emulator:fail(given)
         end
      end }
      local report, err = personalize.probe(client, { write = true })
      client:close()
      return is_armed, report, err
   end

   for index, fault in ipairs(faults) do
      it("leaves nothing unarchived whichever call fails: fault " .. index, function()
         local number, runs = 1, 0
         while true do
            local is_armed, report, err = run_with(fault, number)
            local all, open = left_in(made)
            local where = ("call %d"):format(number)
            assert.same({}, open, where)
            assert.is_true(report ~= nil or personalize.is_error(err), where)
            if report then
               assert.same({}, report.left, where)
               assert.equal(all, #report.made, where)
            else
               assert.equal(0, all, where)
            end
            made:stop()
            made = nil
            if not is_armed then break end
            runs = runs + 1
            -- each of the first calls, and then some
            number = number + (index <= 2 and 1 or 3)
         end
         assert.is_true(runs > 8, runs)
      end)
   end

   it("says what may be left where the service is gone for good", function()
      for number = 3, 30, 3 do
         local is_armed, report = run_with({ reset = true }, number, 1000)
         if not is_armed then break end
         local all, open = left_in(made)
         assert.same({}, open)
         -- what it does not know to be archived it names
         local told = #report.made + #report.left
         assert.is_true(told >= all, number)
         for _, each in ipairs(report.left) do assert.is_string(each.name) end
         made:stop()
         made = nil
      end
   end)

   it("stops between any two calls when it is told to, and cleans up", function()
      for number = 0, 30, 2 do
         start({ put_creates = number % 4 == 0 })
         local asked = 0
         local report = assert(personalize.probe(made.client, { write = true, should_stop = function()
            asked = asked + 1
            return asked > number
         end }))
         local all, open = left_in(made)
         assert.same({}, open)
         assert.equal(all, #report.made)
         assert.same({}, report.left)
         assert.equal(asked > number, report.stopped)
         made:stop()
         made = nil
      end
   end)

   -- A service that pays no heed to `archived` of a create, and shows secrets.
   local CARELESS = [[
      local json = require "dkjson"
      local stored, order, count = {}, {}, 0
      local function show(body) return json.encode(body) end
      return function(connection)
         for request in function() return connection:request() end do
            local path = request.path:match "^[^?]*"
            local ref = path:match "^/v2/connections/(%x.*)$"
            if request.method == "POST" and path == "/v2/connections" then
               local body = json.decode(request.body)
               count = count + 1
               body.ref, body.archived = ("00000000-0000-4000-8000-%012d"):format(count), false
               stored[body.ref] = body
               order[#order + 1] = body.ref
               connection:answer(show(body))
            elseif request.method == "PUT" and stored[ref] then
               local body = json.decode(request.body)
               body.ref = ref
               stored[ref] = body
               connection:answer(show(body))
            elseif request.method == "GET" and stored[ref] then
               connection:answer(show(stored[ref]))
            elseif request.method == "GET" and path == "/v2/connections" then
               local items = setmetatable({}, { __jsontype = "array" })
               for index, each in ipairs(order) do items[index] = stored[each] end
               connection:answer(json.encode { items = items, total = #items })
            else
               connection:respond(404, { "Content-Length: 2" }, "{}")
            end
         end
      end]]

   it("archives at once what is not archived from the beginning, and gives no secret to who shows it", function()
      local service = server.start(CARELESS)
      local client = assert(personalize.new { base_url = service.url, access_token = "t", retry = false })
      local report = assert(personalize.probe(client, { write = true }))
      local found = by_id(report)
      assert.same({ false, "no" }, { found.create_archived.agrees, found.create_archived.answer })
      assert.same({ false, "yes, in clear" }, { found.secret_shown.agrees, found.secret_shown.answer })
      assert.is_nil(found.secret_kept.agrees)
      assert.equal(2, #report.made)
      for _, each in ipairs(assert(client.connections.list())) do assert.is_true(each.archived) end
      client:close()
      service:stop()
   end)
end)

describe("personalize probe", function()
   local made, environment

   before_each(function()
      made = tenant.start { seed = true, put_creates = true, token_ttl = 60 }
      environment = command.environment(made.emulator)
   end)

   after_each(function() made:stop() end)

   it("prints a table, or one JSON document", function()
      local out, err, code = command.run(environment, { "probe" })
      assert.same({ "", 0 }, { err, code })
      assert.matches("^QUESTION", out)
      assert.matches("How long does a token live%? +900 s +60 s +NO", out)
      out, err, code = command.run(environment, { "probe", "--write", "--json", "--name", "Personalize probe mine" })
      assert.same({ "", 0 }, { err, code })
      local found = by_id(dkjson.decode(out))
      assert.equal("yes", found.put_creates.answer)
      assert.is_false(found.put_creates.agrees)
      assert.matches("Personalize probe mine too", found.made.evidence, 1, true)
      out, err, code = command.run(environment, { "probe", "--write", "--no-credentials" })
      assert.equal(0, code)
      assert.matches("^writes to http://127.0.0.1:%d+ %(client_id emulator%-client%-id%)", err)
      assert.matches("What becomes of a secret that an update leaves out%? +it is erased +cannot be told +%-", out)
      assert.matches("made and archived: ", out, 1, true)
   end)

   local function interrupt(signal, seconds)
      made.emulator:fail { path = "/v2/connections*", delay = 0.03, times = 1000 }
      local line = command.line(environment, { "probe", "--write" })
      -- as an interactive shell starts it: in the background Ctrl-C would be ignored
      local out, err, code = command.shell(("timeout --preserve-status -s %s %g %s"):format(signal, seconds, line))
      local all, open = left_in(made)
      return { out = out, err = err, code = code, all = all, open = open }
   end

   it("leaves nothing unarchived when it is killed at any time", function()
      for index = 1, 6 do
         local found = interrupt("KILL", 0.1 + 0.15 * index)
         assert.same({}, found.open)
      end
   end)

   it("cleans up and says what it made when it is interrupted", function()
      local interrupted, round = 0, 0
      -- how long its start and its questions take depends on the machine
      while round < 5 or interrupted == 0 and round < 40 do
         round = round + 1
         local found = interrupt("INT", 0.15 + 0.2 * round)
         assert.same({}, found.open)
         if found.err:find "interrupted: the questions that are not answered" then
            interrupted = interrupted + 1
            assert.equal(130, found.code)
            assert.matches("^QUESTION", found.out)
         end
      end
      assert.is_true(interrupted > 0)
   end)
end)
