-- What the functions of connections as code take, whom they ask, and what they hand on.
local folder = require "spec.support.folder"
local json = require "personalize.json"
local sync = require "personalize.sync"
local tenant = require "spec.support.tenant"

local function env(name) return { ["$env"] = name } end

describe("connections as code", function()
   local made, other, path

   before_each(function() made, other, path = tenant.start(), tenant.start(), folder.new() end)

   after_each(function()
      made:stop()
      other:stop()
      folder.remove(path)
   end)

   local function write(name, members)
      local definition = tenant.definition(members)
      definition.name = name
      folder.write(path, name .. ".json", assert(json.encode(definition)))
   end

   local function plan(opts) return assert(sync.plan(made.client, path, opts)) end

   local function promotion(opts) return assert(sync.promote(made.client, other.client, opts)) end

   -- The kind and the message of a failure.
   local function failure(result, err)
      assert.is_nil(result)
      return { err.kind, err.message }
   end

   local function refuse_list(of) of.emulator:fail { method = "GET", path = "/v2/connections", status = 403 } end

   local function names_of(items)
      local names = {}
      for index, item in ipairs(items) do names[index] = item.name end
      return names
   end

   local function oauth(secret)
      return { authType = "OAUTH", clientId = "id", accessTokenUrl = "https://example.com/t", clientSecret = secret }
   end

   it("tells misuse at the line of the caller", function()
      local client = made.client
      for message, misuse in pairs {
         ["bad argument #1 to 'sync.export' (expected a client, got 5)"] = function()
            local v = sync.export(5) return v
         end,
         ["bad argument #2 to 'sync.export' (expected a string, got 5)"] = function()
            local v = sync.export(client, 5) return v
         end,
         ['sync.export: option "prune": expected a boolean, got 5'] = function()
            local v = sync.export(client, path, { prune = 5 }) return v
         end,
         ["bad argument #1 to 'sync.plan' (expected a client, got 5)"] = function() local v = sync.plan(5) return v end,
         ["bad argument #2 to 'sync.plan' (expected a string, got 5)"] = function()
            local v = sync.plan(client, 5) return v
         end,
         ['sync.plan: option "missing_secrets": expected "refuse" or "send", got 5'] = function()
            local v = sync.plan(client, path, { missing_secrets = 5 }) return v
         end,
         ["bad argument #1 to 'sync.load' (expected a client, got 5)"] = function() local v = sync.load(5) return v end,
         ["bad argument #2 to 'sync.load' (expected a string, got 5)"] = function()
            local v = sync.load(client, 5) return v
         end,
         ["bad argument #1 to 'sync.validate' (expected a path or an array of paths, got 5)"] = function()
            local v = sync.validate(5) return v
         end,
         ['sync.validate: option "references": expected "usual" or "anywhere", got 5'] = function()
            local v = sync.validate(path, { references = 5 }) return v
         end,
         ["bad argument #1 to 'sync.promote' (expected a client, got 5)"] = function()
            local v = sync.promote(5) return v
         end,
         ["bad argument #2 to 'sync.promote' (expected a client, got 5)"] = function()
            local v = sync.promote(client, 5) return v
         end,
         ['sync.promote: option "secrets": expected a function, got 5'] = function()
            local v = sync.promote(client, client, { secrets = 5 }) return v
         end,
         ['sync.promote: replace: option "urls": expected a table, got 5'] = function()
            local v = sync.promote(client, client, { replace = { urls = 5 } }) return v
         end,
      } do
         local _, said = pcall(misuse)
         assert.equal(message, (said:gsub("^spec/personalize/sync_spec.lua:%d+: ", "at ", 1):match "^at (.*)$"), said)
      end
   end)

   it("is called with a dot, or with a colon by mistake", function()
      write "A"
      assert.same({ "A.json" }, { (assert(sync.validate(path)).files[1]:match "[^/]*$") })
      assert.same({ "A.json" }, { (assert(sync:validate(path)).files[1]:match "[^/]*$") })
   end)

   it("is exported by names and as the options say", function()
      made:create { name = "A" }
      made:create { name = "B" }
      local exported = assert(sync.export(made.client, path, { names = "A", schema = false }))
      assert.same({ { "A.json" }, {} }, { { exported.written[1], exported.written[2] }, exported.unchanged })
      assert.is_nil(folder.contents(path)[".personalize.schema.json"])
   end)

   describe("planned", function()
      it("has all that its folder and the tenant tell", function()
         for _, name in ipairs { "C", "D" } do made:create { name = name, icon = "x" } end
         made:create { name = "E" }
         assert(made.connections.create(tenant.oauth { name = "F" }))
         assert(sync.export(made.client, path, { names = { "C", "F" }, schema = false }))
         write("A", { icon = 5 })
         write("B", { customHeaders = { { name = "X-Api-Key", value = "0123456789abcdef" } } })
         write("C", { icon = "y" })
         write("E", { auth = oauth "s3cr3t-value", icon = "y" })
         local it_is = plan()
         assert.matches("^http://127.0.0.1:%d+#%w+$", it_is.tenant)
         assert.same({ { "B" }, { "C", "E" }, {}, { "F" }, { "D" }, { "F" } }, { names_of(it_is.creates),
            names_of(it_is.updates), it_is.archives, names_of(it_is.unchanged), names_of(it_is.unmanaged),
            it_is.uncompared })
         assert.same({ "A.json", "icon" }, { it_is.problems[1].file, it_is.problems[1].path })
         assert.equal("credential_in_header", it_is.warnings[1].code)
         os.remove(path .. "/A.json")
         it_is = plan { archive_missing = true, names = "D" }
         assert.same({ {}, { "D" } }, { it_is.updates, names_of(it_is.archives) })
      end)

      it("warns of a folder without a connection that would have all of the tenant archived", function()
         assert.same({ {}, {} }, { plan({ archive_missing = true }).warnings, plan().warnings })
         made:create { name = "A" }
         local it_is = plan { archive_missing = true }
         assert.same({ { "A" }, { { file = path, path = "", code = "no_files", message = "has no file of a connection, "
            .. "and with archive_missing = true all connections are archived: is it the right folder?" } } },
            { names_of(it_is.archives), it_is.warnings })
         assert.same({}, plan().warnings)
         write "B"
         assert.same({ {}, { "A" } }, { plan({ archive_missing = true }).warnings,
            names_of(plan({ archive_missing = true }).archives) })
      end)

      it("is none where folder, tenant or values cannot be read", function()
         assert.same({ "config", path .. "/none: No such file or directory (expected a folder, such as an export "
            .. "makes)" }, failure(sync.plan(made.client, path .. "/none")))
         assert.same({ "config", path .. "/v.json: No such file or directory" },
            failure(sync.plan(made.client, path, { values = path .. "/v.json" })))
         assert.same({ "config", 'values: connections: no connection is named "X"' },
            failure(sync.plan(made.client, path, { values = { connections = { X = {} } } })))
         refuse_list(made)
         assert.equal("forbidden", failure(sync.plan(made.client, path))[1])
      end)

      it("knows connections by the lock, whose problems are the plan's", function()
         local ref = made:create({ name = "A" }).ref
         assert(sync.export(made.client, path, { schema = false }))
         os.rename(path .. "/A.json", path .. "/B.json")
         write("A", { icon = "y" })
         write "B"
         local it_is = plan()
         assert.same({ ref, nil }, { it_is.updates[1].ref, it_is.updates[1].rename })
         local lock = assert(json.decode(folder.read(path, "personalize.lock")))
         local key = next(lock.tenants)
         lock.tenants[key] = { ["B.json"] = ref }
         folder.write(path, "personalize.lock", assert(json.encode(lock)))
         os.remove(path .. "/A.json")
         assert.same({ from = "A", to = "B" }, plan().updates[1].rename)
         write "A"
         lock.tenants[key] = { ["A.json"] = ref, ["B.json"] = ref }
         folder.write(path, "personalize.lock", assert(json.encode(lock)))
         assert.matches("^personalize.lock has the ref .* for A.json, too", plan().problems[1].message)
         folder.write(path, "personalize.lock", "{")
         it_is = plan()
         assert.same({ "personalize.lock", 1 }, { it_is.problems[1].file, #it_is.creates })
      end)

      it("has references looked up in its folder and in that of secrets, where they may be", function()
         local secrets = folder.new()
         folder.write(path, "one", "1")
         folder.write(secrets, "two", "2")
         write("A", { auth = oauth { ["$file"] = "one" } })
         write("B", { auth = oauth { ["$file"] = secrets .. "/two" } })
         local it_is = plan { secrets_folder = secrets }
         assert.same({ {}, { "A", "B" } }, { it_is.problems, names_of(it_is.creates) })
         local result = assert(it_is:apply())
         local stored = {}
         for _, item in ipairs(result.created) do
            stored[item.name] = made.emulator:stored_secret(item.ref, "clientSecret")
         end
         assert.same({ A = "1", B = "2" }, stored)
         assert.same({ "A", "B" }, { plan().uncompared[1], plan().uncompared[2] })
         folder.remove(secrets)
         write("C", { description = env "PATH" })
         it_is = plan()
         assert.same({ "C.json", "description" }, { it_is.problems[1].file, it_is.problems[1].path })
         assert.same({}, plan({ references = "anywhere", names = "C" }).problems)
      end)

      it("has the values of the tenant, with references where they may be", function()
         write("A", { icon = "old" })
         local values = { replace = { old = "new", gone = "x" }, connections = { A = { description = env "PATH" } } }
         local it_is = plan { values = values, references = "anywhere" }
         assert.same({ {}, "value_unused" }, { it_is.problems, it_is.warnings[1].code })
         assert.equal("description", it_is.creates[1].references[1].path)
         assert.equal("connections.A.description", plan({ values = values }).problems[1].path)
         assert(it_is:apply())
         assert.equal("new", assert(made.connections.find "A").icon)
      end)

      it("is applied by its own options", function()
         local ref = assert(made.connections.create(tenant.oauth { name = "A" })).ref
         assert(sync.export(made.client, path, { schema = false }))
         write("A", { auth = oauth(nil), icon = "y" })
         assert.equal("auth.clientSecret", plan().problems[1].path)
         local asked
         assert(plan({ secrets = function(_, place)
            asked = place
            return "given"
         end }):apply())
         assert.same({ "auth.clientSecret", "given" }, { asked, made.emulator:stored_secret(ref, "clientSecret") })
         write("A", { auth = oauth(nil), icon = "z" })
         assert(plan({ missing_secrets = "send" }):apply())
         assert.equal("z", assert(made.connections.get(ref)).icon)
         assert(made.connections.patch(ref, { name = "B" }, { missing_secrets = "send" }))
         local it_is = plan { missing_secrets = "send" }
         assert.equal("conflict", failure(it_is:apply())[1])
         assert(plan({ missing_secrets = "send", renames = true }):apply())
         assert.equal("A", assert(made.connections.get(ref)).name)
      end)

      it("knows who was there, and needs no file to note what it made", function()
         made:create { name = "B" }
         write "A"
         local result = assert(plan():apply())
         assert.same({ { "A" }, {} }, { names_of(result.created), result.warnings })
      end)
   end)

   describe("loaded", function()
      it("is what was saved, or says why it is none", function()
         write "A"
         assert(plan():save(path .. "/plan"))
         local loaded = assert(sync.load(made.client, path .. "/plan"))
         assert.same({ "A" }, names_of(assert(loaded:apply()).created))
         assert.equal("config", failure(sync.load(made.client, path .. "/none"))[1])
      end)
   end)

   describe("validated", function()
      it("is judged as the options say", function()
         write("A", { descripton = "x", icon = env "PATH" })
         local function problems(opts)
            local checked, err = sync.validate(path, opts)
            local found = {}
            for index, each in ipairs((checked or err).problems) do found[index] = each.path end
            return found
         end
         assert.same({ "icon" }, problems { unknown_members = "send" })
         assert.same({ "descripton" }, problems { references = "anywhere" })
         assert.same({}, problems { unknown_members = "send", references = "anywhere" })
      end)
   end)

   describe("promoted", function()
      before_each(function()
         made:create { name = "A", icon = "old" }
         assert(made.connections.create(tenant.oauth { name = "B" }))
      end)

      it("has what is meant, with the values of the other tenant", function()
         local it_is = promotion { names = "A", replace = { urls = { ["api.example.com"] = "b.example" } },
            values = { replace = { old = "new" }, connections = { A = { description = env "PATH" } } },
            references = "anywhere" }
         assert.same({ { "A" }, {} }, { names_of(it_is.creates), it_is.problems })
         assert(it_is:apply())
         local a = assert(other.connections.find "A")
         assert.same({ "new", "https://b.example/v1", os.getenv "PATH" }, { a.icon, a.request.connectionUrl,
            a.description })
         assert.equal("connections.A.description", promotion({ names = "A",
            values = { connections = { A = { description = env "PATH" } } } }).problems[1].path)
         -- values may name what is not meant, as long as it is there
         it_is = promotion { names = "A", values = { connections = { B = { icon = "x" } } } }
         assert.same({ { "A" }, {} }, { names_of(it_is.updates), it_is.problems })
      end)

      it("has references looked up below the folder of secrets", function()
         folder.write(path, "secret", "of a file")
         local secrets = { B_CLIENT_SECRET = { ["$file"] = path .. "/secret" } }
         assert(promotion({ names = "B", replace = { secrets = secrets }, secrets_folder = path }):apply())
         local b = assert(other.connections.find "B")
         assert.equal("of a file", other.emulator:stored_secret(b.ref, "clientSecret"))
         local it_is = promotion { names = "B", replace = { secrets = secrets }, force_secrets = true }
         assert.matches("lies neither below the current folder nor below a folder", it_is.problems[1].message)
      end)

      it("is none where replacements or values make no sense, or a tenant cannot be listed", function()
         local function refusal(opts) return failure(sync.promote(made.client, other.client, opts)) end
         assert.same({ "config", 'replace.urls: expected texts that stand in the place of others, got 5 for "a"' },
            refusal { replace = { urls = { a = 5 } } })
         assert.same({ "config", path .. "/v.json: No such file or directory" }, refusal { values = path .. "/v.json" })
         assert.same({ "config", 'values: connections: no connection is named "Other"' },
            refusal { values = { connections = { Other = {} } } })
         refuse_list(made)
         assert.equal("forbidden", refusal()[1])
         refuse_list(other)
         assert.equal("forbidden", refusal()[1])
      end)
   end)
end)
