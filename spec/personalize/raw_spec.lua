-- Looking into values that may have any shape.
local json = require "personalize.json"
local raw = require "personalize.raw"

local function evil(content)
   local function raise() error "ran a metamethod" end
   return setmetatable(content or {}, { __index = raise, __len = raise, __pairs = raise, __eq = raise })
end

describe("raw", function()
   it("finds the objects of a member, one or many", function()
      assert.same({ { { a = 1 }, "auth" } }, raw.objects({ auth = { a = 1 } }, "auth"))
      assert.same({ { { a = 1 }, "auth[1]" }, { { b = 2 }, "auth[3]" } },
         raw.objects({ auth = { { a = 1 }, "x", { b = 2 } } }, "auth"))
      assert.same({}, raw.objects({ auth = json.array {} }, "auth"))
      for _, value in ipairs { json.null, "x", 1, true } do
         assert.same({}, raw.objects({ auth = value }, "auth"))
         assert.same({}, raw.object({ auth = value }, "auth"))
      end
   end)

   it("takes null for absent", function()
      assert.is_nil(raw.get({ a = json.null }, "a"))
      assert.is_nil(raw.get("x", "a"))
      assert.is_nil(raw.string({ a = 1 }, "a"))
      assert.equal("OAUTH", raw.auth_type { authType = "oauth" })
   end)

   it("takes for archived what says true, and nothing else", function()
      assert.is_true(raw.is_archived { archived = true })
      for _, value in ipairs { false, "true", 1, json.null } do
         assert.is_false(raw.is_archived { archived = value })
      end
      assert.is_false(raw.is_archived {})
      assert.is_false(raw.is_archived(nil))
   end)

   it("runs no metamethod", function()
      assert.is_nil(raw.get(evil(), "a"))
      assert.same({}, raw.items({ a = evil() }, "a"))
      assert.is_false(raw.is_array(evil()))
      assert.is_true(raw.equal(evil { a = 1 }, evil { a = 1 }))
      assert.is_nil(getmetatable(raw.copy(evil())))
   end)

   describe("copy", function()
      it("is deep, and keeps marks and exact numbers", function()
         local text = '{"a":[],"b":{},"c":[{"d":18446744073709551616},null,1.5],"e":"x"}'
         local original = json.decode(text)
         local copy = assert(raw.copy(original))
         assert.equal(text, json.encode(copy, { canonical = true }))
         copy.c[1].d = 1
         assert.equal(text, json.encode(original, { canonical = true }))
      end)

      it("says why it can't be made", function()
         local knot = {}
         for index = 1, 20 do knot[index] = knot end
         local copy, reason = raw.copy(knot)
         assert.is_nil(copy)
         assert.equal("is nested too deeply (more than 128 levels), or contains itself", reason)
      end)
   end)

   describe("equal", function()
      local function equal(a, b) return raw.equal(a, b) and raw.equal(b, a) end

      it("compares JSON", function()
         assert.is_true(equal({ a = { 1, { b = json.null } } }, { a = { 1, { b = json.null } } }))
         assert.is_false(equal({ a = 1 }, { a = 1, b = json.null }))
         assert.is_false(equal({ 1, 2 }, { 1, 2, 3 }))
         assert.is_false(equal(1, "1"))
         assert.is_false(equal(false, json.null))
         assert.is_true(equal(nil, nil))
         assert.is_false(equal(nil, json.null))
      end)

      it("tells an empty array from an empty object where both are marked", function()
         assert.is_false(equal(json.decode "[]", json.decode "{}"))
         assert.is_true(equal(json.decode "[]", {}))
         assert.is_true(equal(json.decode "{}", {}))
         assert.is_true(equal(json.decode "{}", json.decode "{}"))
      end)

      it("compares numbers by value, whatever holds them", function()
         assert.is_true(equal(json.number "1.0", 1))
         assert.is_true(equal(json.number "18446744073709551616", json.number "18446744073709551616.0"))
         assert.is_false(equal(json.number "18446744073709551617", json.number "18446744073709551616"))
         assert.is_false(equal(json.number "1", 0 / 0))
         assert.is_false(equal(json.number "1", 1 / 0))
         assert.is_false(equal(json.number "1", "1"))
         assert.is_false(equal(json.number "1", nil))
      end)

      it("ends for tables that contain themselves", function()
         local a, b = {}, {}
         for index = 1, 20 do a[index], b[index] = a, b end
         assert.is_false(equal(a, b))
      end)
   end)
end)
