-- A connection as an object: its members and its few methods.
local personalize = require "personalize"
local json = require "personalize.json"
local tenant = require "spec.support.tenant"

describe("a connection", function()
   local it_is, connections

   before_each(function()
      it_is = tenant.start { update_revision = false }
      connections = it_is.connections
   end)
   after_each(function() it_is:stop() end)

   it("is a plain table with the members of the wire", function()
      local created = it_is:create { inputMappings = json.array {}, unknown = { 1, 2 } }
      local shown, on_the_wire = {}, {}
      for name in pairs(created) do shown[name] = true end
      for name in pairs(json.decode(created:to_json())) do on_the_wire[name] = true end
      assert.same(on_the_wire, shown)
      assert.equal(0, #created.inputMappings)
      created.auth.authType = "BASIC"
      assert.matches('"authType":"BASIC"', created:to_json())
   end)

   it("encodes right anywhere", function()
      local created = it_is:create()
      created.inputMappings, created.auth.oauthCustomHeaders = {}, {}
      local text = json.encode({ wrapped = { created } }, { canonical = true })
      assert.matches('"inputMappings":[]', text, 1, true)
      assert.matches('"oauthCustomHeaders":[]', text, 1, true)
   end)

   describe("to_json", function()
      it("gives the data in canonical order, pretty on request", function()
         local c = it_is:create()
         for name in pairs(c) do c[name] = nil end
         c.systemType, c.name, c.auth = "DATA_SYSTEM", "a", { clientSecret = "hush", authType = "OAUTH" }
         assert.equal('{"name":"a","auth":{"authType":"OAUTH","clientSecret":"hush"},"systemType":"DATA_SYSTEM"}',
            c:to_json())
         assert.equal('{\n  "name": "a",\n  "auth": {\n    "authType": "OAUTH",\n    "clientSecret": "***"\n  },\n'
            .. '  "systemType": "DATA_SYSTEM"\n}', c:to_json { pretty = true, mask = true })
      end)

      it("says what can't be encoded", function()
         local c = it_is:create()
         c.unknown = { f = print }
         local none, err = c:to_json()
         assert.is_nil(none)
         assert.equal("unknown.f", err.problems[1].path)
      end)
   end)

   describe("save", function()
      it("updates in place", function()
         local c = it_is:create { description = "old", unknown = { 1 } }
         local auth = c.auth
         c.description, c.unknown = "new", nil
         assert.equal(c, assert(c:save()))
         assert.equal("new", c.description)
         assert.is_nil(c.unknown)
         assert.not_equal(auth, c.auth)
         assert.is_nil(c.revision) -- the published answer to an update has none
         assert.equal(2, connections.get(c).revision)
         assert.equal("GET", it_is:calls()[2]:match "%u+")
         assert.equal("PUT", it_is:calls()[3]:match "%u+")
         assert.is_table(personalize.meta(c))
      end)

      it("leaves the connection as it was when it fails", function()
         local c = it_is:create()
         c.systemType = nil
         c.description = "kept"
         local none, err = c:save()
         assert.is_nil(none)
         assert.equal("systemType", err.problems[1].path)
         assert.equal("kept", c.description)
         assert.is_string(c.ref)
      end)

      it("creates what has no ref yet", function()
         local c = it_is:create { description = "d" }
         local copy = assert(c:copy "Weather staging")
         assert.is_nil(copy.ref)
         assert.equal("d", copy.description)
         assert(copy:save())
         assert.is_string(copy.ref)
         assert.not_equal(c.ref, copy.ref)
         assert.equal(2, #connections.list())
      end)
   end)

   it("reload takes over what the server has, in place", function()
      local c = it_is:create { description = "old" }
      assert(connections.patch(c, { description = "new", more = 1 }))
      c.mine = true
      assert.equal(c, assert(c:reload()))
      assert.equal("new", c.description)
      assert.equal(1, c.more)
      assert.is_nil(c.mine)
   end)

   it("copy leaves out what the server owns, and shares nothing", function()
      local c = it_is:create { customHeaders = { { name = "A", value = "1" } } }
      c.archived = true
      local copy = assert(c:copy "Other")
      for _, name in ipairs { "ref", "href", "clientKey", "modifiedAt", "modifiedByRef", "revision", "archived" } do
         assert.is_nil(copy[name])
      end
      copy.customHeaders[1].value = "2"
      assert.equal("1", c.customHeaders[1].value)
      assert.equal("Weather", c.name)
      assert.error_matches(function() c:copy() end, "bad argument #1 to 'copy' %(expected a string, got nil%)")
   end)

   it("diff tells what changed on the server", function()
      local c = it_is:create { description = "old" }
      it_is.emulator:advance(1) -- for modifiedAt to be another one
      local now = assert(connections.patch(c, { description = "new" }))
      local found = c:diff(now)
      assert.same({ { path = "description", old = "old", new = "new" } }, { found[1], found[2] })
      assert.is_true(#found.server_owned >= 1)
   end)

   it("test sends the whole object", function()
      local c = it_is:create()
      c.request.connectionUrl = it_is.emulator.url .. "/nowhere"
      assert.equal(404, assert(c:test()).status)
      local sent = json.decode(it_is:last_body())
      assert.equal(c.ref, sent.connection.ref)
      assert.equal(404, assert(connections.test(connections.build("x"):data_system():no_auth()
         :get(it_is.emulator.url .. "/nowhere"))).status)
   end)

   it("has methods that no member hides or shows", function()
      local c = it_is:create()
      for name in pairs(c) do assert.is_not_function(c[name]) end
      for _, method in ipairs { "save", "reload", "test", "copy", "diff", "to_json" } do
         assert.is_function(c[method])
         assert.is_nil(rawget(c, method))
      end
   end)

   it("always has a resource that makes its calls", function()
      local connection = require "personalize.connections.connection"
      assert.is_false(pcall(connection.new, {}))
      assert.is_false(pcall(connection.of_copy, {}, it_is:create()))
   end)

   it("raises misuse where it was called", function()
      local c = it_is:create()
      local calls = #it_is:calls()
      for _, misuse in ipairs {
         function() c.save() end, function() c.save {} end, function() c:save { timeout = "x" } end,
         function() c:save(5) end, function() c.reload() end, function() c:reload { x = 1 } end,
         function() c.test() end, function() c:test(5) end, function() c:copy(5) end, function() c.copy("x") end,
         function() c:diff() end, function() c.diff() end, function() c:to_json { prety = true } end,
         function() c.to_json() end, function() c:to_json(5) end,
      } do
         local line = debug.getinfo(misuse, "S").linedefined
         local fine, message = pcall(misuse)
         assert.is_false(fine)
         assert.matches("connection_spec.lua:" .. line .. ": ", message, 1, true)
         assert.is_nil(message:find "attempt to")
      end
      assert.equal(calls, #it_is:calls())
   end)
end)
