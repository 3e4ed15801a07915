-- What a plan knows of the tenant it is for.
local errors = require "personalize.error"
local personalize = require "personalize"
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

   it("retrieves each that lacks auth or request, in its place", function()
      local function connection(name, members)
         local made = { name = name, ref = name, auth = { authType = "NONE" }, request = {} }
         for member, value in pairs(members or {}) do made[member] = value end
         return made
      end
      local b, d = connection("B", { whole = true }), connection("D", { whole = true })
      local found = assert(tenant.list(client({ connection "A", connection("B", { auth = "x" }), connection "C",
         connection("D", { request = "x" }) }, { A = 1, B = b, C = 3, D = d })))
      assert.same({ connection "A", b, connection "C", d }, found)
      assert.equal("protocol: items[1] of the list has no name or no ref",
         tostring(select(2, tenant.list(client { { name = "A" } }))))
   end)

   it("has no connections without name or ref", function()
      for _, lacking in ipairs { {}, { name = "A" }, { ref = "1" }, { name = 5, ref = "1" } } do
         lacking.auth, lacking.request = {}, {}
         local list, err = tenant.list(client { lacking })
         assert.is_nil(list)
         assert.equal("protocol: items[1] of the list has no name or no ref", tostring(err))
      end
   end)

   it("is not listed where one of its connections cannot be retrieved", function()
      local refused = errors.new { kind = "server", message = "no" }
      local list, err = tenant.list { connections = {
         list = function() return { { name = "A", ref = "1" } } end,
         get = function() return nil, refused end,
      } }
      assert.is_nil(list)
      assert.equal(refused, err)
   end)

   it("is not listed by a list that may be incomplete", function()
      local list, err = tenant.list { connections = {
         list = function() return errors.fail("incomplete", "there is more") end,
      } }
      assert.is_nil(list)
      assert.equal("incomplete", err.kind)
   end)

   it("is known by the service's address, the organisation and the credentials, as far as they are known", function()
      local function difference(a, b)
         return tenant.difference({ base_url = a[1], organisation = a[2], client = a[3] },
            { base_url = b[1], organisation = b[2], client = b[3] })
      end
      assert.is_nil(difference({ "https://a", "x", "1" }, { "https://a", "x", "2" }))
      assert.is_nil(difference({ "https://a", nil, "1" }, { "https://a", "x", "1" }))
      assert.equal("another address", difference({ "https://a", "x", "1" }, { "https://b", "x", "1" }))
      assert.equal("another organisation", difference({ "https://a", "x", "1" }, { "https://a", "y", "1" }))
      assert.equal("other credentials", difference({ "https://a", nil, "1" }, { "https://a", "x", "2" }))
      assert.equal("an organisation that the credentials do not tell",
         difference({ "https://a", nil, nil }, { "https://a", "x", "2" }))
   end)

   it("has one address, however it is spelt", function()
      for spelt, address in pairs {
         ["HTTPS://A.Example:443/Path"] = "https://a.example/Path",
         ["https://a.example:4430"] = "https://a.example:4430",
         ["http://A.example:80"] = "http://a.example", ["http://a.example:443#Org"] = "http://a.example:443#Org",
         ["https://a.example:80"] = "https://a.example:80", ["http://[::A]:80/"] = "http://[::a]/", none = "none",
      } do
         assert.equal(address, tenant.address(spelt))
      end
      local other = assert(personalize.new { base_url = "HTTPS://A.Example:443/P/", access_token = "t" })
      assert.equal("https://a.example/P", tenant.identify(other, {}).base_url)
      other:close()
   end)

   it("is identified by client id, key, or token", function()
      local function identify(credentials)
         credentials.base_url = "https://a.example"
         return tenant.identify(assert(personalize.new(credentials)), { { clientKey = "org" } })
      end
      local one = { client_id = "one", client_secret = "secret-1" }
      local other = { client_id = "two", client_secret = "secret-1" }
      assert.equal("org", identify(one).organisation)
      assert.equal(identify(one).client, identify(one).client)
      assert.not_equal(identify(one).client, identify(other).client)
      assert.equal("key-1", identify({ client_key = "key-1", api_token = "token-1" }).organisation)
      local first, second = identify { access_token = "token-1" }, identify { access_token = "token-2" }
      assert.not_equal(first.client, second.client)
      assert.is_nil(identify({ access_token = function() return "x" end }).client)
      assert.equal("https://a.example#org", tenant.name(first))
      assert.equal("https://a.example", tenant.name { base_url = "https://a.example" })
   end)
end)

describe("a client as an argument", function()
   it("is one, or misuse in the line of the caller", function()
      local client = assert(personalize.new { base_url = "https://a.example", access_token = "t" })
      assert.is_nil(tenant.check(client, 2, "f", 1))
      client:close()
      for _, level in ipairs { false, 1 } do
         local _, message = pcall(function() tenant.check({}, 2, "f", level or nil) end)
         assert.matches("^spec/personalize/sync/tenant_spec.lua:%d+: bad argument #2 to 'f' %(expected a client, got a "
            .. "table%)$", message)
      end
   end)
end)
