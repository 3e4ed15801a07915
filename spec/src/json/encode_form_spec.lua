-- Encoding as the caller wants it: which tables are arrays, in which order members stand, line breaks.
local json = require "personalize.core".json

local encode = json.encode

describe("json.encode", function()
   describe("the tree of arrays", function()
      local tree = { list = true, auth = { headers = {  { tags = true } } }, items = { { mappings = { true } } } }

      it("makes empty tables arrays where they are expected", function()
         for _, canonical in ipairs { true, false } do
            local options = { arrays = tree, canonical = canonical }
            local function written(value) return encode(value, options) end
            assert.equal('{"list":[]}', written { list = {} })
            assert.equal('{"other":{}}', written { other = {} })
            assert.equal('{"auth":{}}', written { auth = {} })
            assert.equal('{"auth":{"headers":[]}}', written { auth = { headers = {} } })
            assert.equal('{"auth":{"headers":[{"tags":[]},{"tags":[]}]}}',
               written { auth = { headers = { { tags = {} }, { tags = {} } } } })
            assert.equal('{"items":[{"mappings":[[]]}]}', written { items = { { mappings = { {} } } } })
            assert.equal('{"list":["x"]}', written { list = { "x" } })
            local typed = setmetatable({}, { __jsontype = "array", __index = {} })
            assert.equal('{"list":[],"other":[]}', encode({ list = typed, other = typed }, { arrays = tree,
               canonical = true }))
            assert.equal('{"list":{"a":1}}', written { list = { a = 1 } })
         end
         assert.equal("[]", encode({}, { arrays = { { a = true } } }))
      end)

      it("may come with a table, wherever it stands", function()
         local connection = setmetatable({ list = {}, auth = { headers = {} } }, { __jsonarrays = tree })
         for _, canonical in ipairs { true, false } do
            assert.equal('[{"auth":{"headers":[]},"list":[]}]',
               encode({ connection }, { canonical = true, arrays = { { list = canonical } } }))
         end
         local indexed = setmetatable({}, { __index = { __jsonarrays = tree } })
         assert.equal('{"list":{}}', encode(setmetatable({ list = {} }, indexed)))
      end)

      it("holds for many members as for few", function()
         local value, arrays = {}, {}
         for i = 1, 100 do
            value["m" .. i], arrays["m" .. i] = {}, i % 2 == 0 or nil
         end
         local back = json.decode(encode(value, { arrays = arrays, canonical = true }))
         for i = 1, 100 do
            assert.equal(i % 2 == 0, json.is_array(back["m" .. i]))
         end
      end)
   end)

   describe("canonical order", function()
      it("is by rank, then by bytes", function()
         local value = { zebra = 1, apple = 2, name = 3, id = 4, ["é"] = 5, Apple = 6, ap = 7 }
         assert.equal('{"id":4,"name":3,"Apple":6,"ap":7,"apple":2,"zebra":1,"é":5}',
            encode(value, { canonical = true, rank = { id = 1, name = 2 } }))
         assert.equal('{"Apple":6,"ap":7,"apple":2,"id":4,"name":3,"zebra":1,"é":5}',
            encode(value, { canonical = true }))
      end)

      it("is the same for siblings of all shapes and sizes, and for objects within objects", function()
         local list, expected = {}, {}
         for i = 1, 300 do
            local object, names = {}, {}
            for k = 1, i % 45 + 1 do
               local name = ("m%03d"):format((k * 37 + i) % 211)
               if not object[name] then
                  object[name] = { [name] = { b = k, a = k } }
                  names[#names + 1] = name
               end
            end
            table.sort(names)
            for k, name in ipairs(names) do
               local inner = object[name][name]
               names[k] = ('"%s":{"%s":{"a":%d,"b":%d}}'):format(name, name, inner.a, inner.b)
            end
            list[i], expected[i] = object, "{" .. table.concat(names, ",") .. "}"
         end
         assert.equal("[" .. table.concat(expected, ",") .. "]", encode(list, { canonical = true }))
      end)
   end)

   it("takes a table of options or none", function()
      assert.equal("1", encode(1, nil))
      assert.error_matches(function() encode(1, 5) end, "bad argument #2 .*table expected, got number")
      assert.error_matches(function() encode(1, "pretty") end, "bad argument #2 .*table expected, got string")
   end)

   it("tells of a table with metamethods, which is not what it holds", function()
      for _, name in ipairs { "__index", "__pairs", "__len" } do
         local proxy = setmetatable({}, { [name] = function() end })
         assert.same({ nil, "has metamethods", "a[1]" }, { encode { a = { proxy } } })
         assert.equal('{"a":{}}', encode { a = setmetatable({}, { __jsontype = "object", [name] = print }) })
      end
   end)

   it("writes pretty text", function()
      assert.equal('{\n  "a": [\n    1,\n    {\n      "b": []\n    }\n  ],\n  "c": {}\n}',
         encode({ a = { 1, { b = json.array() } }, c = {} }, { pretty = true, canonical = true }))
      assert.equal("[]", encode(json.array(), { pretty = true }))
      assert.equal("1", encode(1, { pretty = true }))
   end)
end)
