-- What a plan knows of the tenant it is for.
local tenant = require "personalize.sync.tenant"

describe("a tenant", function()
   local function client(list, whole)
      return { connections = {
         list = function() return list end,
         get = function(ref) return whole[ref] end,
      } }
   end

   it("lists its connections in one order, whatever that of the answer", function()
      local function connection(name, ref) return { name = name, ref = ref, auth = {}, request = {} } end
      local a, b, c = connection("B", "1"), connection("A", "2"), connection("A", "1")
      assert.same({ c, b, a }, tenant.list(client { a, b, c }))
      assert.same({ c, b, a }, tenant.list(client { c, a, b }))
   end)

   it("retrieves those of which a list shows a part alone", function()
      local whole = { name = "A", ref = "1", auth = { authType = "NONE" }, request = {} }
      local found = assert(tenant.list(client({ { name = "A", ref = "1" } }, { ["1"] = whole })))
      assert.equal(whole, found[1])
   end)

   it("has no connections without name or ref", function()
      local list, err = tenant.list(client { { auth = {}, request = {} } })
      assert.is_nil(list)
      assert.equal("protocol: items[1] of the list has no name or no ref", tostring(err))
   end)

   it("is known by the service's address and the organisation, as far as that is known", function()
      assert.is_true(tenant.is_same("https://a#x", "https://a#x"))
      assert.is_true(tenant.is_same("https://a", "https://a#x"))
      assert.is_false(tenant.is_same("https://a#x", "https://a#y"))
      assert.is_false(tenant.is_same("https://a", "https://b#x"))
   end)
end)
