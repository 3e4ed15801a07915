-- What a client remembers of lists from one call to the next, and who does not go by it.
local folder = require "spec.support.folder"
local sync = require "personalize.sync"
local tenant = require "spec.support.tenant"

local plain, behind = "GET /v2/connections", "GET /v2/connections?limit=20&offset=20"

describe("a list of a length that pages have", function()
   local made, connections

   before_each(function()
      made = tenant.start()
      connections = made.connections
      made:create_many(20)
   end)

   after_each(function() made:stop() end)

   -- What was asked for meanwhile.
   local function asked(act)
      local before = #made:calls()
      act()
      local calls, found = made:calls(), {}
      for index = before + 1, #calls do found[#found + 1] = calls[index] end
      return found
   end

   local function list() assert.equal(20, #assert(connections.list())) end

   it("is asked about what follows once for a while", function()
      assert.same({ plain, behind }, asked(list))
      assert.same({ plain }, asked(list))
      assert.same({ plain }, asked(function() assert(connections.find "C20") end))
      assert.same({ plain }, asked(function() for _ in connections.each() do end end))
      made:create { name = "C21" } -- a write of the client's own
      assert.equal(21, #assert(connections.list()))
   end)

   it("is asked about it again after a write of the client, by a plan and by `ensure`", function()
      list()
      assert(connections.patch(assert(connections.find "C20"), { description = "changed" }))
      assert.same({ plain, behind }, asked(list))
      local path = folder.new()
      assert.same({ plain, behind }, asked(function() assert(sync.plan(made.client, path)) end))
      folder.remove(path)
      assert.same({ plain }, asked(list))
      local calls = asked(function() assert(connections.ensure(tenant.definition { name = "C20" })) end)
      assert.equal(plain, calls[1])
      assert.equal(behind, calls[2])
   end)

   it("is another client's to learn for itself", function()
      list()
      local other = made:new_client()
      assert.same({ plain, behind }, asked(function() assert.equal(20, #assert(other.connections.list())) end))
   end)
end)
