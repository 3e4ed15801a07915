-- What a server may send back of a secret alone.
local parts = require "personalize.redaction.parts"

local function of(secret)
   local found = {}
   parts.add(found, secret)
   return found
end

local function set(...)
   local found = {}
   for _, text in ipairs { ... } do found[text] = true end
   return found
end

describe("the parts of a secret", function()
   it("are none but itself where it has no separator", function()
      assert.same(set "s3cr3t-9", of "s3cr3t-9")
   end)

   it("are the token behind a scheme, but no word of prose behind an unknown one", function()
      assert.same(set("Bearer abcdef", "abcdef"), of "Bearer abcdef")
      assert.same(set("Mine abc123", "abc123"), of "Mine abc123")
      assert.same(set "Mine own", of "Mine own")
      assert.same(set "Bearer ${token}", of "Bearer ${token}")
   end)

   it("are each without its percent encoding", function()
      assert.same(set("a%2Fb", "a/b"), of "a%2Fb")
   end)

   it("are the password of user information, or a user without one", function()
      local found = {}
      parts.add_credential(found, "me:p%40ss")
      assert.same(set("me:p%40ss", "me:p@ss", "p%40ss", "p@ss"), found)
      found = {}
      parts.add_credential(found, "key:")
      assert.same(set("key:", "key"), found)
   end)
end)
