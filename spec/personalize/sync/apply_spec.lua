-- Applying plans: after failures, after changes by others, saved ones.
local errors = require "personalize.error"
local folder = require "spec.support.folder"
local personalize = require "personalize"
local sync = require "personalize.sync"
local tenant = require "spec.support.tenant"

local function text_of(name, url)
   return personalize.json.encode(tenant.definition { name = name,
      request = { requestType = "GET", connectionUrl = url or "https://api.example.com/" } })
end

describe("applying a plan", function()
   local made, path

   before_each(function() made, path = tenant.start(nil, { retry = false }), folder.new() end)

   after_each(function()
      made:stop()
      folder.remove(path)
   end)

   local function plan(options) return assert(sync.plan(made.client, path, options)) end

   local function write(names, url)
      for _, name in ipairs(names) do folder.write(path, name .. ".json", text_of(name, url)) end
   end

   local function names_of(list)
      local names = {}
      for index, item in ipairs(list) do names[index] = item.name end
      return names
   end

   local function writes()
      local counts = made.emulator:counts()
      return counts.creates + counts.updates
   end

   it("finishes after a partial failure", function()
      write { "A", "B", "C", "D" }
      local it_is = plan()
      made.emulator:fail { method = "POST", path = "/v2/connections", times = 2, status = 400 }
      local result, err = it_is:apply { concurrency = 1 }
      assert.is_nil(result)
      assert.equal("validation", err.kind)
      assert.matches("^2 failed, 0 not started; the first: ", err.message)
      assert.same({ "A", "B" }, names_of(err.result.failed))
      assert.is_true(errors.is(err.result.failed[1].error))
      assert.same({ "C", "D" }, names_of(err.result.created))
      assert.same({ "A.json", "B.json" }, { err.problems[1].path, err.problems[2].path })
      assert.matches('failed   "A" %(A.json%): validation %(400%)', tostring(err.result))
      assert.same({ "A", "B" }, names_of(assert(it_is:apply()).created))
      assert.is_true(plan():is_empty())
      assert.equal(4, writes())
   end)

   it("refuses what was changed since, and does the rest", function()
      local first, second = made:create { name = "A" }, made:create { name = "B" }
      write({ "A", "B", "C" }, "https://api.example.com/v9")
      local it_is = plan()
      assert(made.connections.patch(first, { description = "by somebody else" }))
      made:create { name = "C" }
      local result, err = it_is:apply()
      assert.is_nil(result)
      assert.equal("conflict", err.kind)
      assert.same({ "C", "A" }, names_of(err.result.failed))
      assert.matches('"A" was changed since the plan was made.*: plan again', err.result.failed[2].error.message)
      assert.matches("was created since the plan was made", err.result.failed[1].error.message)
      assert.same({ "B" }, names_of(err.result.updated))
      assert.equal("https://api.example.com/v9", assert(made.connections.get(second)).request.connectionUrl)
      assert.equal("by somebody else", assert(made.connections.get(first)).description)
      assert(plan():apply())
      assert.is_true(plan():is_empty())
   end)

   it("counts what somebody else has done already as done", function()
      local first = made:create { name = "A" }
      write({ "A", "B" }, "https://api.example.com/v9")
      local it_is = plan()
      local request = { requestType = "GET", connectionUrl = "https://api.example.com/v9" }
      assert(made.connections.patch(first, { request = request }))
      made:create { name = "B", request = request }
      local before = writes()
      assert.same({ "B", "A" }, names_of(assert(it_is:apply()).unchanged))
      assert.equal(before, writes())
   end)

   it("says why what it would archive cannot be retrieved, and leaves it", function()
      local other = made:create { name = "Other" }
      local it_is = plan { archive_missing = true }
      made.emulator:fail { method = "GET", path = "/v2/connections/" .. other.ref, status = 403 }
      local _, err = it_is:apply()
      assert.equal("forbidden", err.kind)
      assert.equal("forbidden", err.result.failed[1].error.kind)
      assert.equal(0, made.emulator:counts().updates)
      assert.equal(1, #assert(it_is:apply()).archived)
   end)

   it("stops when told to, and says what was done", function()
      write { "A", "B", "C", "D", "E" }
      local it_is, started = plan(), 0
      local result, err = it_is:apply { concurrency = 1, should_stop = function()
         started = started + 1
         return started > 2
      end }
      assert.is_nil(result)
      assert.equal("cancelled", err.kind)
      assert.same({ "A", "B" }, names_of(err.result.created))
      assert.same({ "C", "D", "E" }, names_of(err.result.not_started))
      assert.equal(2, writes())
      assert.same({ "C", "D", "E" }, names_of(assert(it_is:apply()).created))
      assert.equal(5, writes())
   end)

   it("tells of progress", function()
      write { "A", "B", "C" }
      local seen = {}
      assert(plan():apply { concurrency = 1, on_progress = function(done, total, item, what)
         seen[#seen + 1] = ("%d/%d %s %s"):format(done, total, item.name, what)
      end })
      assert.same({ "1/3 A created", "2/3 B created", "3/3 C created" }, seen)
   end)

   it("shows no secret that the service echoes, wherever it stood", function()
      local getenv = os.getenv
      os.getenv = function(name) -- luacheck: ignore
         return name == "MY_TEXT" and "canary-of-a-secret" or getenv(name)
      end
      folder.write(path, "A.json", (text_of("A"):gsub("^{", '{"zebra_token": {"$env": "MY_TEXT"},')))
      local it_is = plan()
      made.emulator:fail { method = "POST", path = "/v2/connections", status = 400,
         body = '{"message": "canary-of-a-secret is bad", "developerMessage": "x=canary-of-a-secret"}' }
      local _, err = it_is:apply()
      os.getenv = getenv -- luacheck: ignore
      local failed = err.result.failed[1].error
      assert.matches("^validation %(400%): %*%*%* is bad: x=%*%*%*", tostring(failed))
      assert.equal("x=***", failed.developer_message)
      for _, value in pairs(failed) do
         if type(value) == "string" then assert.not_matches("canary", value) end
      end
      assert.not_matches("canary", tostring(err))
   end)

   it("shows no secret that the service echoes in events, wherever it stood", function()
      local getenv, seen = os.getenv, {}
      os.getenv = function(name) -- luacheck: ignore
         return name == "HOOK_URL" and "https://hooks.example/canary-of-a-path" or getenv(name)
      end
      local client = made:new_client { retry = { attempts = 2, base_delay = 0.001 }, on_event = function(event)
         if event.error then seen[#seen + 1] = event.type .. ": " .. tostring(event.error) end
      end }
      folder.write(path, "A.json", (text_of("A", "URL"):gsub('"URL"', '{"$env": "HOOK_URL"}')))
      local it_is = assert(sync.plan(client, path))
      made.emulator:fail { method = "POST", path = "/v2/connections", status = 429, retry_after = 0, times = 2,
         body = '{"message": "https://hooks.example/canary-of-a-path is bad"}' }
      assert.is_nil((it_is:apply()))
      os.getenv = getenv -- luacheck: ignore
      assert.equal(3, #seen)
      for index, kind in ipairs { "response", "retry", "response" } do
         assert.matches("^" .. kind .. ": .*%*%*%* is bad", seen[index])
         assert.not_matches("canary", seen[index])
      end
   end)

   it("keeps the refs of several tenants in one lock", function()
      local other = tenant.start()
      write { "A" }
      assert(plan():apply())
      assert(assert(sync.plan(other.client, path)):apply())
      local count = 0
      for _, refs in pairs(personalize.json.decode(folder.read(path, "personalize.lock")).tenants) do
         count = count + 1
         assert.is_string(refs["A.json"])
      end
      assert.equal(2, count)
      assert.is_true(plan():is_empty() and assert(sync.plan(other.client, path)):is_empty())
      other:stop()
   end)

   it("takes a create whose answer was lost for done, when it can be told", function()
      write { "A" }
      made.emulator:fail { method = "POST", path = "/v2/connections", after = true, reset = true }
      local result, err = plan():apply()
      assert.same({ "A" }, names_of((result or err.result).created))
      assert.equal(1, made.emulator:counts().creates)
      assert.is_true(plan():is_empty())
   end)

   it("remembers refs in the lock, and does without when it cannot write it", function()
      write { "A" }
      local ref = assert(plan():apply()).created[1].ref
      local lock = personalize.json.decode(folder.read(path, "personalize.lock"))
      local key, refs = next(lock.tenants)
      assert.matches("^http://127.0.0.1:%d+#pqs", key)
      assert.same({ ["A.json"] = ref }, refs)
      os.execute(("rm '%s/personalize.lock'; mkdir '%s/personalize.lock'"):format(path, path))
      write { "B" }
      local problems = plan().problems
      assert.equal("personalize.lock", problems[1].file)
   end)

   describe("in its steps", function()
      local function rename(file, to)
         folder.write(path, file, (folder.read(path, file):gsub('"name":"[^"]*"', '"name":"' .. to .. '"')))
      end

      local function lists()
         local count = 0
         for _, call in ipairs(made:calls()) do
            if call:find "^GET /v2/connections%?" or call == "GET /v2/connections" then count = count + 1 end
         end
         return count
      end

      local function lock() return assert(personalize.json.decode(folder.read(path, "personalize.lock"))) end

      -- How many items had begun when the first was done.
      local function begun_at_first(it_is, options)
         local begun, at_first = 0, nil
         options.should_stop = function() begun = begun + 1 end
         options.on_progress = function() at_first = at_first or begun end
         assert(it_is:apply(options))
         return at_first
      end

      it("sends four at a time, or as many as it is told to, but renames alone", function()
         write { "A", "B", "C", "D", "E", "F" }
         assert.equal(4, begun_at_first(plan(), {}))
         write({ "A", "B", "C", "D", "E", "F" }, "https://api.example.com/v2")
         assert.equal(2, begun_at_first(plan(), { concurrency = 2 }))
         for _, name in ipairs { "A", "B", "C" } do rename(name .. ".json", name .. " new") end
         assert.equal(1, begun_at_first(plan(), { renames = true, concurrency = 3 }))
      end)

      it("tells of each item that is done, renames first, and of those that failed without what", function()
         write { "A", "B" }
         assert(plan():apply())
         rename("B.json", "Z")
         write({ "A", "C" }, "https://api.example.com/v2")
         local it_is, told = plan(), {}
         made.emulator:fail { method = "POST", path = "/v2/connections", status = 400 }
         local _, err = it_is:apply { renames = true, concurrency = 1, on_progress = function(done, total, item, what)
            told[#told + 1] = ("%d/%d %s %s"):format(done, total, item.name, tostring(what))
         end }
         assert.same({ "1/3 Z updated", "2/3 C nil", "3/3 A updated" }, told)
         assert.same({ "C" }, names_of(err.result.failed))
         -- what is done needs to be allowed no more
         assert.same({ "C" }, names_of(assert(it_is:apply()).created))
      end)

      it("may rename where that is allowed, by the plan or by this call", function()
         write { "A" }
         assert(plan():apply())
         rename("A.json", "B")
         for _, options in ipairs { {}, { renames = false } } do
            local _, err = plan():apply(options)
            assert.same({ "conflict", { { file = "A.json", path = "name", message = 'would rename "A" to "B"' } } },
               { err.kind, err.problems })
         end
         assert.equal("conflict", select(2, plan({ renames = true }):apply { renames = false }).kind)
         assert.same({ "B" }, names_of(assert(plan({ renames = true }):apply()).updated))
      end)

      it("gives nobody the name of one whose rename failed", function()
         write { "A" }
         local ref = assert(plan():apply()).created[1].ref
         rename("A.json", "B")
         folder.write(path, "new.json", text_of("A", "https://api.example.com/v2"))
         local it_is = plan { renames = true }
         made.emulator:fail { method = "PUT", path = "/v2/connections/" .. ref, status = 400 }
         local _, err = it_is:apply()
         assert.same({ "A", "B" }, names_of(err.result.failed))
         assert.matches("a connection of that name was created", err.result.failed[1].error.message)
         assert.same({ "A", "B" }, { names_of(assert(it_is:apply()).created)[1],
            assert(made.connections.get(ref)).name })
      end)

      it("looks for twins after creates and renames alone", function()
         write { "A" }
         local it_is, before = plan(), lists()
         assert(it_is:apply())
         assert.equal(2, lists() - before)
         write({ "A" }, "https://api.example.com/v2")
         it_is, before = plan(), lists()
         assert(it_is:apply())
         assert.equal(1, lists() - before)
         rename("A.json", "B")
         it_is, before = plan { renames = true }, lists()
         assert(it_is:apply())
         assert.equal(2, lists() - before)
         it_is, before = plan(), lists()
         assert(it_is:apply())
         assert.equal(0, lists() - before)
      end)

      it("sends nothing where a reference leads nowhere any more", function()
         folder.write(path, "key", "1")
         folder.write(path, "A.json", personalize.json.encode(tenant.definition { name = "A",
            customHeaders = { { name = "X-Api-Key", value = { ["$file"] = "key" } } } }))
         write { "B" }
         local it_is = plan()
         os.remove(path .. "/key")
         local result, err = it_is:apply()
         assert.same({ nil, "validation", 0 }, { result, err.kind, writes() })
         assert.same({ { file = "A.json", path = "customHeaders[1].value",
            message = "the file key of a secret: No such file or directory" } }, err.problems)
         folder.write(path, "key", "2")
         assert(it_is:apply())
         assert.equal("2", assert(made.connections.find "A").customHeaders[1].value)
         assert.same({ {}, true }, { plan().problems, plan():is_empty() })
      end)

      it("knows in the lock what it did, what was unchanged, and what was known before", function()
         local ref = made:create({ name = "A", request = { requestType = "GET",
            connectionUrl = "https://api.example.com/" } }).ref
         write { "A" }
         assert.same({}, assert(plan():apply()).warnings) -- nothing is to do
         local key = next(lock().tenants)
         assert.same({ ["A.json"] = ref }, lock().tenants[key])
         local known = lock()
         known.tenants[key]["Gone.json"], known.tenants[key]["B.json"] = "1", "2"
         folder.write(path, "personalize.lock", personalize.json.encode(known))
         write { "B" }
         made:create { name = "Other" }
         local result = assert(plan({ archive_missing = true }):apply())
         assert.same({ "Other" }, names_of(result.archived))
         assert.same({ ["A.json"] = ref, ["B.json"] = result.created[1].ref, ["Gone.json"] = "1" },
            lock().tenants[key])
      end)

      it("has the lock by the organisation also where only the plan knew that", function()
         local ref = made:create({ name = "A" }).ref
         write { "A" }
         local it_is = plan()
         made.emulator:fail { method = "PUT", path = "/v2/connections/" .. ref, status = 200,
            body = personalize.json.encode(tenant.definition { name = "A", ref = ref }) }
         assert(it_is:apply())
         assert.matches("#pqs", (next(lock().tenants)))
         assert.is_nil(next(lock().tenants, (next(lock().tenants))))
      end)

      it("is done also where the lock is damaged or the plan's file cannot be written, and says so", function()
         write { "A" }
         local it_is = plan()
         assert(it_is:save(path .. "/plan"))
         folder.write(path, "personalize.lock", "{")
         os.execute(("rm '%s/plan'; mkdir '%s/plan'"):format(path, path))
         local result = assert(it_is:apply())
         assert.matches("^the lock was not written: personalize.lock: invalid JSON", result.warnings[1])
         assert.equal(("what was created is not noted in the plan: %s/plan: is not a regular file"):format(path),
            result.warnings[2])
         assert.same({ "A" }, names_of(result.created))
      end)

      it("clears what a killed run left beside the plan", function()
         local beside = folder.new()
         write { "A" }
         local it_is = plan()
         assert(it_is:save(beside .. "/plan"))
         folder.write(beside, ".personalize-0123456789abcdef.tmp", "a secret")
         assert(it_is:apply())
         assert.is_nil(folder.contents(beside)[".personalize-0123456789abcdef.tmp"])
         folder.remove(beside)
      end)

      it("holds the tenant where its folder is gone, and says what it cannot write", function()
         write { "A" }
         local it_is, second = plan(), nil
         local other = plan()
         folder.remove(path)
         local result = assert(it_is:apply { on_progress = function() second = select(2, other:apply()) end })
         assert.matches(("^%s is in use: process %%d+ on .+, apply since "):format(made.emulator.url), second.message)
         assert.equal(("the lock was not written: %s/personalize.lock: No such file or directory"):format(path),
            result.warnings[1])
         path = folder.new()
      end)

      it("is refused where the connections tell another organisation than the plan's", function()
         made:create { name = "A" }
         write { "B" }
         assert(plan():save(path .. "/plan"))
         local saved = assert(personalize.json.decode(folder.read(path, "plan")))
         local own = saved.tenant
         saved.tenant, saved.organisation = own:gsub("#.*", "#another"), "another"
         folder.write(path, "plan", personalize.json.encode(saved))
         local result, err = assert(sync.load(made.client, path .. "/plan")):apply()
         assert.same({ nil, "config", ("the plan was made for another tenant, %s, and this is %s (another "
            .. "organisation): plan again"):format(saved.tenant, own) }, { result, err.kind, err.message })
         assert.equal(1, made.emulator:counts().creates)
      end)
   end)

   describe("that was saved", function()
      it("does the same, refuses what has moved, and is done once", function()
         local present = made:create { name = "A" }
         write({ "A", "B" }, "https://api.example.com/v9")
         local it_is = plan()
         assert(it_is:save(path .. "/plan"))
         local loaded = assert(sync.load(made.client, path .. "/plan"))
         assert.equal(tostring(it_is), tostring(loaded))
         local result = assert(loaded:apply())
         assert.same({ "A", "B" }, { result.updated[1].name, result.created[1].name })
         local again = assert(sync.load(made.client, path .. "/plan"))
         assert.same({ "B", "A" }, names_of(assert(again:apply()).unchanged))
         assert(made.connections.patch(present, { request = { connectionUrl = "https://api.example.com/v10" } }))
         local _, err = assert(sync.load(made.client, path .. "/plan")):apply()
         assert.equal("conflict", err.kind)
         assert.same({ "A" }, names_of(err.result.failed))
      end)

      it("knows the connection by all of it where the service states neither revision nor time", function()
         local present = made:create { name = "A", unknown = { 1, 2.5, "x" } }
         write({ "A" }, "https://api.example.com/v9")
         assert(plan():save(path .. "/plan"))
         local saved = assert(personalize.json.decode(folder.read(path, "plan")))
         assert.matches("^%x+$", saved.updates[1].fingerprint)
         saved.updates[1].revision, saved.updates[1].modifiedAt = nil, nil
         folder.write(path, "plan", personalize.json.encode(saved))
         local moved = assert(sync.load(made.client, path .. "/plan"))
         assert.equal("1 updated.", tostring(assert(assert(sync.load(made.client, path .. "/plan")):apply())))
         local request = { connectionUrl = "https://x.example" }
         assert(made.connections.patch(present, { description = "x", request = request }))
         local _, err = moved:apply()
         assert.equal("conflict", err.kind)
      end)

      it("is refused by another tenant", function()
         write { "A" }
         assert(plan():save(path .. "/plan"))
         local other = tenant.start()
         local loaded, err = sync.load(other.client, path .. "/plan")
         other:stop()
         assert.is_nil(loaded)
         assert.equal("config", err.kind)
         assert.matches("the plan is for http://127.0.0.1:%d+, the client for http://127.0.0.1:%d+$", err.message)
      end)

      it("is refused when it is damaged", function()
         for text, message in pairs {
            ["{"] = "invalid JSON", ["{}"] = "is no plan of this library", ["[]"] = "is no plan",
            ['{"format": "personalize plan", "version": 9}'] = "is a plan of version 9, expected 1",
            ['{"format": "personalize plan", "version": 1, "tenant": "x", "creates": [{}], "updates": [], '
               .. '"archives": [], "unchanged": [], "unmanaged": [], "uncompared": [], "problems": [], '
               .. '"warnings": []}'] =
               "creates%[1%] is incomplete",
         } do
            folder.write(path, "plan", text)
            local loaded, err = sync.load(made.client, path .. "/plan")
            assert.is_nil(loaded)
            assert.equal("decode", err.kind)
            assert.matches(message, err.message)
         end
         local _, err = sync.load(made.client, path .. "/none")
         assert.equal("config", err.kind)
      end)

      it("cannot be saved where there is no folder", function()
         local done, err = plan():save(path .. "/none/plan")
         assert.is_nil(done)
         assert.equal("config", err.kind)
      end)
   end)
end)
