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
      assert.same({ NONE = true, OAUTH = true }, schema.auth_types)
      assert.same({ clientKey = true, href = true, ref = true, modifiedAt = true, modifiedByRef = true,
         modifiedByUserRef = true, revision = true }, schema.server_owned)
   end)

   -- path -> whether a mark of where a member is published names a place
   local function marked(place)
      local found = {}
      schema.each(function(member, path)
         if (", " .. member.published .. ","):find(", " .. place .. ",", 1, true) then found[path] = true end
      end)
      return found
   end

   it("marks what the published attribute table has, and nothing else", function()
      local expected, types = {}, {}
      for _, row in ipairs(json.decode(read "spec/fixtures/attribute-table.json")) do
         local path = row.of and row.of .. "." .. row.attribute or row.attribute
         if path ~= "items" then expected[path] = true end -- of the list, not of a connection
         types[path] = row.type
      end
      assert.same(expected, marked "table")
      schema.each(function(member, path)
         local published = types[path]
         if not published then return end
         local is_object = member.type == "object" and published:find "^JSON array" -- the examples know better
         local is_array = member.type == "array" and published == "JSON array of JSON objects"
         assert.is_true(published == member.type or is_object ~= nil and is_object ~= false or is_array, path)
      end)
   end)

   it("marks what the published bodies have, and nothing else", function()
      local expected = {}
      local function note(value, list, prefix)
         for _, member in ipairs(list) do
            local inner = value[member.name]
            local path = prefix .. member.name
            if inner ~= nil then expected[path] = true end
            if member.members and inner then note(inner, member.members, path .. ".") end
            for _, item in ipairs(member.items and inner or {}) do note(item, member.items, path .. "[].") end
         end
      end
      local bodies = json.decode(read "spec/fixtures/list.json").items
      for _, name in ipairs { "retrieve", "create-request", "create-response" } do
         table.insert(bodies, (json.decode(read("spec/fixtures/" .. name .. ".json"))))
      end
      for _, body in ipairs(bodies) do note(body, schema.members, "") end
      -- one list of a name and a value serves them all, and only headers have examples
      for _, list in ipairs { "auth.oauthCustomHeaders", "auth.formUrlEncodedItems" } do
         expected[list .. "[].name"], expected[list .. "[].value"] = true, true
      end
      assert.same(expected, marked "example")
   end)

   it("knows the values that a source has, and those that none has apart", function()
      local members = schema.by_name(schema.members)
      local method = schema.by_name(members.request.members).requestType
      assert.same({ "GET", "POST", "PUT" }, method.known)
      assert.same({ "PATCH", "DELETE" }, method.unconfirmed)
      local secret = schema.by_name(members.auth.members).clientSecret
      assert.equal("none", secret.published)
      assert.equal("inferred", secret.certainty)
   end)

   it("describes every member and says how sure that is", function()
      local types = { string = true, integer = true, boolean = true, object = true, array = true }
      local certainties = { documented = true, inferred = true, guessed = true }
      schema.each(function(member, path)
         assert.is_true(types[member.type], path)
         assert.is_true(certainties[member.certainty], path)
         assert.matches("%.$", member.about, path)
         assert.is_string(member.published, path)
         assert.is_true(member.published ~= "none" or member.certainty ~= "documented", path)
      end)
   end)
end)
