-- What differs between two connections, and how that is shown.
local personalize = require "personalize"
local json = require "personalize.json"
local connection = require "personalize.connections.connection"

local function new(value) return connection.new(value, personalize.connections) end

local function diff(a, b)
   return assert(new(json.decode(a)):diff(json.decode(b)))
end

describe("connection:diff", function()
   it("lists what differs, by path, in canonical order", function()
      local found = diff(
         '{"zeta":1,"name":"a","auth":{"authType":"NONE"},"customHeaders":[{"name":"A","value":"1"}]}',
         '{"name":"b","auth":{"authType":"OAUTH","clientId":"c"},"customHeaders":[{"name":"B","value":"1"},"x"],'
            .. '"a b":2}')
      assert.same({
         { path = "name", old = "a", new = "b" },
         { path = "auth.authType", old = "NONE", new = "OAUTH" },
         { path = "auth.clientId", new = "c" },
         { path = "customHeaders[1].name", old = "A", new = "B" },
         { path = "customHeaders[2]", new = "x" },
         { path = '["a b"]', new = 2 },
         { path = "zeta", old = 1 },
      }, { (table.unpack or unpack)(found) })
      assert.same({}, found.server_owned)
   end)

   it("keeps apart what the server owns", function()
      local found = diff('{"name":"a","revision":1,"ref":"x"}', '{"name":"a","revision":2,"ref":"x"}')
      assert.equal(0, #found)
      assert.same({ { path = "revision", old = 1, new = 2 } }, found.server_owned)
      assert.equal("revision: 1 -> 2", tostring(found.server_owned))
      assert.equal("no differences\nof the members that the server owns:\nrevision: 1 -> 2", tostring(found))
   end)

   it("shows values as JSON, cut, and what is absent", function()
      assert.equal('name: "a\\nb" -> (absent)\ndescription: (absent) -> null\n'
         .. 'inputMappings[1]: (absent) -> {"key":"a"}',
         tostring(diff('{"name":"a\\nb","inputMappings":[]}', '{"description":null,"inputMappings":[{"key":"a"}]}')))
      assert.equal("no differences", tostring(diff("{}", "{}")))
      local line = tostring(diff('{"a":"' .. ("x"):rep(1000) .. '"}', "{}"))
      assert.is_true(#line < 100, line)
   end)

   it("holds the data, and shows it masked", function()
      local found = diff('{"auth":{"clientSecret":"old-hush"},"x":{"token":{"a":"old-hush"}}}',
         '{"auth":{"clientSecret":"new-hush"},"x":{"token":{"a":"new-hush"}}}')
      assert.equal("old-hush", found[1].old)
      assert.equal('auth.clientSecret: "***" -> "***" (changed)\nx.token.a: "***" -> "***" (changed)', tostring(found))
      found = diff('{"auth":{}}', '{"auth":{"clientSecret":"hush"}}')
      assert.equal('auth.clientSecret: (absent) -> "***"', tostring(found))
   end)

   it("tells false from absent", function()
      assert.equal("archived: (absent) -> false\nx.a: true -> false",
         tostring(diff('{"x":{"a":true}}', '{"archived":false,"x":{"a":false}}')))
      assert.equal("auth.useMutualTls: (absent) -> false",
         tostring(diff('{"auth":{}}', '{"auth":{"useMutualTls":false}}')))
   end)

   it("compares exactly", function()
      assert.equal("a: 18446744073709551616 -> 18446744073709551617",
         tostring(diff('{"a":18446744073709551616}', '{"a":18446744073709551617}')))
      assert.equal("a: [] -> {}", tostring(diff('{"a":[]}', '{"a":{}}')))
      assert.equal(0, #diff('{"a":1.0}', '{"a":1}'))
   end)

   it("takes definitions and builders", function()
      local c = new { name = "a" }
      assert.equal('name: "a" -> "b"', tostring(c:diff(personalize.connections.build "b")))
      assert.equal(0, #c:diff { name = "a" })
   end)

   it("is an array for the encoder", function()
      local found = diff("{}", '{"name":"a"}')
      assert.equal('[{"new":"a","path":"name"}]', json.encode(found, { canonical = true }))
      assert.equal("[]", json.encode(diff("{}", "{}")))
   end)

   it("says what is no JSON, and ends for what contains itself", function()
      local knot = { name = "a" }
      for index = 1, 20 do knot["k" .. index] = knot end
      local none, err = new({ name = "a" }):diff(knot)
      assert.is_nil(none)
      assert.equal("encode", err.kind)
      assert.matches("^the other one: ", err.message)
      none, err = new({ f = print }):diff {}
      assert.is_nil(none)
      assert.matches("^the connection: f: ", err.message)
      assert.error_matches(function() new({}):diff(5) end, "bad argument #1 to 'diff' %(expected a table")
   end)
end)
