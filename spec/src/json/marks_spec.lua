-- Array and object marks, ours and those of OpenResty's lua-cjson.
local json = require "personalize.core".json

describe("json.array", function()
   it("marks a table or makes one", function()
      local list = { 1 }
      assert.equal(list, json.array(list))
      assert.is_true(json.is_array(list))
      assert.equal(list, json.array(list))
      assert.is_true(json.is_array(json.array()))
      assert.equal("[]", json.encode(json.array()))
   end)

   it("refuses what is no table, and tables with a metatable of their own", function()
      assert.has_error(function() json.array "x" end)
      assert.has_error(function() json.array(setmetatable({}, {})) end)
   end)
end)

describe("json.is_array", function()
   it("asks for the mark alone", function()
      assert.is_false(json.is_array { 1, 2 })
      assert.is_false(json.is_array {})
      assert.is_false(json.is_array "x")
      assert.is_false(json.is_array(nil))
      assert.is_true(json.is_array(setmetatable({}, { __jsontype = "array" })))
   end)
end)

describe("json.recognise", function()
   local array_mt, empty_array_mt = {}, {}
   local own = json.array {}
   local before = json.array_mt

   after_each(function()
      json.recognise(nil, nil, nil)
   end)

   it("understands the other library's tables", function()
      json.recognise(array_mt, empty_array_mt, nil)
      assert.equal("[]", json.encode(setmetatable({}, array_mt)))
      assert.equal("[]", json.encode(setmetatable({}, empty_array_mt)))
      assert.equal('{"a":1}', json.encode(setmetatable({ a = 1 }, empty_array_mt)))
      assert.is_nil((json.encode(setmetatable({ a = 1 }, array_mt))))
      assert.equal("[]", json.encode(own))
      assert.is_true(json.is_array(own))
   end)

   it("makes its array metatable ours", function()
      json.recognise(array_mt)
      assert.equal(array_mt, getmetatable(json.decode "[]"))
      assert.equal(array_mt, getmetatable(json.decode('[[1]]')[1]))
      assert.equal(array_mt, getmetatable(json.array()))
      assert.equal(array_mt, json.array_mt)
      json.recognise()
      assert.equal(before, json.array_mt)
      assert.equal(before, getmetatable(json.decode "[]"))
   end)

   it("checks what it is given", function()
      assert.has_error(function() json.recognise(1) end)
      assert.has_error(function() json.recognise(nil, "x") end)
      assert.has_error(function() json.recognise(nil, nil, {}) end)
   end)

   it("takes null for null when there is no empty_array", function()
      assert.equal("[null]", json.encode { json.null })
      json.recognise(array_mt, nil, nil)
      assert.equal("[null]", json.encode { json.null })
   end)
end)
