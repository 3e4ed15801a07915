-- The list of members against the published bodies.
local schema = require "personalize.schema"
local json = require "personalize.json"
local read = require "spec.support.read"

describe("schema", function()
   it("knows every member of the published bodies, at every depth", function()
      local known = {}
      schema.each(function(_, path) known[path] = true end)
      local function check(value, prefix)
         for name, member in pairs(value) do
            local path = type(name) == "number" and prefix:gsub("%.$", "[].") or prefix .. name
            if type(name) ~= "number" then assert.is_true(known[path], path) end
            if type(member) == "table" then
               check(member, type(name) == "number" and path or path .. ".")
            end
         end
      end
      for _, name in ipairs { "retrieve", "create-request", "create-response" } do
         check(json.decode(read("spec/fixtures/" .. name .. ".json")), "")
      end
      for _, item in ipairs(json.decode(read "spec/fixtures/list.json").items) do check(item, "") end
   end)

   it("ranks each list of members in its own order", function()
      local function ascending(list)
         for index = 2, #list do
            assert.is_true(schema.rank[list[index - 1].name] < schema.rank[list[index].name], list[index].name)
         end
      end
      ascending(schema.members)
      schema.each(function(member)
         if member.members then ascending(member.members) end
         if member.items then ascending(member.items) end
      end)
   end)

   it("derives arrays, secrets and what the server owns", function()
      assert.same({
         inputMappings = true, outputMappings = true, customHeaders = true, urlParameters = true,
         auth = { oauthCustomHeaders = true, formUrlEncodedItems = true },
      }, schema.arrays)
      assert.same({ ["auth.clientSecret"] = true }, schema.secrets)
      assert.same({ clientKey = true, href = true, ref = true, modifiedAt = true, modifiedByRef = true,
         modifiedByUserRef = true, revision = true }, schema.server_owned)
   end)

   it("describes every member and says how sure that is", function()
      local types = { string = true, integer = true, boolean = true, object = true, array = true }
      local certainties = { documented = true, inferred = true, guessed = true }
      schema.each(function(member, path)
         assert.is_true(types[member.type], path)
         assert.is_true(certainties[member.certainty], path)
         assert.matches("%.$", member.about, path)
         assert.is_string(member.published, path)
      end)
   end)
end)
