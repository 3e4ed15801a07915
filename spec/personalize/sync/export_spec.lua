-- Connections as files, and from one tenant to another.
local command = require "spec.support.command"
local folder = require "spec.support.folder"
local native = require "personalize.native"
local personalize = require "personalize"
local read = require "spec.support.read"
local sync = require "personalize.sync"
local tenant = require "spec.support.tenant"

describe("an export", function()
   local made, path

   before_each(function() made, path = tenant.start(), folder.new() end)

   after_each(function()
      made:stop()
      folder.remove(path)
   end)

   local function export(options) return assert(sync.export(made.client, path, options)) end

   local function decoded(name) return assert(personalize.json.decode(folder.read(path, name))) end

   it("writes one canonical file for each connection, without what the service owns", function()
      made:create { description = "by city", zebra = 1, inputMappings = personalize.array {} }
      local result = export()
      assert.same({ "Weather.json" }, { result.written[1] })
      assert.equal([[{
  "$schema": "./.personalize.schema.json",
  "name": "Weather",
  "description": "by city",
  "archived": false,
  "auth": {
    "authType": "NONE"
  },
  "request": {
    "requestType": "GET",
    "connectionUrl": "https://api.example.com/v1"
  },
  "inputMappings": [],
  "systemType": "DATA_SYSTEM",
  "connectionTimeout": 1000,
  "socketTimeout": 1000,
  "icon": "assets/images/icons/connections/plug.svg",
  "zebra": 1
}
]], folder.read(path, "Weather.json"))
   end)

   it("has names for every name, within the folder", function()
      local names = { "../../x", "CON", ("n"):rep(300), "a\nb", "😀", "a.b", "trail ", "/etc/passwd", "weather",
         "Weather", ".hidden", "-rf", "nul.txt" }
      for _, name in ipairs(names) do made:create { name = name } end
      assert.equal(#names, #export().written)
      local seen = {}
      for name in pairs(folder.contents(path)) do
         assert.is_nil(seen[name:lower()])
         seen[name:lower()] = true
         local is_own = name == "personalize.lock" or name == ".personalize.schema.json"
         if not is_own then assert.matches("^[%w][%w_~-]*%.json$", name) end
      end
      local other = tenant.start()
      assert(assert(sync.plan(other.client, path)):apply())
      local found = {}
      for index, connection in ipairs(assert(other.connections.list())) do found[index] = connection.name end
      table.sort(found)
      table.sort(names)
      assert.same(names, found)
      other:stop()
   end)

   it("does not write what is the same, whatever its format and order", function()
      made:create()
      export()
      local text = folder.read(path, "Weather.json")
      local turned = personalize.json.encode(decoded "Weather.json")
      folder.write(path, "Weather.json", turned)
      local result = export()
      assert.same({}, { result.written[1] })
      assert.same({ "Weather.json" }, { result.unchanged[1] })
      assert.equal(turned, folder.read(path, "Weather.json"))
      assert.not_equal(text, turned)
   end)

   it("names the JSON Schema in new files, and lays it beside them", function()
      local created = made:create()
      export()
      assert.equal("./.personalize.schema.json", decoded("Weather.json")["$schema"])
      assert.equal(read "schema/connection.schema.json", folder.read(path, ".personalize.schema.json"))
      local plan = assert(sync.plan(made.client, path))
      assert.same({ true, 0, 1 }, { plan:is_empty(), #plan.problems, #plan.unchanged })
      assert(made.connections.patch(created, { description = "new" }))
      assert.same({ "Weather.json" }, { export().written[1] })
      assert.equal("./.personalize.schema.json", decoded("Weather.json")["$schema"])
      local function inode() return command.shell(("stat -c %%i '%s/.personalize.schema.json'"):format(path)) end
      local before = inode()
      export()
      assert.equal(before, inode()) -- not written anew
      folder.write(path, ".personalize.schema.json", "{}")
      export()
      assert.equal(read "schema/connection.schema.json", folder.read(path, ".personalize.schema.json"))
   end)

   it("leaves a file that names no schema, or another one, as it is", function()
      local created = made:create()
      export { schema = false }
      assert.is_nil(folder.contents(path)[".personalize.schema.json"])
      local text = folder.read(path, "Weather.json")
      assert.not_matches("schema", text)
      assert.same({}, { export().written[1] })
      assert.equal(text, folder.read(path, "Weather.json"))
      assert(made.connections.patch(created, { description = "new" }))
      assert.same({ "Weather.json" }, { export().written[1] })
      assert.is_nil(decoded("Weather.json")["$schema"])
      local other = decoded "Weather.json"
      other["$schema"] = "https://example.com/own.json"
      folder.write(path, "Weather.json", assert(personalize.json.encode(other)))
      assert.same({}, { export().written[1] })
      assert(made.connections.patch(created, { description = "newer" }))
      export()
      assert.equal("https://example.com/own.json", decoded("Weather.json")["$schema"])
      assert.is_nil(folder.contents(path)[".personalize.schema.json"])
      assert.is_true(assert(sync.plan(made.client, path)):is_empty())
   end)

   it("never sends the name of the schema, and keeps a member of that name that the service has", function()
      folder.write(path, "a.json", [[{"$schema": "./x.json", "name": "A", "systemType": "DATA_SYSTEM",
         "auth": {"authType": "NONE"}, "request": {}}]])
      assert(assert(sync.plan(made.client, path)):apply())
      local sent = assert(made.connections.find "A")
      assert.is_nil(sent["$schema"])
      sent["$schema"], sent["$$schema"] = "the service's", { ["$schema"] = 1 }
      assert(made.connections.update(sent, sent, { expect = false }))
      assert.is_true(assert(sync.plan(made.client, path)):is_empty())
      assert.same({ "a.json" }, { export().written[1] })
      local file = decoded "a.json"
      assert.same({ "./x.json", "the service's", { ["$schema"] = 1 } },
         { file["$schema"], file["$$schema"], file["$$$schema"] })
      assert.is_true(assert(sync.plan(made.client, path)):is_empty())
      local other = tenant.start()
      assert(assert(sync.plan(other.client, path)):apply())
      assert.equal("the service's", assert(other.connections.find "A")["$schema"])
      assert(assert(sync.promote(made.client, other.client)):is_empty())
      other:stop()
   end)

   it("keeps the names of files", function()
      local created = made:create()
      export()
      os.rename(path .. "/Weather.json", path .. "/mine.json")
      assert(made.connections.patch(created, { description = "new" }))
      assert.same({ "mine.json" }, { export().written[1] })
      assert.equal("new", decoded("mine.json").description)
   end)

   it("warns of files of connections that are gone, and removes them if told to", function()
      made:create()
      folder.write(path, "Old.json", '{"name": "Old"}')
      local result = export()
      assert.same({ "Old.json" }, { result.stale[1] })
      assert.matches("a plan would create it", result.warnings[1].message)
      assert.same({ "Old.json" }, { export({ prune = true }).removed[1] })
      assert.is_nil(folder.contents(path)["Old.json"])
      assert.equal(1, #assert(sync.plan(made.client, path)).unchanged)
   end)

   it("knows in the lock the files that it wrote, was not asked for, or left, and none that it removed", function()
      local refs = {}
      for _, name in ipairs { "A", "B", "C" } do refs[name] = made:create({ name = name }).ref end
      export()
      local key, before = next(decoded("personalize.lock").tenants)
      assert.same({ ["A.json"] = refs.A, ["B.json"] = refs.B, ["C.json"] = refs.C }, before)
      assert(made.connections.patch(refs.A, { name = "D" }))
      os.remove(path .. "/B.json")
      export { names = "C" }
      assert.same({ ["A.json"] = refs.A, ["C.json"] = refs.C }, decoded("personalize.lock").tenants[key])
      local lock = decoded "personalize.lock"
      lock.tenants[key]["Old.json"] = "1"
      folder.write(path, "personalize.lock", personalize.json.encode(lock))
      folder.write(path, "Old.json", '{"name": "Old"}')
      export()
      assert.same({ ["A.json"] = refs.A, ["B.json"] = refs.B, ["C.json"] = refs.C, ["Old.json"] = "1" },
         decoded("personalize.lock").tenants[key])
      local without = { ["A.json"] = refs.A, ["B.json"] = refs.B, ["C.json"] = refs.C }
      export { prune = true }
      assert.same(without, decoded("personalize.lock").tenants[key])
      -- a second line of a connection, whose file is gone
      for _, options in ipairs { {}, { names = "C" } } do
         lock.tenants[key] = { ["A.json"] = refs.A, ["B.json"] = refs.B, ["C.json"] = refs.C, ["Gone.json"] = refs.A }
         folder.write(path, "personalize.lock", personalize.json.encode(lock))
         export(options)
         assert.same(without, decoded("personalize.lock").tenants[key])
      end
   end)

   it("writes references where the service returns nothing, and keeps those that are there", function()
      assert(made.connections.create(tenant.oauth()))
      local result = export()
      assert.same({ ["$env"] = "WEATHER_CLIENT_SECRET" }, decoded("Weather.json").auth.clientSecret)
      assert.same({ file = "Weather.json", path = "auth.clientSecret", kind = "env", target = "WEATHER_CLIENT_SECRET" },
         result.references[1])
      local text = folder.read(path, "Weather.json"):gsub('"%$env": "[A-Z_]+"', '"$file": "/run/x"')
      folder.write(path, "Weather.json", text)
      assert.same({}, { export().references[1] })
      assert.same({ ["$file"] = "/run/x" }, decoded("Weather.json").auth.clientSecret)
   end)

   it("warns of credentials that the service returns, and makes references of them if told to", function()
      made:create { customHeaders = { { name = "Accept", value = "a/b" }, { name = "X-Api-Key", value = "canary" } } }
      local warned = export()
      assert.same({ file = "Weather.json", path = "customHeaders[2].value" }, warned.warnings[1].details[1])
      assert.equal("1 value looks like a credential and stands in 1 file (details name it); extract_secrets makes "
         .. "references where they can stand", warned.warnings[1].message)
      assert.not_matches("canary", tostring(warned))
      assert.matches("canary", folder.read(path, "Weather.json"))
      local extracted = export { extract_secrets = true }
      assert.equal("WEATHER_CUSTOM_HEADERS_X_API_KEY", extracted.references[1].target)
      assert.not_matches("canary", folder.read(path, "Weather.json"))
      assert.equal("a/b", decoded("Weather.json").customHeaders[1].value)
      assert.is_true(assert(sync.plan(made.client, path)):is_empty())
      assert.same({ ["$env"] = "WEATHER_CUSTOM_HEADERS_X_API_KEY" }, (function()
         export()
         return decoded("Weather.json").customHeaders[2].value
      end)())
   end)

   it("gives secrets of different connections different variables", function()
      for _, name in ipairs { "a b", "a-b", "A b", "9", "😀", "!" } do
         local definition = tenant.oauth { name = name }
         assert(made.connections.create(definition))
      end
      local seen = {}
      for _, each in ipairs(export().references) do
         assert.matches("^[A-Z][A-Z0-9_]*$", each.target)
         assert.is_nil(seen[each.target])
         seen[each.target] = true
      end
   end)

   it("writes files with credentials for their owner alone, also where one was for all", function()
      local function mode() return io.popen(("stat -c %%a '%s/Weather.json'"):format(path)):read "*l" end
      local created = made:create()
      export()
      os.execute(("chmod 644 '%s/Weather.json'"):format(path))
      assert(made.connections.patch(created, { customHeaders = { { name = "X-Api-Key", value = "canary" } } }))
      export()
      assert.equal("600", mode())
   end)

   it("extracts no word that is plainly no credential, and only where a reference can stand", function()
      made:create { request = { requestType = "POST", connectionUrl = "https://api.example.com/v1",
         requestBody = '{"key":"default","api_key":"sk-0123456789abcdef"}' }, exampleValue = '{"key": "default"}',
         customHeaders = { { name = "X-Kind", value = "none" }, { name = "X-Api-Key", value = "canary" } } }
      local extracted = export { extract_secrets = true }
      assert.equal(1, #extracted.references)
      assert.equal("WEATHER_CUSTOM_HEADERS_X_API_KEY", extracted.references[1].target)
      assert.is_string(decoded("Weather.json").request.requestBody)
      assert.equal("none", decoded("Weather.json").customHeaders[1].value)
      local environment = os.getenv
      os.getenv = function(name) -- luacheck: ignore
         return name == "WEATHER_CUSTOM_HEADERS_X_API_KEY" and "canary" or environment(name)
      end
      local plan = assert(sync.plan(made.client, path))
      os.getenv = environment -- luacheck: ignore
      assert.same({ true, 0 }, { plan:is_empty(), #plan.problems })
   end)

   it("escapes data that looks like a reference", function()
      made:create { unknown = { ["$env"] = "DATA", ["$$file"] = 1 } }
      export()
      assert.same({ ["$$env"] = "DATA", ["$$$file"] = 1 }, decoded("Weather.json").unknown)
      local plan = assert(sync.plan(made.client, path))
      assert.same({}, plan.problems)
      assert.is_true(plan:is_empty())
      local other = tenant.start()
      local ref = assert(assert(sync.plan(other.client, path)):apply()).created[1].ref
      assert.same({ ["$env"] = "DATA", ["$$file"] = 1 }, assert(other.connections.get(ref)).unknown)
      other:stop()
   end)

   it("writes nothing into a folder that is broken, nor through a link", function()
      made:create()
      folder.write(path, "broken.json", "{")
      local done, err = sync.export(made.client, path)
      assert.is_nil(done)
      assert.equal("validation", err.kind)
      assert.matches("^the folder is broken, nothing was written: broken.json:1: ", err.message)
      os.remove(path .. "/broken.json")
      local outside = os.tmpname()
      os.execute(("ln -s %s '%s/Weather.json'"):format(outside, path))
      done, err = sync.export(made.client, path)
      assert.is_nil(done)
      assert.matches("Weather.json: is a symbolic link", err.message)
      assert.equal("", assert(io.open(outside)):read "*a")
      os.remove(outside)
   end)

   it("says of each file that cannot be written or removed which it is, and what was written before", function()
      local own = {}
      finally(function()
         for name, each in pairs(own) do native.file[name] = each end
      end)
      -- Has a function fail for one file.
      local function fail(name, broken)
         own[name] = own[name] or native.file[name]
         native.file[name] = function(parent, child, ...)
            if child == broken then return nil, "broken", 5 end
            return own[name](parent, child, ...)
         end
      end
      local function failure(options)
         local result, err = sync.export(made.client, path, options)
         assert.same({ nil, "config" }, { result, err.kind })
         return err.message:sub(#path + 2), err.result
      end
      made:create { name = "A" }
      made:create { name = "B" }
      folder.write(path, "Old.json", '{"name": "Old"}')
      fail("write", "B.json")
      local message, result = failure()
      assert.same({ "B.json: broken (1 files were written before)", { "A.json" } }, { message, result.written })
      fail("write", ".personalize.schema.json")
      assert.equal(".personalize.schema.json: broken", (failure()))
      fail("write", "personalize.lock")
      assert.equal("personalize.lock: broken", (failure()))
      fail("write", nil)
      fail("remove", "Old.json")
      assert.equal("Old.json: broken", (failure { prune = true }))
   end)

   it("removes and tells of files of gone connections that it is asked for alone", function()
      made:create { name = "A" }
      for _, name in ipairs { "Old", "Other" } do folder.write(path, name .. ".json", ('{"name": %q}'):format(name)) end
      local result = export { names = { "A", "Ol*" } }
      assert.same({ { "Old.json" }, {}, { "Old.json", "stale_file" } }, { result.stale, result.removed,
         { result.warnings[1].file, result.warnings[1].code } })
      assert.equal(1, #result.warnings)
      result = export { names = { "A", "Ol*" }, prune = true }
      assert.same({ {}, { "Old.json" }, {} }, { result.stale, result.removed, result.warnings })
      assert.is_string(folder.contents(path)["Other.json"])
   end)

   it("is none where the tenant cannot be listed, or one of its connections be written", function()
      local function failure(of)
         local result, err = sync.export(of, path)
         assert.is_nil(result)
         assert.same({}, folder.contents(path))
         return { err.kind, err.message }
      end
      made:create()
      made.emulator:fail { method = "GET", path = "/v2/connections", status = 403 }
      assert.equal("forbidden", failure(made.client)[1])
      local deep = {}
      for _ = 1, 130 do deep = { deep } end
      local client = made:new_client { max_depth = 200 }
      local list = { items = { { name = "A", ref = "1", auth = {}, request = {}, zebra = deep } } }
      made.emulator:fail { method = "GET", path = "/v2/connections", status = 200,
         body = assert(personalize.json.encode(list, { max_depth = 2000 })) }
      assert.same({ "encode", "zebra: is nested too deeply (more than 128 levels), or contains itself" },
         failure(client))
      client:close()
   end)

   it("writes what may be a secret for its owner alone, and else as it is usual", function()
      local function is_private(name) return native.file.mode(path .. "/" .. name) == 384 end -- 0600
      made:create { name = "A" }
      made:create { name = "B", auth = { authType = "NEW", user = "someone" } }
      export()
      folder.write(path, "other", "")
      assert.same({ is_private "other", true }, { is_private "A.json", is_private "B.json" })
   end)

   it("says why a folder cannot be made", function()
      folder.write(path, "file", "")
      local done, err = sync.export(made.client, path .. "/file/x")
      assert.is_nil(done)
      assert.equal("config", err.kind)
      assert.matches("Not a directory", err.message)
      err = select(2, sync.export(made.client, path .. "/file"))
      assert.equal(path .. "/file: Not a directory (a folder is needed, or is made)", err.message)
   end)
end)

describe("a promotion", function()
   local from, to, getenv, environment

   before_each(function()
      from, to, environment, getenv = tenant.start(), tenant.start(), {}, os.getenv
      os.getenv = function(name) return environment[name] or getenv(name) end -- luacheck: ignore
   end)

   after_each(function()
      os.getenv = getenv -- luacheck: ignore
      from:stop()
      to:stop()
   end)

   it("carries over by name, with other URLs and secrets", function()
      local definition = tenant.oauth()
      definition.request.connectionUrl = "https://staging.example.com/v1?to=https://staging.example.com"
      assert(from.connections.create(definition))
      from:create { name = "Other" }
      assert(from.connections.archive(from:create { name = "Weather old" }))
      local options = { names = "Weather*", replace = {
         urls = { ["https://staging.example.com"] = "https://api.example.com", ["https://staging"] = "wrong",
            ["https://api.example.com"] = "wrong" },
         secrets = { WEATHER_CLIENT_SECRET = "PROD_SECRET" },
      } }
      local plan = assert(sync.promote(from.client, to.client, options))
      assert.equal("the environment variable PROD_SECRET is not set", plan.problems[1].message)
      environment.PROD_SECRET = "of production"
      plan = assert(sync.promote(from.client, to.client, options))
      assert.equal("Weather", plan.creates[1].name)
      assert.equal(1, #plan.creates)
      local created = assert(to.connections.get(assert(plan:apply()).created[1].ref))
      assert.equal("https://api.example.com/v1?to=https://api.example.com", created.request.connectionUrl)
      assert.equal("of production", to.emulator:stored_secret(created.ref, "clientSecret"))
      assert.is_true(assert(sync.promote(from.client, to.client, options)):is_empty())
   end)

   it("warns of credentials that it would carry over as they are", function()
      from:create { customHeaders = { { name = "X-Api-Key", value = "canary" } } }
      local plan = assert(sync.promote(from.client, to.client))
      assert.equal("customHeaders[1].value", plan.warnings[1].details[1].path)
      plan = assert(sync.promote(from.client, to.client, { extract_secrets = true }))
      assert.matches("WEATHER_CUSTOM_HEADERS_X_API_KEY is not set", plan.problems[1].message)
   end)

   it("refuses replacements that make no sense", function()
      local plan, err = sync.promote(from.client, to.client, { replace = { urls = { a = 1 } } })
      assert.is_nil(plan)
      assert.equal("config", err.kind)
      assert.has_error(function() sync.promote(from.client, to.client, { replace = { url = {} } }) end,
         'sync.promote: replace: unknown option "url" (did you mean "urls"?)')
   end)
end)
