-- A header, form item or input that got another one in front of it: an export gave its reference to the one in front,
-- whose value the next run replaced by the secret; and a plan showed the secret, for it covered the one in front.
local command = require "spec.support.command"
local counterpart = require "personalize.sync.references.counterpart"
local extract = require "personalize.sync.references.extract"
local folder = require "spec.support.folder"
local json = require "personalize.json"
local markdown = require "personalize.sync.markdown"
local references = require "personalize.sync.references"
local resolve = require "personalize.sync.references.resolve"
local sync = require "personalize.sync"
local tenant = require "spec.support.tenant"

local function env(name) return { ["$env"] = name } end

describe("a reference whose item is at another place now", function()
   local made, path

   before_each(function() made, path = tenant.start(), folder.new() end)

   after_each(function()
      made:stop()
      folder.remove(path)
   end)

   -- Exports, puts other items in front, exports again, and returns the file's definition.
   local function moved(definition, change)
      local created = assert(made.connections.create(definition))
      assert(sync.export(made.client, path, { extract_secrets = true }))
      local changed = assert(made.connections.get(created.ref))
      change(changed)
      assert(made.connections.update(changed.ref, changed, { missing_secrets = "send" }))
      assert(sync.export(made.client, path, { extract_secrets = true }))
      assert.is_true(assert(sync.plan(made.client, path)):is_empty())
      return assert(json.decode(folder.read(path, "Weather.json")))
   end

   it("stays with its header", function()
      local given = moved(tenant.definition { customHeaders = { { name = "X-Api-Key", value = "canary" } } },
         function(connection) table.insert(connection.customHeaders, 1, { name = "Accept", value = "text/plain" }) end)
      assert.same({ { name = "Accept", value = "text/plain" },
         { name = "X-Api-Key", value = env "WEATHER_CUSTOM_HEADERS_X_API_KEY" } }, given.customHeaders)
   end)

   it("stays with its form item and its input", function()
      local definition = tenant.oauth { inputMappings = { { key = "apiKey", exampleValue = "canary" } } }
      definition.auth.formUrlEncodedItems = { { name = "password", value = "canary" },
         { name = "scope", value = "read" } }
      local given = moved(definition, function(connection)
         local items = connection.auth.formUrlEncodedItems
         items[1], items[2] = items[2], items[1]
         table.insert(connection.inputMappings, 1, { key = "city", exampleValue = "Oslo" })
      end)
      assert.same({ { name = "scope", value = "read" },
         { name = "password", value = env "WEATHER_AUTH_FORM_URL_ENCODED_ITEMS_PASSWORD" } },
         given.auth.formUrlEncodedItems)
      assert.same({ "city", "Oslo" }, { given.inputMappings[1].key, given.inputMappings[1].exampleValue })
      assert.same({ "apiKey", env "WEATHER_INPUT_MAPPINGS_API_KEY" },
         { given.inputMappings[2].key, given.inputMappings[2].exampleValue })
   end)

   it("is no reference of another header that stands there now", function()
      local given = moved(tenant.definition { customHeaders = { { name = "X-Api-Key", value = "canary" } } },
         function(connection) connection.customHeaders[1] = { name = "Accept", value = "text/plain" } end)
      assert.same({ { name = "Accept", value = "text/plain" } }, given.customHeaders)
   end)

   it("is shown in a plan without the value that the tenant has", function()
      local one, two = { name = "Prefer", value = "q" }, { name = "Accept", value = "canary" }
      local function shown(headers, given)
         local created = made:create { customHeaders = headers }
         folder.write(path, "w.json", json.encode(tenant.definition { customHeaders = given }))
         local plan = assert(sync.plan(made.client, path))
         assert.equal(1, #plan.updates)
         local texts = tostring(plan) .. markdown.of(plan, {})
         assert.is_nil(texts:find("canary", 1, true), texts)
         assert(made.connections.archive(created.ref))
         return texts
      end
      local reference = { name = "Accept", value = env "NOT_SET" }
      assert.matches('customHeaders[2]: {"name":"Accept","value":"***"} -> (absent)',
         shown({ one, two }, { reference }), 1, true)
      assert.matches('customHeaders[1].value: "***" -> "q"', shown({ two }, { one, reference }), 1, true)
      -- the header has another name in the file
      shown({ two }, { one, { name = "X-Other", value = env "NOT_SET" } })
      shown({ two, one }, { one, { name = "X-Other", value = env "NOT_SET" } })
      shown({ { name = "Accept", value = "a" }, two }, { reference })
   end)
end)

describe("the differences between a connection and a file whose items are at other places", function()
   it("are shown without the value that the tenant has, either way", function()
      local made, path = tenant.start(), folder.new()
      local one, two = { name = "Prefer", value = "q" }, { name = "Accept", value = "canary" }
      made:create { customHeaders = { one, two } }
      folder.write(path, "w.json",
         json.encode(tenant.definition { customHeaders = { { name = "Accept", value = env "NOT_SET" } } }))
      for _, names in ipairs { { "Weather", path .. "/w.json" }, { path .. "/w.json", "Weather" } } do
         local out, err, code = command.here(command.environment(made.emulator), { "diff", names[1], names[2] })
         assert.same({ "", 2 }, { err, code })
         assert.matches('{"name":"Accept","value":"***"}', out, 1, true)
         assert.is_nil(out:find("canary", 1, true), out)
      end
      made:stop()
      folder.remove(path)
   end)
end)

describe("items of two arrays", function()
   local function named(...)
      local list = json.array {}
      for index, name in ipairs { ... } do list[index] = { name = name } end
      return list
   end

   -- The index in `other` of each item's counterpart, or 0.
   local function indexes(list, other)
      local find, found, index_of = counterpart.finder(list, other), {}, {}
      for index, item in ipairs(other) do index_of[item] = index end
      for index = 1, #list do found[index] = index_of[find(index)] or 0 end
      return found
   end

   it("are the same by name, and without one by index", function()
      assert.same({ 2, 1, 0 }, indexes(named("a", "b", "c"), named("b", "a")))
      assert.same({ 1, 3, 0 }, indexes(named("a", "a", "a"), named("a", "b", "a")))
      assert.same({ 2 }, indexes({ { key = "a" } }, { { key = "b" }, { key = "a" } }))
      assert.same({ 1, 2, 0 }, indexes({ { x = 1 }, { x = 2 }, { x = 3 } }, { { x = 4 }, { x = 5 } }))
      assert.same({ 0, 1 }, indexes({ { x = 1 }, { name = "a" } }, { { name = "a" }, { x = 1 } }))
      assert.same({ 0 }, indexes({ { x = 1 } }, named "a"))
   end)

   it("are the same by index where a name is a reference and nothing was added", function()
      local open = { { name = env "NAME" }, { name = "b" } }
      assert.same({ 1, 2 }, indexes(open, named("a", "b")))
      assert.same({ 0, 3 }, indexes(open, named("c", "a", "b")))
      assert.same({ 1, 2 }, indexes(named("a", "b"), open))
   end)

   it("have their references by the same rule", function()
      local function secured(list, earlier)
         local findings = extract.new_findings()
         findings.file, findings.item = "a.json", { name = "A", identity = "A" }
         return extract.secure({ list = list }, { list = earlier }, findings).list
      end
      assert.same({ { key = "b", value = "y" }, { key = "a", value = env "X" } },
         secured({ { key = "b", value = "y" }, { key = "a", value = "x" } }, { { key = "a", value = env "X" } }))
      assert.same({ { value = env "X" } }, secured({ { value = "x" } }, { { value = env "X" } }))
      local function covered(value, given)
         return resolve.covered({ list = value }, references.scan { list = given }, { list = given }).list
      end
      assert.same({ { key = "b", value = "y" }, { key = "a", value = "***" } },
         covered({ { key = "b", value = "y" }, { key = "a", value = "x" } }, { { key = "a", value = env "X" } }))
      assert.same({ { value = "***" }, { value = "y" } },
         covered({ { value = "x" }, { value = "y" } }, { { value = env "X" } }))
   end)

   it("in an auth that is an array keep the reference of the secret", function()
      local findings = extract.new_findings()
      findings.file, findings.item = "a.json", { name = "A", identity = "A" }
      local given = extract.secure({ auth = { { authType = "OAUTH", clientSecret = "***" }, { authType = "OAUTH" } } },
         { auth = { { authType = "OAUTH", clientSecret = env "ONE" },
            { authType = "OAUTH", clientSecret = env "TWO" } } }, findings)
      assert.same({ env "ONE", env "TWO" }, { given.auth[1].clientSecret, given.auth[2].clientSecret })
      assert.same({}, findings.references)
   end)
end)
