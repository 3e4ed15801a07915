-- What a plan says of a folder and a tenant.
local folder = require "spec.support.folder"
local personalize = require "personalize"
local plan_of = require "personalize.sync.plan"
local sync = require "personalize.sync"
local tenant = require "spec.support.tenant"

local weather = [[{
  "name": "Weather",
  "auth": {"authType": "NONE"},
  "request": {"requestType": "GET", "connectionUrl": "https://api.example.com/v1"},
  "systemType": "DATA_SYSTEM"
}
]]

local function oauth(name, secret)
   return ([[{"name": %q, "systemType": "DATA_SYSTEM",
      "auth": {"authType": "OAUTH", "clientId": "id", "accessTokenUrl": "https://example.com/t", "clientSecret": %s},
      "request": {"requestType": "GET", "connectionUrl": "https://api.example.com/v1"}}]]):format(name, secret)
end

describe("a plan", function()
   local made, path, environment, getenv

   before_each(function()
      made, path, environment, getenv = tenant.start(), folder.new(), {}, os.getenv
      os.getenv = function(name) return environment[name] or getenv(name) end -- luacheck: ignore
   end)

   after_each(function()
      os.getenv = getenv -- luacheck: ignore
      made:stop()
      folder.remove(path)
   end)

   local function plan(options) return assert(sync.plan(made.client, path, options)) end

   local function problems_of(options)
      local lines = {}
      for index, problem in ipairs(plan(options).problems) do
         lines[index] = ("%s:%s %s: %s"):format(problem.file, problem.line or "", problem.path or "", problem.message)
      end
      return lines
   end

   local function writes()
      local counts = made.emulator:counts()
      return counts.creates + counts.updates
   end

   it("of an empty folder and an empty tenant is empty", function()
      local it_is = plan()
      assert.is_true(it_is:is_empty())
      assert.matches("^Plan for http://127.0.0.1:%d+: nothing to do%.$", tostring(it_is))
      assert.same({}, assert(it_is:apply()).created)
   end)

   it("creates, updates and leaves alone", function()
      folder.write(path, "weather.json", weather)
      local first = plan()
      assert.equal(1, #first.creates)
      assert.equal("weather.json", first.creates[1].file)
      local result = assert(first:apply())
      assert.equal("Weather", result.created[1].name)
      assert.equal("1 created.", tostring(result))
      local ref = result.created[1].ref
      assert.is_true(plan():is_empty())

      folder.write(path, "weather.json", (weather:gsub("/v1", "/v2")))
      assert(made.connections.create(tenant.definition { name = "Other" }))
      local second = plan()
      assert.equal(0, #second.creates)
      local update = second.updates[1]
      assert.equal(ref, update.ref)
      assert.equal("request.connectionUrl", update.differences[1].path)
      assert.equal("https://api.example.com/v1", update.differences[1].old)
      assert.equal("https://api.example.com/v2", update.differences[1].new)
      assert.is_string(update.modifiedAt)
      assert.equal("Other", second.unmanaged[1].name)
      local text = tostring(second)
      assert.matches('update   "Weather" %(weather.json%), .*changed 20%d%d%-', text)
      assert.matches('request.connectionUrl: "https://api.example.com/v1" %-> "https://api.example.com/v2"', text)
      assert.matches('1 connection is in the tenant and in no file, left alone: "Other"', text)
      assert.equal("1 updated.", tostring(assert(second:apply())))
      assert.equal("https://api.example.com/v2", assert(made.connections.get(ref)).request.connectionUrl)
   end)

   it("leaves what a file does not give, and formatting, alone", function()
      local created = made:create { description = "by city", unknown = { a = 1 } }
      folder.write(path, "x.json", (weather:gsub("DATA_SYSTEM", "DESTINATION"):gsub("\n", "  \t\n")))
      assert(plan():apply())
      local now = assert(made.connections.get(created.ref))
      assert.equal("DESTINATION", now.systemType)
      assert.equal("by city", now.description)
      assert.same({ a = 1 }, now.unknown)
   end)

   it("reports everything that is broken, with file, line and path, and sends nothing", function()
      folder.write(path, "a.json", '{\n  "name": "A",\n  "auth": {"authType": }\n}')
      folder.write(path, "b.json", '{\n  "name": "B",\n  "auth": {"authType": "NONE"},\n'
         .. '  "request": {\n    "requestType": 5,\n    "connectionUrl": "https://x.example"},\n'
         .. '  "systemType": "DATA_SYSTEM", "connectionTimeout": "soon"\n}')
      folder.write(path, "c.json", "[1]")
      folder.write(path, "d.json", '{"name": "D",\n"name": "E"}')
      folder.write(path, "e.json", '{"description": "no name"}')
      folder.write(path, "f.json", oauth("F", '\n{"$env": "not a name"}'))
      folder.write(path, "fine.json", weather)
      os.execute(("ln -s /etc/passwd '%s/link.json'"):format(path))
      local lines = problems_of()
      assert.matches("^a.json:3 : invalid JSON at line 3, column 24", table.remove(lines, 1))
      assert.same({
         "b.json:5 request.requestType: expected a string, got a number",
         "b.json:7 connectionTimeout: expected an integer (milliseconds), got a string",
         "c.json:1 : expected a connection (an object)",
         "d.json:1 name: stands more than once",
         "e.json:1 name: is required (a string)",
         "f.json:2 auth.clientSecret: is no name of an environment variable: letters, digits and _",
         "link.json: : is a symbolic link, which is not followed",
      }, lines)
      local result, err = plan():apply()
      assert.is_nil(result)
      assert.equal("validation", err.kind)
      assert.equal(8, #err.problems)
      assert.equal(0, writes())
   end)

   it("refuses two files of one name", function()
      folder.write(path, "a.json", weather)
      folder.write(path, "b.json", weather)
      assert.same({ 'a.json: name: 2 files define "Weather": a.json, b.json',
         'b.json: name: 2 files define "Weather": a.json, b.json' }, problems_of())
   end)

   it("tells two connections of one name apart, and does not touch them", function()
      local first, second = made:create { description = "first" }, made:create { description = "second" }
      assert(sync.export(made.client, path))
      local exported = plan()
      assert.is_true(exported:is_empty())
      assert.equal(2, #exported.unchanged)
      local refs = { exported.unchanged[1].ref, exported.unchanged[2].ref }
      table.sort(refs)
      local expected = { first.ref, second.ref }
      table.sort(expected)
      assert.same(expected, refs)
      assert(made.connections.patch(first, { description = "changed" }))
      local lines = problems_of()
      assert.equal(1, #lines)
      assert.matches('2 files define "Weather"', lines[1])
   end)

   it("knows a connection in use from a retired one of its name", function()
      local retired = made:create { description = "old" }
      assert(made.connections.archive(retired))
      local live = made:create { description = "new" }
      assert(sync.export(made.client, path))
      local file
      for name, text in pairs(folder.contents(path)) do
         if text:find '"new"' and name:find "json$" then file = name end
      end
      assert.equal("Weather.json", file)
      folder.write(path, file, (folder.read(path, file):gsub('"new"', '"newer"')))
      local it_is = plan()
      assert.same({}, it_is.problems)
      assert.equal(live.ref, it_is.updates[1].ref)
      assert.equal(1, #it_is.unchanged)
   end)

   it("refuses a damaged lock, and says what to do", function()
      folder.write(path, "personalize.lock", "{")
      assert.matches("^personalize.lock: : invalid JSON.*it can be deleted", problems_of()[1])
      folder.write(path, "personalize.lock", '{"version": 2}')
      assert.matches("expected version 1, got 2", problems_of()[1])
      folder.write(path, "personalize.lock", '{"version": 1, "tenants": {"x": {"a.json": 5}}}')
      assert.matches("expected objects that map files to refs", problems_of()[1])
      local _, err = sync.export(made.client, path)
      assert.equal("validation", err.kind)
   end)

   it("says why a folder cannot be read", function()
      local none, err = sync.plan(made.client, path .. "/none")
      assert.is_nil(none)
      assert.equal("config", err.kind)
      assert.matches("none: No such file or directory %(expected a folder, such as an export makes%)$", err.message)
   end)

   it("looks up secrets only for what is sent, and before anything is", function()
      folder.write(path, "f.json", oauth("F", '{"$env": "F_SECRET"}'))
      folder.write(path, "g.json", oauth("G", '{"$file": "secret.txt"}'))
      folder.write(path, "w.json", weather)
      assert.same({ "f.json: auth.clientSecret: the environment variable F_SECRET is not set",
         "g.json: auth.clientSecret: the file secret.txt of a secret: No such file or directory" }, problems_of())
      environment.F_SECRET = "of the environment"
      folder.write(path, "secret.txt", "of a file\n")
      local it_is = plan()
      assert.same({}, it_is.problems)
      environment.F_SECRET = nil
      local _, err = it_is:apply()
      assert.equal("validation", err.kind)
      assert.equal(0, writes())
      environment.F_SECRET = "of the environment"
      local result = assert(it_is:apply())
      local refs = {}
      for _, item in ipairs(result.created) do refs[item.name] = item.ref end
      assert.equal("of the environment", made.emulator:stored_secret(refs.F, "clientSecret"))
      assert.equal("of a file", made.emulator:stored_secret(refs.G, "clientSecret"))
      environment.F_SECRET = nil
      local after = plan()
      assert.is_true(after:is_empty())
      assert.same({}, after.problems)
      assert.matches('Secrets can\'t be compared, so these may differ in them: "F", "G"', tostring(after))
      assert.equal(1, #plan({ force_secrets = true }).problems)
      environment.F_SECRET = "rotated"
      local forced = plan { force_secrets = true, names = "F" }
      assert.equal(1, #forced.updates)
      assert(forced:apply())
      assert.equal("rotated", made.emulator:stored_secret(refs.F, "clientSecret"))
   end)

   it("refuses to erase a secret", function()
      local created = assert(made.connections.create(tenant.oauth()))
      folder.write(path, "w.json", '{"name": "Weather", "systemType": "DESTINATION", "auth": {"authType": "OAUTH"}, '
         .. '"request": {"requestType": "GET", "connectionUrl": "https://api.example.com/v1"}}')
      assert.matches("^w.json: auth.clientSecret: is missing: the service never returns it", problems_of()[1])
      assert.same({}, problems_of { missing_secrets = "send" })
      assert(plan({ missing_secrets = "send" }):apply())
      assert.is_nil(made.emulator:stored_secret(created.ref, "clientSecret"))
   end)

   it("shows no secret, whatever way it is shown", function()
      environment.F_SECRET = "canary-1"
      folder.write(path, "f.json", oauth("F", '{"$env": "F_SECRET"}'))
      folder.write(path, "g.json", oauth("G", '"canary-2"'))
      local headers = '"customHeaders": [{"name": "X-Api-Key", "value": "canary-3"}], "auth"'
      folder.write(path, "w.json", (weather:gsub('"auth"', headers)))
      made:create { customHeaders = { { name = "X-Api-Key", value = "canary-4" } } }
      assert(made.connections.create(tenant.definition { name = "F" }))
      local it_is = plan()
      assert.equal(2, #it_is.updates)
      local saved = path .. "/plan"
      assert(it_is:save(saved))
      local loaded = assert(sync.load(made.client, saved))
      assert.equal("auth.clientSecret", loaded.warnings[1].path)
      assert.matches("\nwarning: g.json:2: auth.clientSecret: is a secret in clear text; a reference", tostring(loaded))
      for _, text in ipairs { tostring(it_is), tostring(loaded) } do assert.not_matches("canary", text) end
      assert.not_matches("canary%-[14]", folder.read(path, "plan"))
      assert.equal("600", (io.popen("stat -c %a '" .. saved .. "'"):read "*l"))
      local result = assert(it_is:apply())
      assert.not_matches("canary", tostring(result) .. personalize.json.encode(result))
   end)

   it("archives what is in no file, if told to, and removes nothing", function()
      local other = made:create { name = "Other" }
      folder.write(path, "w.json", weather)
      local it_is = plan { archive_missing = true }
      assert.equal("Other", it_is.archives[1].name)
      assert.same({}, it_is.unmanaged)
      local result = assert(it_is:apply())
      assert.equal("1 created, 1 archived.", tostring(result))
      assert.is_true(assert(made.connections.get(other)).archived)
      assert.is_true(plan({ archive_missing = true }):is_empty())
   end)

   it("has a problem where an object of a file cannot be told among several", function()
      local created, list = made:create(), made.connections.list
      made.connections.list = function(...) -- luacheck: ignore
         local found = assert(list(...))
         found[1].request = personalize.array { found[1].request, { requestType = "POST" } }
         return found
      end
      folder.write(path, "w.json", weather)
      assert.same({ "w.json: : request holds 2 objects: give the whole array" }, problems_of())
      assert.equal(created.ref, assert(list())[1].ref)
   end)

   it("does not archive where a broken file may be the one", function()
      made:create { name = "Other" }
      folder.write(path, "w.json", "{")
      assert.equal(0, #plan({ archive_missing = true }).archives)
   end)

   it("is of the names given alone", function()
      for _, name in ipairs { "Weather", "Weather 2", "Plug" } do
         folder.write(path, name .. ".json", (weather:gsub("Weather", name)))
      end
      made:create { name = "Weather 3" }
      made:create { name = "Other" }
      local it_is = plan { names = "Weather ?" }
      assert.equal("Weather 2", it_is.creates[1].name)
      assert.equal(1, #it_is.creates)
      assert.equal("Weather 3", it_is.unmanaged[1].name)
      assert.equal(1, #it_is.unmanaged)
      assert.equal(2, #plan({ names = { "Plug", "*2" } }).creates)
   end)

   it("raises for misuse", function()
      assert.has_error(function() sync.plan({}, path) end,
         "bad argument #1 to 'sync.plan' (expected a client, got a table)")
      assert.has_error(function() sync.plan(made.client, path, { name = "x" }) end,
         'sync.plan: unknown option "name" (did you mean "names"?)')
      assert.has_error(function() sync.plan(made.client) end)
      assert.has_error(function() plan():apply { concurrency = 0 } end)
   end)
end)

describe("the value of a plan", function()
   local function plan_with(counts)
      local made = { tenant = "https://a.example" }
      for _, name in ipairs { "creates", "updates", "archives", "unchanged", "unmanaged", "uncompared", "problems",
         "warnings" } do
         made[name] = {}
         for index = 1, counts[name] or 0 do made[name][index] = { name = "A", differences = {}, message = "m" } end
      end
      return plan_of.new(made, { opts = {}, done = {} })
   end

   it("is empty where nothing is to be sent", function()
      assert.is_true(plan_with({ unchanged = 1, unmanaged = 1, warnings = 1, problems = 1 }):is_empty())
      for _, counts in ipairs { { creates = 1 }, { updates = 1 }, { archives = 1 }, { creates = 1, updates = 1 },
         { updates = 1, archives = 1 } } do
         assert.is_false(plan_with(counts):is_empty())
      end
   end)

   it("is told from others, and shows itself", function()
      assert.same({ true, false, false, false }, { plan_of.is(plan_with {}), plan_of.is {}, plan_of.is "plan",
         plan_of.is(nil) })
      assert.equal("Plan for https://a.example: nothing to do.", tostring(plan_with {}))
   end)

   it("says before it is applied whether it may be", function()
      assert.is_true(plan_of.allow(plan_with {}, {}))
      local fine, err = plan_of.allow(plan_with { problems = 1 }, {})
      assert.same({ nil, "validation", "the plan has problems, nothing was sent: m" }, { fine, err.kind, err.message })
   end)

   it("has methods, which tell in the line of the caller what else they were called on", function()
      local methods = plan_with {}
      for _, name in ipairs { "is_empty", "apply", "save" } do
         for got, value in pairs { ["nil"] = false, ["a table"] = {}, ['"x"'] = "x" } do
            local _, message = pcall(function()
               local done = methods[name](value or nil)
               return done
            end)
            assert.equal(("bad argument #1 to '%s' (expected a plan, got %s): call it as plan:%s()"):format(name, got,
               name), (message:match "^spec/personalize/sync/plan_spec.lua:%d+: (.*)$"))
         end
      end
   end)
end)
