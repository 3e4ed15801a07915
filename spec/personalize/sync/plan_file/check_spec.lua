-- A saved plan may come from anywhere: nothing of it is used before its type is known.
local check = require "personalize.sync.plan_file.check"
local json = require "personalize.json"

local function document(members)
   local made = { format = "personalize plan", version = 1, tenant = "https://a.example" }
   for _, name in ipairs { "creates", "updates", "archives", "unchanged", "unmanaged", "uncompared", "problems",
      "warnings", "seen" } do
      made[name] = json.array {}
   end
   for name, value in pairs(members or {}) do made[name] = value end
   return made
end

local function refusal(members)
   local value, err = check.document("p.json", document(members))
   if value then return nil end
   assert.equal("decode", err.kind)
   return err.message
end

describe("the document of a plan", function()
   it("is fine as it is written", function()
      assert.is_nil(refusal())
      assert.is_nil(refusal { base = "/x", folder = "/x", secrets_folder = "/y", client = "c", organisation = "o",
         renames = false, missing_secrets = "send", seen = json.array { "1" }, uncompared = json.array { "A" },
         creates = json.array { { name = "A", file = "a", definition = {} } },
         updates = json.array { { name = "A", file = "a", definition = {}, ref = "1" } },
         archives = json.array { { name = "A", ref = "1" } }, unmanaged = json.array { { name = "A", ref = "1" } },
         unchanged = json.array { { name = "A", file = "a", ref = "1" } },
         problems = json.array { { message = "m" } }, warnings = json.array { { message = "m", line = 3 } } })
   end)

   it("is refused where it is none, or of another version", function()
      for _, value in ipairs { 5, "x", {}, { format = "other" } } do
         local _, err = check.document("p.json", value)
         assert.equal("p.json: is no plan of this library, as `plan --save` writes it", err.message)
      end
      assert.equal("p.json: is a plan of version 2, expected 1: make it anew, by plan --save", refusal { version = 2 })
   end)

   it("is refused where a member is of another type", function()
      for message, members in pairs {
         ["tenant: expected a string"] = { { tenant = 5 }, { tenant = {} } },
         ["the folder is no string"] = { { base = 5 }, { folder = {} }, { secrets_folder = true } },
         ["the tenant's identity is no string"] = { { client = 5 }, { organisation = {} } },
         ["renames: expected a boolean"] = { { renames = "yes" } },
         ['missing_secrets: expected "refuse" or "send"'] = { { missing_secrets = "maybe" },
            { missing_secrets = false } },
      } do
         for _, each in ipairs(members) do assert.equal("p.json: " .. message, refusal(each)) end
      end
   end)

   it("is refused where an array is none, or an item lacks what is used of it", function()
      local complete = {
         creates = { name = "A", file = "a", definition = {} },
         updates = { name = "A", file = "a", definition = {}, ref = "1" },
         archives = { name = "A", ref = "1" }, unmanaged = { name = "A", ref = "1" },
         unchanged = { name = "A", file = "a", ref = "1" }, problems = { message = "m" }, warnings = { message = "m" },
      }
      for name, item in pairs(complete) do
         assert.equal(("p.json: %s: expected an array"):format(name), refusal { [name] = 5 })
         for lacking in pairs(item) do
            for _, wrong in ipairs { false, 5 } do
               local other = {}
               for member, value in pairs(item) do other[member] = value end
               other[lacking] = wrong or nil
               assert.equal(("p.json: %s[2] is incomplete"):format(name),
                  refusal { [name] = json.array { item, other } }, lacking)
            end
         end
      end
      for _, name in ipairs { "problems", "warnings" } do
         for member, wrong in pairs { file = 5, line = "3", path = {} } do
            for _, value in ipairs { wrong, json.null } do
               assert.equal(("p.json: %s[1] is incomplete"):format(name),
                  refusal { [name] = json.array { { message = "m", [member] = value } } }, member)
            end
         end
      end
      for name, item in pairs { archives = complete.archives, unchanged = complete.unchanged,
         unmanaged = complete.unmanaged } do
         for _, wrong in ipairs { 5, "x", false, json.null } do
            item.definition = wrong
            assert.equal(("p.json: %s[1] is incomplete"):format(name), refusal { [name] = json.array { item } })
         end
      end
      for _, name in ipairs { "seen", "uncompared" } do
         assert.equal(("p.json: %s[1] is incomplete"):format(name), refusal { [name] = json.array { 5 } })
      end
   end)
end)
