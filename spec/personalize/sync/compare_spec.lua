-- A definition with references, compared with a connection.
local compare = require "personalize.sync.compare"
local folder = require "personalize.sync.folder"
local json = require "personalize.json"

local function entry(given, values, content)
   local made = folder.entry("f", given, true, content)
   for _, each in ipairs(made.references) do each.value = values and values[each.target] end
   return made
end

local function env(name) return { ["$env"] = name } end

describe("a definition", function()
   it("is met by a connection that has what it gives, whatever else that has", function()
      assert.is_true(compare.is_met(entry { name = "A" }, { name = "A", ref = "r", other = { 1 } }))
      assert.is_false(compare.is_met(entry { name = "A", other = 1 }, { name = "A" }))
      assert.is_false(compare.is_met(entry { name = "A" }, { name = "B" }))
   end)

   it("with a reference is met by its value, where that is known", function()
      local given = { name = "A", description = env "D" }
      assert.is_true(compare.is_met(entry(given, { D = "x" }), { name = "A", description = "x" }))
      assert.is_false(compare.is_met(entry(given, { D = "x" }), { name = "A", description = "y" }))
      -- one that leads nowhere is taken for what is there, if that can be a value
      assert.is_true(compare.is_met(entry(given), { name = "A", description = "y" }))
      assert.is_false(compare.is_met(entry(given), { name = "A" }))
      assert.is_false(compare.is_met(entry(given), { name = "A", description = "" }))
   end)

   it("with a secret that the service keeps to itself is not compared in it, and that is known", function()
      for _, secret in ipairs { env "S", "literal" } do
         local it_is = entry({ name = "A", auth = { authType = "OAUTH", clientSecret = secret } }, { S = "x" })
         local current = { name = "A", auth = { authType = "OAUTH" } }
         assert.same({ true, true }, { compare.is_met(it_is, current), compare.hides_secrets(it_is, current) })
      end
      local it_is = entry({ name = "A", auth = { authType = "NEW", token = "x" } })
      for shown, hides in pairs { ["***"] = true, x = false } do
         local current = { name = "A", auth = { authType = "NEW", token = shown } }
         assert.same({ true, hides }, { compare.is_met(it_is, current), compare.hides_secrets(it_is, current) })
      end
      assert.is_false(compare.is_met(it_is, { name = "A", auth = { authType = "NEW", token = "y" } }))
      -- nor in an object that the service hides as a whole
      it_is = entry { name = "A", auth = { authType = "NEW", keys = { token = "x" } } }
      for _, shown in ipairs { {}, { keys = {} }, { keys = { token = "***" } } } do
         shown.authType = "NEW"
         assert.is_true(compare.is_met(it_is, { name = "A", auth = shown }))
         assert.same({ authType = "NEW" }, compare.comparable(it_is, { name = "A", auth = shown }).auth)
      end
      assert.is_false(compare.hides_secrets(entry { name = "A" }, { name = "A" }))
   end)

   it("is shown with its references where these differ, for their values may be secret", function()
      local it_is = entry({ name = "A", description = env "D" }, { D = "canary" })
      assert.same({ name = "A", description = env "D" },
         compare.comparable(it_is, { name = "A", description = "y" }, true))
      assert.same({ name = "A", description = "canary" },
         compare.comparable(it_is, { name = "A", description = "canary" }, true))
      assert.same({ name = "A", description = "canary" }, compare.comparable(it_is, { name = "A", description = "y" }))
      assert.same(env "D", it_is.given.description)
   end)

   it("whose reference can be no value of the service's is met only where that is a secret", function()
      for _, facing in ipairs { "", {}, false } do
         local current = { name = "A", description = facing or nil, auth = { authType = "NEW", key = facing or nil } }
         assert.is_false(compare.is_met(entry { name = "A", description = env "D" }, current))
         assert.is_true(compare.is_met(entry { name = "A", auth = { authType = "NEW", key = env "K" } }, current))
      end
      for _, facing in ipairs { "x", true, 5, json.number "1e400" } do
         assert.is_true(compare.is_met(entry { name = "A", description = env "D" },
            { name = "A", description = facing }))
      end
      assert.is_true(compare.is_met(entry { name = "A", archived = env "D" }, { name = "A", archived = false }))
   end)

   it("with a reference in an object of an unpublished auth is met where the service hides the object", function()
      local it_is = entry { name = "A", auth = { authType = "NEW", keys = { id = env "I", size = 5 } } }
      local function current(keys) return { name = "A", auth = { authType = "NEW", keys = keys } } end
      assert.is_true(compare.is_met(it_is, current(nil)))
      assert.is_true(compare.is_met(it_is, current { size = 5 }))
      assert.is_false(compare.is_met(it_is, current { size = 6 }))
      -- with all that is in it
      for _, keys in ipairs { { id = env "I", note = "" }, { id = env "I", note = json.null },
         { a = { id = env "I", b = {} } }, json.array { { id = env "I" } } } do
         it_is = entry { name = "A", auth = { authType = "NEW", keys = keys } }
         assert.is_true(compare.is_met(it_is, current(nil)))
      end
   end)

   it("with a secret of an unpublished auth is compared in it where the service shows it", function()
      local given = { name = "A", auth = { authType = "NEW", key = env "K" } }
      for shown, expected in pairs { x = { true, false }, y = { false, false }, ["***"] = { true, true } } do
         local it_is, current = entry(given, { K = "x" }), { name = "A", auth = { authType = "NEW", key = shown } }
         assert.same(expected, { compare.is_met(it_is, current), compare.hides_secrets(it_is, current) }, shown)
      end
      -- one that leads nowhere hides what it would be
      assert.is_true(compare.hides_secrets(entry(given), { auth = { authType = "NEW", key = "x" } }))
      -- the published secret is never compared, whatever is shown
      given = { auth = { authType = "OAUTH", clientSecret = env "K" } }
      local current = { auth = { authType = "OAUTH", clientSecret = "y" } }
      assert.same({ true, true }, { compare.is_met(entry(given, { K = "x" }), current),
         compare.hides_secrets(entry(given, { K = "x" }), current) })
   end)

   it("faces the only object of an array as that object", function()
      local it_is = entry({ name = "A", auth = { authType = "OAUTH", clientId = env "I" } }, { I = "x" })
      local function current(...) return { name = "A", auth = json.array { ... } } end
      assert.is_true(compare.is_met(it_is, current { authType = "OAUTH", clientId = "x" }))
      assert.is_false(compare.is_met(it_is, current { authType = "OAUTH", clientId = "y" }))
      -- one that leads nowhere is taken for what is there
      assert.is_true(compare.is_met(entry(it_is.given), current { authType = "OAUTH", clientId = "y" }))
      assert.is_false(compare.is_met(it_is, current({ authType = "OAUTH", clientId = "x" },
         { authType = "OAUTH", clientId = "x" })))
      it_is = entry({ name = "A", auth = { { authType = "OAUTH", clientId = env "I" } },
         zebra = { { a = env "Z" } } }, { I = "x", Z = "z" })
      local both = current { authType = "OAUTH", clientId = "x" }
      both.zebra = { { a = "z" } }
      assert.is_true(compare.is_met(it_is, both))
      both.zebra = { { a = "y" } }
      assert.is_false(compare.is_met(it_is, both))
   end)

   it("has the same table for comparison where nothing has to change, and shares what does not", function()
      local plain = entry { name = "A" }
      local current = { name = "A", ["$env"] = "x" }
      assert.is_true(rawequal(plain.given, compare.comparable(plain, current)))
      assert.is_true(rawequal(current, compare.as_in_files(plain, current)))
      local it_is = entry({ name = "A", description = env "D", zebra = { 1 }, list = json.array { env "L" } },
         { D = "x", L = "l" })
      local shown = compare.comparable(it_is, current)
      assert.is_true(rawequal(it_is.given.zebra, shown.zebra))
      assert.same({ "l", true }, { shown.list[1], json.is_array(shown.list) })
      assert.same(env "L", it_is.given.list[1])
   end)

   it("sees the service's data as files have it where that matters", function()
      local data = { name = "A", description = { ["$env"] = "x" }, ["$schema"] = "s" }
      local escaped = { name = "A", description = { ["$$env"] = "x" }, ["$$schema"] = "s" }
      assert.same(escaped, compare.as_in_files(entry { name = "A" }, data))
      data["$schema"], escaped["$$schema"] = nil, nil
      assert.is_true(rawequal(data, compare.as_in_files(entry { name = "A" }, data)))
      assert.same(escaped, compare.as_in_files(entry { name = "A", description = env "D" }, data))
      assert.same(escaped, compare.as_in_files(entry { name = "A", zebra = { ["$$file"] = 1 } }, data))
      assert.is_true(compare.is_met(entry { name = "A", description = { ["$$env"] = "x" } }, data))
   end)

   describe("with the text that an export writes", function()
      local function exported(given, values)
         return entry(given, values, (assert(compare.text_of(given))))
      end

      it("is met by what that is of, and by its references' values", function()
         local it_is = exported({ name = "A", description = env "D", zebra = { 1 } }, { D = "x" })
         local current = { name = "A", ref = "r", description = "x", zebra = { 1 } }
         assert.is_true(compare.is_met(it_is, current))
         current.description = "y"
         assert.is_false(compare.is_met(it_is, current))
         current.description, current.zebra = "x", { 2 }
         assert.is_false(compare.is_met(it_is, current))
      end)

      it("is not met where a reference faces nothing, unless that is a secret", function()
         for _, facing in ipairs { "", {}, false } do
            assert.is_false(compare.is_met(exported { name = "A", description = env "D" },
               { name = "A", description = facing or nil }))
            assert.is_false(compare.is_met(exported({ name = "A", customHeaders = { { name = "X", value = env "D" } } },
               { D = "x" }), { name = "A", customHeaders = facing or nil }))
         end
         assert.is_true(compare.is_met(exported { name = "A", auth = { authType = "NEW", key = env "K" } },
            { name = "A", auth = { authType = "NEW" } }))
      end)

      it("is not met where that text is another by now", function()
         local it_is = exported { name = "A", icon = "x" }
         it_is.given.icon = "y"
         it_is.expected = compare.text_of(it_is.given)
         assert.is_true(compare.is_met(it_is, { name = "A", icon = "y" }))
         assert.is_false(compare.is_met(it_is, { name = "A", icon = "x" }))
      end)

      it("is met by the text alone, unless the service's data has to be escaped", function()
         local it_is = exported { name = "A" }
         it_is.given = { name = "another" } -- so that it shows what is compared
         assert.is_true(compare.is_met(it_is, { name = "A", ref = "r" }))
         assert.is_false(compare.is_met(it_is, { name = "A", ["$schema"] = "s" }))
         it_is.schema, it_is.text = "s", compare.text_of({ name = "A" }, "s")
         assert.is_true(compare.is_met(it_is, { name = "A" }))
         it_is.references = { has_escapes = true }
         assert.is_false(compare.is_met(it_is, { name = "A" }))
      end)
   end)

   it("is written in canonical order with its schema; what cannot be written is said", function()
      assert.equal('{\n  "$schema": "s",\n  "name": "A",\n  "inputMappings": [],\n  "zebra": 1\n}\n',
         compare.text_of({ zebra = 1, inputMappings = {}, name = "A" }, "s"))
      local content, err = compare.text_of { name = print }
      assert.same({ nil, "encode" }, { content, err.kind })
   end)
end)
