-- References like ${key} in texts.
local template = require "personalize.connections.template"

describe("template", function()
   it("finds the keys that a text refers to, each once", function()
      assert.same({ "city", "", "a b" }, template.keys "https://x/${city}?c=${city}&e=${}&s=${a b}")
      assert.same({}, template.keys "$city {city} ${city")
   end)

   it("judges JSON with the references filled in", function()
      assert.is_true(template.is_json('{"a":"${a}","b":${b},"c":[${c}]}', {}))
      assert.is_false(template.is_json('{"a":${a}', {}))
      assert.is_false(template.is_json("{${rest}}", {}))
      assert.is_true(template.is_json("{${rest}}", { rest = '"a":1' }))
   end)
end)
