-- How changes are merged into a connection, and what counts as contained.
local json = require "personalize.json"
local merge = require "personalize.connections.merge"

local function merged(text, changes)
   local into = json.decode(text)
   assert(merge.into(into, changes))
   return json.encode(into, { canonical = true })
end

describe("merge.into", function()
   it("merges objects deeply, and replaces everything else", function()
      assert.equal('{"a":{"b":1,"c":{"d":3,"e":4}},"f":[9],"g":null}',
         merged('{"a":{"b":1,"c":{"d":2,"e":4}},"f":[1,2],"g":5}',
            { a = { c = { d = 3 } }, f = { 9 }, g = json.null }))
   end)

   it("lets an unmarked empty table empty an array and leave an object", function()
      assert.equal('{"a":[],"b":{"c":1}}', merged('{"a":[1],"b":{"c":1}}', { a = {}, b = {} }))
      assert.equal('{"b":[]}', merged('{"b":{"c":1}}', { b = json.array {} }))
   end)

   it("merges into the one object of an array where the schema has an object", function()
      assert.equal('{"request":[{"requestType":"GET","connectionUrl":"b"}]}',
         merged('{"request":[{"requestType":"GET","connectionUrl":"a"}]}', { request = { connectionUrl = "b" } }))
      assert.equal('{"other":{"a":2}}', merged('{"other":[{"a":1,"b":1}]}', { other = { a = 2 } }))
   end)

   it("does not guess which of several objects is meant", function()
      local fine, reason = merge.into(json.decode '{"auth":[{"a":1},{"b":1}]}', { auth = { c = 1 } })
      assert.is_nil(fine)
      assert.equal("auth holds 2 objects: give the whole array", reason)
   end)

   it("copies what it takes over", function()
      local changes = { a = { b = { c = 1 } } }
      local into = {}
      merge.into(into, changes)
      into.a.b.c = 2
      assert.equal(1, changes.a.b.c)
   end)

   it("refuses changes that contain themselves", function()
      local knot = { auth = {} }
      for index = 1, 9 do knot["a" .. index], knot.auth["a" .. index] = knot, knot end
      local fine, reason = merge.into({ auth = {} }, knot)
      assert.is_nil(fine)
      assert.matches("contains? itself", reason)
   end)
end)

describe("merge.has", function()
   local function has(text, given, ignored) return merge.has(json.decode(text), given, ignored) end

   it("compares the members given", function()
      assert.is_true(has('{"a":{"b":1,"c":2},"d":[1,2]}', { a = { b = 1 }, d = { 1, 2 } }))
      assert.is_false(has('{"a":{"b":1}}', { a = { b = 2 } }))
      assert.is_false(has('{"d":[1,2]}', { d = { 1 } }))
      assert.is_false(has("{}", { a = 1 }))
   end)

   it("takes null and nothing, an empty list and none for the same", function()
      assert.is_true(has('{"a":null}', { b = json.null, inputMappings = {} }))
      assert.is_true(has('{"inputMappings":[]}', { inputMappings = {} }))
      assert.is_false(has('{"inputMappings":[1]}', { inputMappings = {} }))
   end)

   it("sees an object in an array where the schema has an object", function()
      assert.is_true(has('{"auth":[{"authType":"NONE","x":1}]}', { auth = { authType = "NONE" } }))
      assert.is_true(has('{"auth":{"authType":"NONE","x":1}}', { auth = { { authType = "NONE" } } }))
      assert.is_false(has('{"auth":[{"authType":"NONE"}]}', { auth = { authType = "OAUTH" } }))
   end)

   it("passes over what is ignored", function()
      local function is_secret(path) return path == "auth.clientSecret" end
      assert.is_true(has('{"auth":{}}', { auth = { clientSecret = "x" } }, is_secret))
      assert.is_true(has('{"auth":[{}]}', { auth = { clientSecret = "x" } }, is_secret))
      assert.is_false(has('{"auth":{}}', { auth = { clientSecret = "x" } }))
   end)
end)
