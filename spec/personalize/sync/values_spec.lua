-- One folder for several environments: values, and references that are compared.
local entry_of = require("personalize.sync.folder").entry
local folder = require "spec.support.folder"
local json = require "personalize.json"
local sync = require "personalize.sync"
local tenant = require "spec.support.tenant"
local values_of = require "personalize.sync.values"

describe("values of an environment", function()
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

   local function write(name, members)
      folder.write(path, name, assert(json.encode(tenant.definition(members), { pretty = true })))
   end

   local function plan(values, options)
      options = options or {}
      options.values = values
      return assert(sync.plan(made.client, path, options))
   end

   local function codes(list)
      local found = {}
      for index, each in ipairs(list) do found[index] = ("%s %s"):format(each.code, each.path) end
      return found
   end

   it("replace texts in every string, in one pass, the longest first", function()
      write("a.json", { name = "A", description = "see a.example.com, a.example.community",
         request = { requestType = "POST", connectionUrl = "https://a.example.com/x?to=https%3A//a.example.com",
            requestBody = '{"u": "https://a.example.com/v1", "v": "first second"}' },
         customHeaders = json.array { { name = "Origin", value = "https://a.example.com" } },
         auth = { authType = "OAUTH", clientId = "a.example.com", accessTokenUrl = "https://a.example.com/token",
            clientSecret = "s3cr3t-value",
            formUrlEncodedItems = json.array { { name = "scope", value = "first" } } },
         zebra = { deep = json.array { "a.example.com" } } })
      local values = { replace = { ["a.example.com"] = "b.example.com", ["b.example.com"] = "c.example.com",
         ["a.example.community"] = "x", first = "second", second = "first" } }
      local result = assert(plan(values):apply())
      local sent = assert(made.connections.get(result.created[1].ref))
      assert.equal("see b.example.com, x", sent.description)
      assert.equal("https://b.example.com/x?to=https%3A//b.example.com", sent.request.connectionUrl)
      assert.equal('{"u": "https://b.example.com/v1", "v": "second first"}', sent.request.requestBody)
      assert.equal("https://b.example.com", sent.customHeaders[1].value)
      assert.same({ "b.example.com", "https://b.example.com/token", "second" },
         { sent.auth.clientId, sent.auth.accessTokenUrl, sent.auth.formUrlEncodedItems[1].value })
      assert.equal("b.example.com", sent.zebra.deep[1])
      local again = plan(values)
      assert.is_true(again:is_empty(), tostring(again))
      assert.is_false(plan():is_empty())
   end)

   it("change single connections, which the file leaves as they are", function()
      write("a.json", { name = "A", customHeaders = json.array { { name = "Accept", value = "x" } } })
      write("b.json", { name = "B", auth = { authType = "OAUTH", clientId = "id", clientSecret = "s3cr3t-value",
         accessTokenUrl = "https://example.com/t" } })
      environment.A_KEY = "of the environment"
      local values = { connections = {
         A = { connectionTimeout = 7000,
            customHeaders = json.array { { name = "X-Api-Key", value = { ["$env"] = "A_KEY" } } } },
         B = { auth = { authType = "NONE" } },
      } }
      local it_is = plan(values)
      assert.same({ "customHeaders[1].value", "env", "A_KEY" }, { it_is.creates[1].references[1].path,
         it_is.creates[1].references[1].kind, it_is.creates[1].references[1].target })
      assert.matches("create   \"A\" %(a.json%)\n +customHeaders%[1%]%.value is %$env A_KEY\n", tostring(it_is))
      assert(it_is:apply())
      local a, b = assert(made.connections.find "A"), assert(made.connections.find "B")
      assert.same({ 7000, "of the environment" }, { a.connectionTimeout, a.customHeaders[1].value })
      assert.same({ "NONE" }, { b.auth.authType, b.auth.clientId })
      assert.is_true(plan(values):is_empty())
   end)

   it("are saved with the plan, in the definitions", function()
      write("a.json", { name = "A", description = "old" })
      local saved = path .. "/../values-" .. path:match "[^/]*$" .. ".plan"
      assert(plan({ replace = { old = "new" } }):save(saved))
      assert(assert(sync.load(made.client, saved)):apply())
      os.remove(saved)
      assert.equal("new", assert(made.connections.find "A").description)
   end)

   it("warn of what stands nowhere, and of old hosts that are left", function()
      write("a.json", { name = "A at a.example.com", description = "A.Example.com",
         request = { requestType = "GET", connectionUrl = "https://a.example.com/v1" },
         customHeaders = json.array { { name = "X-Of", value = "https://a.example.com/v2" } },
         zebra = { ["a.example.com"] = 1 } })
      local it_is = plan { replace = { ["https://a.example.com/v1"] = "https://b.a.example.com/v1",
         ["https://none.example.com"] = "https://x.example.com" },
         connections = { ["A at a.example.com"] = { icon = "https://a.example.com/i.svg" } } }
      assert.same({ "old_value_left customHeaders[1].value", "old_value_left description", "old_value_left icon",
         "old_value_left name", "old_value_left zebra.a.example.com", "value_unused replace" },
         (function(list)
            local found = {}
            for _, each in ipairs(list) do
               if each:find "^old_value_left" or each:find "^value_unused" then found[#found + 1] = each end
            end
            table.sort(found)
            return found
         end)(codes(it_is.warnings)))
      for _, warning in ipairs(it_is.warnings) do
         if warning.path == "description" then
            assert.same({ "a.json", "has \"a.example.com\", which values replaces elsewhere" },
               { warning.file, warning.message })
            assert.is_number(warning.line)
         end
      end
      it_is = plan { replace = { ["a.example.com"] = "b.example.com" }, connections = {
         ["A at a.example.com"] = { description = "new", zebra = json.null } } }
      assert.same({ "old_value_left name", "old_value_left zebra.a.example.com" }, { codes(it_is.warnings)[1],
         codes(it_is.warnings)[2] })
   end)

   it("are refused in one line where they make no sense", function()
      write("a.json", { name = "Weather" })
      local function refused(text)
         folder.write(path, ".values", text)
         local none, err = sync.plan(made.client, path, { values = path .. "/.values" })
         assert.is_nil(none, text)
         assert.equal("config", err.kind)
         assert.not_matches("\n", tostring(err))
         return err.message:gsub("^.*/%.values: ", "")
      end
      assert.equal("invalid JSON at line 1, column 2: the text ends too early", (refused "{"))
      assert.equal("expected an object, got an array", (refused "[]"))
      assert.equal("expected an object, got 5", (refused "5"))
      assert.equal('unknown member "replaces" (did you mean "replace"?)', (refused '{"replaces": {}}'))
      assert.equal("replace: expected an object that maps texts to texts, got an array", (refused '{"replace": []}'))
      assert.equal('replace: "a": expected a text, got 5', (refused '{"replace": {"a": 5}}'))
      assert.equal('replace: "a": expected a text, got null', (refused '{"replace": {"a": null}}'))
      assert.equal('replace: expected texts that are replaced, got ""', (refused '{"replace": {"": "x"}}'))
      assert.equal("connections: expected an object that maps names to changes, got null",
         (refused '{"connections": null}'))
      assert.equal('connections: "Weather": expected an object, got "x"', (refused '{"connections": {"Weather": "x"}}'))
      assert.equal('connections: no connection is named "Wether" (did you mean "Weather"?)',
         (refused '{"connections": {"Wether": {}}}'))
      assert.equal('connections: "Weather": name cannot be another by values',
         (refused '{"connections": {"Weather": {"name": "x"}}}'))
      assert.equal('connections: "Weather": revision cannot be another by values',
         (refused '{"connections": {"Weather": {"revision": 1}}}'))
      assert.equal("replace.a stands more than once", (refused '{"replace": {"a": "b", "a": "c"}}'))
      local _, err = sync.plan(made.client, path, { values = path .. "/none.json" })
      assert.matches("none.json: No such file", err.message)
      assert(os.execute(("mkfifo '%s/pipe'"):format(path)))
      _, err = sync.plan(made.client, path, { values = path .. "/pipe" })
      assert.matches("is not a regular file", err.message)
      assert.has_error(function() sync.plan(made.client, path, { values = 5 }) end)
   end)

   it("have members and references that are checked like those of files", function()
      write("a.json", { name = "A" })
      local it_is = plan { connections = { A = { descripton = "x" } } }
      assert.matches("probably description is meant", it_is.problems[1].message)
      it_is = plan { connections = { A = { description = { ["$env"] = "HOME" } } } }
      assert.same({ "values", "connections.A.description" }, { it_is.problems[1].file, it_is.problems[1].path })
      assert.same({}, plan({ connections = { A = { description = { ["$env"] = "HOME" } } } },
         { references = "anywhere" }).problems)
   end)

   it("hold for a promotion, too", function()
      made:create { name = "A", description = "see a.example.com",
         request = { requestType = "GET", connectionUrl = "https://a.example.com/v1" } }
      local other = tenant.start()
      local options = { values = { replace = { ["a.example.com"] = "b.example.com" },
         connections = { A = { socketTimeout = 3000 } } } }
      assert(assert(sync.promote(made.client, other.client, options)):apply())
      local a = assert(other.connections.find "A")
      assert.same({ "see b.example.com", "https://b.example.com/v1", 3000 },
         { a.description, a.request.connectionUrl, a.socketTimeout })
      assert.is_true(assert(sync.promote(made.client, other.client, options)):is_empty())
      local _, err = sync.promote(made.client, other.client, { values = { connections = { B = {} } } })
      assert.equal("config", err.kind)
      other:stop()
   end)

   it("take time in proportion to texts and replacements", function()
      local replace, body = {}, {}
      for index = 1, 50 do replace["host" .. index .. ".example.com"] = "other" .. index .. ".example.com" end
      for index = 1, 20000 do body[index] = ("host%d.example.com"):format(index % 50 + 1) end
      write("a.json", { name = "A", description = table.concat(body, " ") })
      local begun = os.clock()
      local it_is = plan { replace = replace }
      assert.is_true(os.clock() - begun < 5)
      assert.same({}, codes(it_is.warnings))
   end)

   describe("references that stand for what the service returns", function()
      before_each(function()
         write("a.json", { name = "A", request = { requestType = "GET", connectionUrl = { ["$env"] = "A_URL" } },
            customHeaders = json.array { { name = "X-Api-Key", value = { ["$env"] = "A_KEY" } } },
            auth = { authType = "OAUTH", clientId = { ["$env"] = "A_ID" }, clientSecret = { ["$env"] = "A_SECRET" },
               accessTokenUrl = "https://example.com/t", useMutualTls = { ["$env"] = "A_FLAG" } } })
         environment.A_URL, environment.A_KEY, environment.A_ID = "https://a.example.com", "canary-key-1", "id"
         environment.A_SECRET, environment.A_FLAG = "canary-secret", "false"
         assert(plan():apply())
      end)

      it("are compared, write-only ones are not", function()
         local it_is = plan()
         assert.is_true(it_is:is_empty())
         assert.same({ "A" }, { it_is.uncompared[1] })
         environment.A_SECRET = "another"
         assert.is_true(plan():is_empty())
         for name, path_of in pairs { A_URL = "request.connectionUrl", A_KEY = "customHeaders[1].value",
            A_ID = "auth.clientId", A_FLAG = "auth.useMutualTls" } do
            local before = environment[name]
            environment[name] = name == "A_FLAG" and "true" or "https://canary.example.com"
            it_is = plan()
            assert.equal(1, #it_is.updates, name)
            assert.equal(path_of, it_is.updates[1].differences[1].path)
            assert.equal(1, #it_is.updates[1].differences)
            assert.not_matches("canary", tostring(it_is))
            environment[name] = before
         end
      end)

      it("are sent, and then there is nothing to do", function()
         environment.A_KEY, environment.A_FLAG = "canary-key-2", "true"
         assert(plan():apply())
         local a = assert(made.connections.find "A")
         assert.same({ "canary-key-2", true }, { a.customHeaders[1].value, a.auth.useMutualTls })
         assert.is_true(plan():is_empty())
      end)

      it("are taken for what is there where they lead nowhere", function()
         environment = {}
         local it_is = plan()
         assert.is_true(it_is:is_empty())
         assert.same({ {}, "A" }, { it_is.problems, it_is.uncompared[1] })
      end)
   end)
end)

describe("values", function()
   local function refusal(given)
      local read, err = values_of.read(given)
      assert.same({ nil, "config" }, { read, err.kind })
      return err.message
   end

   it("are read of a table, or of a file, whose path may have no folder", function()
      assert.same({ title = "values", replace = {}, connections = {} }, values_of.read {})
      local replace, connections = { a = "b" }, { A = { icon = "x" } }
      assert.same({ title = "values", replace = replace, connections = connections },
         values_of.read { replace = replace, connections = connections, ["$schema"] = 5 })
      local path = folder.new()
      folder.write(path, "v.json", '{"replace": {"a": "b"}}')
      assert.same({ title = path .. "/v.json", replace = replace, connections = {} }, values_of.read(path .. "/v.json"))
      folder.remove(path)
      assert.equal("README.md: invalid JSON at line 1, column 1: a value is missing", refusal "README.md")
      assert.equal("/tmp: is not a regular file", refusal "/tmp")
   end)

   it("are refused with what is wrong", function()
      assert.equal('values: unknown member "xyz"', refusal { xyz = 1 })
      assert.equal("values: unknown member true", refusal { [true] = 1 })
      assert.equal("values: replace: expected an object that maps texts to texts, got null",
         refusal { replace = json.null })
      assert.equal("values: replace: expected texts that are replaced, got true",
         refusal { replace = { [true] = "x" } })
      assert.equal('values: replace: "a": expected a text, got an object', refusal { replace = { a = {} } })
      assert.equal('values: replace: "a": expected a text, got an array', refusal { replace = { a = { 1 } } })
      assert.equal("values: replace: expected an object that maps texts to texts, got 5",
         refusal { replace = 5, connections = 5 })
      assert.equal('values: connections: "A": expected an object, got null',
         refusal { connections = { A = json.null } })
   end)

   it("change entries in place, and tell of what they do not reach", function()
      local a, b = entry_of("a.json", { name = "A", icon = "old" }, true), entry_of("b.json", { name = "B" }, true)
      local source = { entries = { a, b }, problems = {}, warnings = {} }
      local read = values_of.read { replace = { old = "new", gone = "x" }, connections = { A = {
         description = { ["$env"] = "X" }, auth = { clientSecret = { ["$env"] = "Y" } } } } }
      assert.is_true(values_of.apply(read, source, { {}, { name = "A" }, { name = "B" } }))
      assert.same({ "new", 2, nil }, { a.given.icon, #a.references, b.expected })
      assert.is_string(a.expected)
      assert.same({ "values", "connections.A.description" }, { source.problems[1].file, source.problems[1].path })
      assert.equal(1, #source.problems)
      assert.same({ { file = "values", path = "replace", code = "value_unused",
         message = '"gone" stands in no connection' } }, source.warnings)
   end)

   it("name connections that there are, unless a file is broken, whose name they may be", function()
      local read = values_of.read { connections = { Wether = {}, B = {}, Zoo = {} } }
      local function apply(problems, ...)
         return values_of.apply(read, { entries = {}, problems = problems, warnings = {} }, { ... })
      end
      local done, err = apply({}, { name = "Weather" }, { name = "B" })
      assert.same({ nil, 'values: connections: no connection is named "Wether" (did you mean "Weather"?)' },
         { done, err.message })
      err = select(2, apply({}, { name = "Wether" }))
      assert.equal('values: connections: no connection is named "B"', err.message)
      assert.is_true(apply({}, { name = "Wether" }, { name = "B" }, { name = "Zoo" }))
      assert.is_true(apply({ {} }, { name = "B" }))
   end)
end)
