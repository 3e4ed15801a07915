-- A body may be nested 128 deep. The calls behind the emulator's page read the stored connections as one list, which is
-- a level deeper, with the same bound: one connection as deep as allowed, and the page showed none (status 500).
local support = require "spec.support.emulator"

describe("a connection that is nested as deep as a body may be", function()
   local session
   setup(function() session = support.start() end)
   teardown(function() session:stop() end)

   it("is shown on the emulator's page, without its secrets", function()
      local deep = ('{"name":"deep","auth":{},"request":{},"systemType":"S","x":%s%s,'
         .. '"customHeaders":[{"name":"X-Api-Key","value":"of-the-header"}]}'):format(("["):rep(127), ("]"):rep(127))
      assert.equal(400, (session:send("POST", "/v2/connections", (deep:gsub("%[", "[[", 1):gsub("%]", "]]", 1)))))
      assert.equal(201, (session:send("POST", "/v2/connections", deep)))
      session:create { name = "Other" }
      local status, body, _, text = session:send("GET", "/_emulator/connections", nil, { authorization = false })
      assert.same({ 200, 2 }, { status, body.total })
      assert.equal("Other", body.items[2].connection.name)
      assert.is_nil(text:find("of-the-header", 1, true))
   end)
end)
