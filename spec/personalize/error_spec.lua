-- Errors as values: their text, and how they are told from others.
local errors = require "personalize.error"
local personalize = require "personalize"

describe("an error object", function()
   it("is one line of text: kind, status, message", function()
      local _, err = errors.fail("not_found", "no such\nthing", { status = 404 })
      assert.equal("not_found (404): no such\\nthing", tostring(err))
      assert.equal("config: x", tostring(select(2, errors.fail("config", "x"))))
   end)

   it("lets nothing through that a terminal would obey", function()
      local _, err = errors.fail("server", "a\27[31m\194\155b\226\128\174\255", { status = "\7" })
      assert.equal("server (\\007): a\\027[31m?b??", tostring(err))
   end)

   it("can be concatenated", function()
      local _, err = errors.fail("config", "x")
      assert.equal("failed: config: x!", "failed: " .. err .. "!")
      assert.equal("config: x" .. "config: x", err .. err)
   end)

   it("is told from other values", function()
      local _, err = errors.fail("config", "x")
      assert.is_true(personalize.is_error(err))
      assert.is_true(personalize:is_error(err))
      for _, value in ipairs { {}, "x", 1, true, setmetatable({}, { __metatable = "x" }) } do
         assert.is_false(personalize.is_error(value))
      end
      assert.is_false(personalize.is_error(nil))
   end)

   it("is shown whatever its members are", function()
      for _, value in ipairs { {}, print, setmetatable({}, { __tostring = error }), 5, true } do
         assert.is_string(tostring(errors.new { kind = value, message = value, status = value }))
      end
      assert.equal("nil: nil", tostring(errors.new {}))
   end)

   it("sums up problems, the first five", function()
      local problems = {}
      for index = 1, 7 do problems[index] = { path = "p" .. index, message = "is wrong" } end
      problems[2].path = ""
      assert.equal("p1: is wrong; is wrong; p3: is wrong; p4: is wrong; p5: is wrong; and 2 more",
         errors.summary(problems))
   end)
end)
