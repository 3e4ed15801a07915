-- What is sent of a definition.
local definition = require "personalize.connections.definition"
local personalize = require "personalize"

local given = { zebra = 1, systemType = "DATA_SYSTEM", ref = "r", inputMappings = {}, name = "A",
   connectionTimeout = 1500.0, auth = { authType = "NONE" } }

describe("a definition", function()
   it("is sent in canonical order, empty arrays as such", function()
      assert.equal('{"ref":"r","name":"A","auth":{"authType":"NONE"},"inputMappings":[],"systemType":"DATA_SYSTEM",'
         .. '"connectionTimeout":1500,"zebra":1}', (definition.encode_test(given):match '^{"connection":(.*)}$'))
      local sendable = assert(definition.sendable(given))
      assert.equal('{"name":"A","auth":{"authType":"NONE"},"inputMappings":[],"systemType":"DATA_SYSTEM",'
         .. '"connectionTimeout":1500,"zebra":1}', definition.encode(sendable))
   end)

   it("is copied without what the server owns; what cannot be copied is named", function()
      local copy = assert(definition.sendable(given))
      assert.is_nil(copy.ref)
      copy.auth.authType = "BASIC"
      assert.equal("NONE", given.auth.authType)
      local endless = { name = "A", auth = {} }
      endless.auth.auth = endless.auth
      local done, err = definition.sendable(endless)
      assert.same({ nil, "encode", "auth" }, { done, err.kind, err.problems[1].path })
   end)

   it("is shared without what the server owns where it is not changed", function()
      local kept = definition.without_server_owned(given)
      assert.is_nil(kept.ref)
      assert.is_true(rawequal(given.auth, kept.auth))
   end)

   it("is a table, a builder or a connection, read through its metamethods", function()
      assert.equal("A", definition.of(personalize.connections.build "A", 1, "spec").name)
      assert.is_true(rawequal(given, (definition.of(given, 1, "spec"))))
      local behind = { name = "B" }
      local proxied = setmetatable({}, { __index = behind, __pairs = function() return next, behind end })
      assert.equal("B", definition.of(proxied, 1, "spec").name)
      local fine, message = pcall(definition.of, 5, 2, "connections.update")
      assert.is_false(fine)
      assert.matches("bad argument #2 to 'connections.update' %(expected a table, a builder or a connection, got 5%)",
         message)
   end)
end)
