-- One connection of a name, whoever makes sure of it, and however many at once.
local personalize = require "personalize"
local tenant = require "spec.support.tenant"

local function of_name(connections, name)
   local refs = {}
   for _, each in ipairs(assert(connections.list())) do
      if each.name == name then refs[#refs + 1] = each.ref end
   end
   return refs
end

describe("ensure", function()
   local made, connections

   before_each(function()
      made = tenant.start()
      connections = made.connections
   end)

   after_each(function() made:stop() end)

   it("is one at a time for a name in map: created once, then unchanged", function()
      for _, concurrency in ipairs { 2, 4, 50 } do
         local name, counts = "Weather " .. concurrency, {}
         local items = {}
         for index = 1, 50 do items[index] = index end
         local results, errors = personalize.map(items, function()
            local made_sure, what = connections.ensure(tenant.definition { name = name })
            if made_sure then counts[what] = (counts[what] or 0) + 1 end
            return made_sure, what
         end, { concurrency = concurrency })
         assert.same({}, errors)
         assert.same({ created = 1, unchanged = 49 }, counts)
         assert.equal(results[1].ref, results[50].ref)
         assert.equal(1, #of_name(connections, name))
      end
   end)

   it("of no definition is misuse", function()
      assert.error_matches(function() connections.ensure(5) end, "bad argument #1 to 'connections.ensure' (expected a "
         .. "table, a builder or a connection, got 5)", 1, true)
   end)

   it("is done for different names at once", function()
      local results, errors = personalize.map({ "a", "b", "c", "d" }, function(name)
         return connections.ensure(tenant.definition { name = name })
      end)
      assert.same({}, errors)
      assert.equal("d", results[4].name)
   end)

   it("goes on in map where the service slows it down", function()
      made.emulator:fail { method = "GET", path = "/v2/connections", status = 429, times = 3, retry_after = 0 }
      local results, errors = personalize.map({ 1, 2, 3, 4, 5, 6, 7, 8 }, function()
         return connections.ensure(tenant.definition { name = "Slow" })
      end, { concurrency = 8 })
      assert.same({}, errors)
      assert.equal(results[1].ref, results[8].ref)
      assert.equal(1, #of_name(connections, "Slow"))
   end)

   it("ends its turn when it fails or raises, and waits for none of its own", function()
      assert.is_nil((connections.ensure(tenant.definition { descripton = "x" })))
      local client
      client = made:new_client { secrets = function()
         -- a hook that makes sure of the same name
         local _, err = client.connections.ensure(tenant.definition { name = "Weather" })
         error(err and err.kind or "none")
      end }
      local oauth = tenant.oauth { name = "Weather" }
      assert(connections.ensure(oauth))
      oauth.auth.clientSecret, oauth.description = nil, "new"
      local none, err = client.connections.ensure(oauth, { timeout = 5 })
      assert.is_nil(none)
      assert.equal("config", err.kind)
      local again = { connections.ensure(tenant.definition { name = "Weather" }, { timeout = 5 }) }
      assert.equal("unchanged", again[2])
   end)

   it("tells of a twin that somebody else made meanwhile, with both refs", function()
      made:stop()
      made = tenant.start { unique_names = false }
      local refs = {}
      local client = made:new_client { on_event = function(event)
         local is_create = event.type == "request" and event.method == "POST" and event.url:find "/v2/connections$"
         if is_create and not refs[1] then
            refs[1] = assert(made:new_client().connections.create(tenant.definition())).ref
         end
      end }
      local none, err = client.connections.ensure(tenant.definition())
      assert.is_nil(none)
      assert.equal("conflict", err.kind)
      refs[2] = err.connection.ref
      table.sort(refs)
      table.sort(err.refs)
      assert.same(refs, err.refs)
      for _, ref in ipairs(refs) do assert.matches(ref, err.message, 1, true) end
   end)

   it("warns when the look after the create fails", function()
      local client = made:new_client { on_event = function(event)
         if event.type == "response" and event.method == "POST" and event.url:find "/v2/connections$" then
            made.emulator:fail { method = "GET", path = "/v2/connections", status = 500, times = 10 }
         end
      end }
      local made_sure, what = client.connections.ensure(tenant.definition(), { retry = false })
      assert.equal("created", what)
      assert.equal("twin_unknown", personalize.meta(made_sure).warnings[1].code)
   end)

   it("carries the warnings of what it wrote", function()
      local result = assert(connections.ensure(tenant.definition { name = "W-1" }))
      assert.equal("name_hyphen", personalize.meta(result).warnings[1].code)
      assert.same({ "holds a hyphen, which breaks references from programmable decisions; "
         .. "write a space" }, made:warnings())
   end)
end)

describe("ensure_all", function()
   local made, connections

   before_each(function()
      made = tenant.start()
      connections = made.connections
   end)

   after_each(function() made:stop() end)

   it("asks for the list once before and once after, and makes what is missing", function()
      local there = made:create { name = "C3", description = "old" }
      made:create { name = "C4" }
      local definitions = {}
      for index = 1, 60 do
         definitions[index] = tenant.definition { name = "C" .. index, description = index == 3 and "new" or nil }
      end
      local before, progress = #made:calls(), {}
      local results, errors, outcomes = connections.ensure_all(definitions, { concurrency = 8,
         on_progress = function(_, total, item) progress[item.name] = total end })
      assert.same({}, errors)
      assert.equal(60, results.n)
      assert.same({ "created", "updated", "unchanged" }, { outcomes[1], outcomes[3], outcomes[4] })
      assert.equal(there.ref, results[3].ref)
      assert.equal(60, progress.C60)
      local lists = 0
      for index, call in ipairs(made:calls()) do
         if index > before and call:find "^GET /v2/connections$" then lists = lists + 1 end
      end
      assert.equal(2, lists)
      results, errors, outcomes = connections.ensure_all(definitions)
      assert.same({ {}, "unchanged", "C60" }, { errors, outcomes[60], results[60].name })
   end)

   it("asks for the list once where nothing was created", function()
      made:create { name = "A" }
      made:create { name = "B", description = "old" }
      local before = #made:calls()
      local _, _, outcomes = connections.ensure_all { tenant.definition { name = "A" },
         tenant.definition { name = "B", description = "new" } }
      assert.same({ "unchanged", "updated" }, outcomes)
      local calls = made:calls()
      assert.same({ "GET /v2/connections" }, { calls[before + 1] })
      for index = before + 2, #calls do assert.not_equal("GET /v2/connections", calls[index]) end
   end)

   it("warns with each result when the look after the creates fails", function()
      local client = made:new_client { retry = false, on_event = function(event)
         if event.type == "response" and event.method == "POST" and event.url:find "/v2/connections$" then
            made.emulator:fail { method = "GET", path = "/v2/connections", status = 500, times = 10 }
         end
      end }
      local results, errors, outcomes = client.connections.ensure_all { tenant.definition { name = "A" },
         tenant.definition { name = "B" } }
      assert.same({ {}, { "created", "created" } }, { errors, outcomes })
      for index, name in ipairs { "A", "B" } do
         local warning = personalize.meta(results[index]).warnings[1]
         assert.equal("twin_unknown", warning.code)
         assert.matches(('somebody else created "%s"'):format(name), warning.message)
      end
   end)

   it("makes definitions of one name once, and refuses those that contradict each other", function()
      local same, other = tenant.definition { name = "A" }, tenant.definition { name = "B", description = "x" }
      local results, errors, outcomes = connections.ensure_all { same, tenant.definition { name = "A" },
         tenant.definition { name = "B" }, other, { name = "C" }, connections.build "D" }
      assert.equal(results[1].ref, results[2].ref)
      assert.same({ "created", "unchanged" }, { outcomes[1], outcomes[2] })
      assert.equal("conflict", errors[3].kind)
      assert.matches('definitions 3, 4 are all named "B", and differ', errors[4].message)
      assert.equal("validation", errors[5].kind)
      assert.equal("validation", errors[6].kind)
      assert.equal(1, #assert(connections.list()))
   end)

   it("names some of many definitions that contradict each other", function()
      local definitions = {}
      for index = 1, 50 do definitions[index] = tenant.definition { name = "A", description = tostring(index) } end
      local errors = select(2, connections.ensure_all(definitions))
      for _, index in ipairs { 1, 50 } do
         assert.equal('definitions 1, 2, 3, 4, 5 and 45 more are all named "A", and differ: which one is meant cannot '
            .. "be told", errors[index].message)
      end
   end)

   it("has the list's error for each when it fails, and makes nothing of no definitions", function()
      made.emulator:fail { method = "GET", path = "/v2/connections", status = 403, times = 1 }
      local results, errors = connections.ensure_all {
         tenant.definition { name = "A" }, tenant.definition { name = "B" } }
      assert.same({ n = 2 }, results)
      assert.same({ "forbidden", "forbidden" }, { errors[1].kind, errors[2].kind })
      made.emulator:fail { method = "GET", path = "/v2/connections", status = 403, times = 1 }
      errors = select(2, connections.ensure_all { tenant.definition { name = "A" }, tenant.definition { name = "A" },
         tenant.definition { name = "B" } })
      assert.same({ "forbidden", "forbidden", "forbidden" }, { errors[1].kind, errors[2].kind, errors[3].kind })
      local calls = #made:calls()
      assert.same({ n = 0 }, (connections.ensure_all {}))
      assert.equal(calls, #made:calls())
      assert.has_error(function() connections.ensure_all { "x" } end)
      assert.has_error(function() connections.ensure_all({}, { concurency = 1 }) end)
   end)

   it("is in turn with ensure and with itself", function()
      local definitions = {}
      for index = 1, 10 do definitions[index] = tenant.definition { name = "T" .. index } end
      local _, errors = personalize.map({ 1, 2, 3, 4 }, function(number)
         if number % 2 == 0 then return connections.ensure(definitions[number]) end
         local results, failed = connections.ensure_all(definitions)
         return results, failed[1]
      end)
      assert.same({}, errors)
      assert.equal(10, #assert(connections.list()))
   end)

   -- Processes cannot be held back: each twin is told by at least one of them, with both refs.
   it("tells of every twin that several processes made", function()
      local prefix = ("%s -e 'package.path, package.cpath = %q, %q' spec/support/ensuring_process.lua"):format(
         require "spec.support.interpreter", package.path, package.cpath)
      local options = made.emulator:options()
      for round = 1, 50 do
         local running = {}
         for index = 1, 4 do
            running[index] = assert(io.popen(("%s %s %s %s %s %d"):format(prefix, options.base_url, options.token_url,
               options.client_id, options.client_secret, round)))
         end
         local told = {}
         for _, process in ipairs(running) do
            for line in process:lines() do told[line] = true end
            process:close()
         end
         local refs_of = {}
         for _, each in ipairs(assert(connections.list())) do
            if each.name:find("^R" .. round .. " ") then
               refs_of[each.name] = refs_of[each.name] or {}
               table.insert(refs_of[each.name], each.ref)
            end
         end
         for index = 1, 10 do
            local refs = refs_of[("R%d %d"):format(round, index)]
            assert.is_true(#refs >= 1)
            for _, ref in ipairs(#refs > 1 and refs or {}) do
               assert.is_true(told[ref], "a twin that nobody told of")
            end
         end
      end
   end)
end)
