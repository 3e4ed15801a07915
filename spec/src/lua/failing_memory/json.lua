-- core.json with memory that runs out.
return {
   { "json.decode", function(given)
      local text = '{"a": [1, 2.5, -0, 1e400, 18446744073709551616, true, null, {}], "b": {"c": "\\u00e4\\ud83d\\ude00'
         .. ("x"):rep(600) .. '"}, "a": [], "d": [[[[[[[]]]]]]]}'
      local value, duplicates = given.core.json.decode(text)
      assert(value.b.c and duplicates)
   end },
   { "json.decode, of lists", function(given)
      local value = assert(given.core.json.decode("[" .. ('{"name": "n", "more": [1, 2]},'):rep(20) .. "null]"))
      assert(#value == 21 and value[20].more[2] == 2)
   end },
   { "json.decode, refused", function(given)
      local value, message = given.core.json.decode '[1, 2, {"a": tru}]'
      assert(value == nil and message)
   end },
   { "json.encode", function(given)
      local json = given.core.json
      local value = { b = 1, a = { 1, 2.5, "text", json.array {}, {} }, n = json.number "1e400",
         s = ('long \n"'):rep(200), t = true, u = json.null }
      assert(json.encode(value))
      assert(json.encode(value, { pretty = true, canonical = true, rank = { b = 1 }, arrays = { a = true } }))
   end },
   { "json.encode, refused", function(given)
      local text, message, path = given.core.json.encode { a = { { b = print } } }
      assert(not text and message and path)
   end },
   { "json.number", function(given)
      local json = given.core.json
      local long = json.number "12345678901234567890"
      assert(tostring(long) == "12345678901234567890" and long == json.number "12345678901234567890.0")
      assert(long < json.number "1e30" and long <= long and 1 < long and long .. "x" == "12345678901234567890x")
      assert(json.is_number(json.number(2.5)) and not json.is_number(2.5))
      assert(given.refuses(json.number, "no number"))
   end },
   { "json.array", function(given)
      local json = given.core.json
      assert(json.is_array(json.array { 1 }) and json.is_array(json.array()) and not json.is_array {})
   end },
   { "json.recognise", function(given)
      local json = given.core.json
      local array, empty = {}, {}
      json.recognise(array, empty, json.null)
      assert(getmetatable(json.array {}) == array)
      assert(json.encode { setmetatable({}, empty) } == "[[]]")
      json.recognise(nil, nil, nil)
      assert(getmetatable(json.array {}) ~= array)
   end },
   { "json.has_only", function(given)
      local has_only = given.core.json.has_only
      local names = { a = true, b = { c = true } }
      assert(has_only({ a = 1, b = { { c = 1 }, { c = {} } } }, names) and not has_only({ b = { { d = 1 } } }, names))
   end },
}
