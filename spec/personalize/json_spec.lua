-- JSON as users meet it; the codec itself is tried in spec/src/json.
local personalize = require "personalize"
local json = personalize.json

local function raised(call, ...)
   local fine, message = pcall(call, ...)
   assert.is_false(fine)
   return message
end

describe("personalize.json", function()
   it("decodes and encodes without loss", function()
      local text = '{"a":[],"b":{},"c":null,"d":18446744073709551616,"e":0.1,"f":"\\u0000"}'
      local value = assert(json.decode(text))
      assert.equal(personalize.null, value.c)
      assert.equal(personalize.number "18446744073709551616", value.d)
      assert.equal("\0", value.f)
      assert.equal(text, json.encode(value, { canonical = true }))
   end)

   it("says where a text is no JSON", function()
      local none, err = json.decode '{\n  "a": }'
      assert.is_nil(none)
      assert.equal("decode", err.kind)
      assert.same({ 2, 8 }, { err.line, err.column })
      assert.matches("^invalid JSON at line 2, column 8: ", err.message)
   end)

   it("reports members that stand twice; the last one counts", function()
      local value, warnings = json.decode '{"a":{"b":1,"b":2}}'
      assert.equal(2, value.a.b)
      assert.same({ { path = "a.b", message = "stands more than once in the JSON; the last one counts" } }, warnings)
   end)

   it("names the member that can't be encoded", function()
      local none, err = json.encode { a = { { b = print } } }
      assert.is_nil(none)
      assert.equal("encode", err.kind)
      assert.equal("a[1].b", err.problems[1].path)
      assert.matches("^encode: a%[1%]%.b: ", tostring(err))
   end)

   it("writes members in the order of the published bodies, then alphabetically", function()
      assert.equal('{"name":"x","auth":{"authType":"NONE","clientId":"c"},"systemType":"y","alpha":1,"zeta":2}',
         json.encode({ zeta = 2, alpha = 1, systemType = "y", name = "x",
            auth = { clientId = "c", authType = "NONE" } }, { canonical = true }))
   end)

   it("bounds nesting", function()
      assert.is_nil((json.decode("[[[]]]", { max_depth = 2 })))
      assert.is_nil((json.encode({ { {} } }, { max_depth = 2 })))
      assert.is_string(json.encode({ { {} } }, { max_depth = 3 }))
   end)

   it("raises misuse where it was called", function()
      for _, misuse in ipairs {
         function() json.decode() end, function() json.decode(5) end, function() json.decode("1", 5) end,
         function() json.decode("1", { depth = 5 }) end, function() json.decode("1", { max_depth = 0 }) end,
         function() json.decode("1", { max_depth = 1e9 }) end, function() json.encode(1, { prety = true }) end,
         function() personalize.array(5) end, function() personalize.array(setmetatable({}, {})) end,
         function() personalize.number() end, function() personalize.number "1.x" end,
         function() personalize.number(0 / 0) end, function() personalize.number {} end,
      } do
         local line = debug.getinfo(misuse, "S").linedefined
         local message = raised(misuse)
         assert.matches("json_spec.lua:" .. line .. ": ", message, 1, true)
         assert.is_nil(message:find "'%?'")
      end
      assert.matches("expected an integer from 1 to %d+", raised(json.decode, "1", { max_depth = 1e9 }))
      assert.matches("expected a number as JSON writes it, got \"1.x\"", raised(personalize.number, "1.x"))
   end)
end)

describe("personalize.array", function()
   it("marks a table, the same one, or makes one", function()
      local items = { 1 }
      assert.equal(items, personalize.array(items))
      assert.equal("[]", json.encode(personalize.array()))
      assert.equal("[]", json.encode(personalize.array(json.decode "{}")))
      local list = setmetatable({}, { __jsontype = "array" })
      assert.equal(list, personalize.array(list))
   end)

   it("works when called with a colon, as all do", function()
      assert.equal(5, personalize.json:decode "5")
      assert.equal("5", json:encode(5))
      assert.equal("[]", json.encode(personalize:array {}))
      assert.equal("5", tostring(personalize:number "5"))
      assert.is_number(personalize:now())
   end)
end)
