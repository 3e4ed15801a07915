-- Whether a create whose answer was lost was carried out: what each sign says.
local ambiguity = require "personalize.connections.ambiguity"
local native = require "personalize.native"
local tenant = require "spec.support.tenant"

describe("ambiguity.judge", function()
   local now = native.now

   before_each(function() native.now = function() return 110 end end)
   after_each(function() native.now = now end)

   -- The call began ten seconds before an answer of 12:00:30 on the server's clock.
   local headers = { date = "Sun, 01 Jun 2025 12:00:30 GMT" }

   local function found(modified, members)
      local connection = tenant.definition(members)
      connection.ref, connection.modifiedAt = "r1", modified
      return connection
   end

   local function judge(definition, connections, given)
      return { ambiguity.judge(definition, connections, 100, given or headers) }
   end

   it("is sure that nothing was made when no connection has the name", function()
      assert.same({ "not_created" }, judge(tenant.definition(), {}))
   end)

   it("cannot tell which of several it was", function()
      local one = found "2025-06-01T12:00:25Z"
      assert.same({ "unknown" }, judge(tenant.definition(), { one, one }))
   end)

   it("takes the one that was written between the call and the answer, give or take a second", function()
      for modified, is_created in pairs { ["2025-06-01T12:00:25.5Z"] = true, ["2025-06-01T12:00:19Z"] = true,
         ["2025-06-01T12:00:18.9Z"] = false, ["2025-06-01T12:00:31Z"] = true, ["2025-06-01T12:00:31.1Z"] = false } do
         local connection = found(modified)
         assert.same(is_created and { "created", connection } or { "unknown" },
            judge(tenant.definition(), { connection }), modified)
      end
   end)

   it("cannot tell without two dates that make sense", function()
      for _, modified in ipairs { "yesterday", 5, false } do
         assert.same({ "unknown" }, judge(tenant.definition(), { found(modified) }))
      end
      local connection = found "2025-06-01T12:00:25Z"
      assert.same({ "unknown" }, judge(tenant.definition(), { connection }, {}))
      assert.same({ "unknown" }, judge(tenant.definition(), { connection }, { date = "today" }))
   end)

   it("takes only one that has what was sent, secrets aside", function()
      local connection = found("2025-06-01T12:00:25Z", { description = "another's" })
      assert.same({ "unknown" }, judge(tenant.definition { description = "own" }, { connection }))
      connection = found("2025-06-01T12:00:25Z", { auth = { authType = "OAUTH", clientId = "id",
         accessTokenUrl = "https://example.com/token" } })
      assert.same({ "created", connection }, judge(tenant.oauth(), { connection }))
   end)
end)
