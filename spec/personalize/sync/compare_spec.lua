-- A definition with references, compared with a connection.
local compare = require "personalize.sync.compare"
local folder = require "personalize.sync.folder"

local function entry(given, values)
   local made = folder.entry("f", given, true)
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

   it("is written in canonical order with its schema; what cannot be written is said", function()
      assert.equal('{\n  "$schema": "s",\n  "name": "A",\n  "inputMappings": [],\n  "zebra": 1\n}\n',
         compare.text_of({ zebra = 1, inputMappings = {}, name = "A" }, "s"))
      local content, err = compare.text_of { name = print }
      assert.same({ nil, "encode" }, { content, err.kind })
   end)
end)
