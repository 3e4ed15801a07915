-- Decoding: values, exactness of numbers, marks, duplicates, bounds, where errors are.
local has_cjson, cjson = pcall(require, "cjson") -- Debian has none for Lua 5.5
local json = require "personalize.core".json

local has_integers = math.type ~= nil

-- The value alone; whatever was refused is an error of the spec.
local function decoded(text, ...)
   local value, message = json.decode(text, ...)
   assert(value ~= nil, message)
   return value
end

local function number_text(text)
   local value = decoded(text)
   assert.is_true(json.is_number(value), text .. " came as a " .. type(value))
   return tostring(value)
end

local function read(name)
   local file = assert(io.open("spec/fixtures/" .. name, "rb"))
   local text = file:read("*a")
   file:close()
   return text
end

describe("json.decode", function()
   it("gives scalars", function()
      assert.equal(true, decoded "true")
      assert.is_false((json.decode "false"))
      assert.equal("", decoded '""')
      assert.equal(12, decoded " 12 ")
      assert.equal(json.null, decoded "null")
      if has_cjson then assert.equal(cjson.null, decoded "null") end
   end)

   it("gives objects and arrays", function()
      assert.same({ a = { 1, 2, { b = "x" } }, c = "" }, decoded '{"a":[1,2,{"b":"x"}],"c":""}')
      assert.equal(json.null, decoded('[1,null,3]')[2])
      assert.equal(3, #decoded '[1,null,3]')
   end)

   it("reads white space of every kind, and no other", function()
      assert.same({ a = { 1 } }, decoded " \t\r\n{ \"a\"\t:\r[\n1 ] } \n")
      assert.is_nil((json.decode "\v1"))
      assert.is_nil((json.decode "\194\1601"))
   end)

   describe("strings", function()
      it("resolves every escape", function()
         assert.equal('"\\/\b\f\n\r\t', decoded [["\"\\\/\b\f\n\r\t"]])
         assert.equal("\0é€😀", decoded [["\u0000\u00e9\u20AC\uD83D\ude00"]])
         assert.equal("\239\191\191", decoded [["\uffff"]])
      end)

      it("keeps bytes as they are, wherever in a word of eight they stand", function()
         for before = 0, 17 do
            for _, special in ipairs { "é", "€", "😀", "\127" } do
               local text = ("x"):rep(before) .. special .. ("y"):rep(9)
               assert.equal(text, decoded('"' .. text .. '"'))
               assert.equal(text .. "\n", decoded('"' .. text .. '\\n"'))
            end
         end
      end)

      it("resolves escapes in strings of any length", function()
         for _, length in ipairs { 1, 511, 512, 513, 5000, 100000 } do
            local text = ("a"):rep(length)
            assert.equal(text .. '"' .. text, decoded('"' .. text .. '\\"' .. text .. '"'))
         end
      end)

      it("does not confuse names that are alike", function()
         local names, text = {}, {}
         for length = 1, 40 do
            for _, letter in ipairs { "a", "b" } do
               for place = 1, length do
                  local name = ("x"):rep(place - 1) .. letter .. ("x"):rep(length - place)
                  names[name] = #text + 1
                  text[#text + 1] = ('{"%s":%d}'):format(name, #text + 1)
               end
            end
         end
         local list = "[" .. table.concat(text, ",") .. "]"
         local values = decoded("[" .. list .. "," .. list .. "]")
         for name, index in pairs(names) do
            assert.same({ [name] = index }, values[1][index])
            assert.same({ [name] = index }, values[2][index])
         end
      end)
   end)

   describe("numbers", function()
      it("come as numbers where that loses nothing", function()
         for text, number in pairs {
            ["0"] = 0, ["-1"] = -1, ["1.5"] = 1.5, ["0.1"] = 0.1, ["1e3"] = 1000, ["1E+2"] = 100, ["25e-1"] = 2.5,
            ["9007199254740992"] = 9007199254740992, ["1e300"] = 1e300, ["5e-324"] = 5e-324, ["0.10"] = 0.1,
            ["1.7976931348623157e308"] = 1.7976931348623157e308, ["2.2250738585072014e-308"] = 2.2250738585072014e-308,
            ["0e999999999999"] = 0, ["5.684341886080802e-14"] = 2 ^ -44, ["123456789.125"] = 123456789.125,
            ["100000000000000000000000"] = 1e23, ["0.30000000000000004"] = 0.1 + 0.2,
         } do
            assert.equal(number, decoded(text))
            assert.equal("number", type(decoded(text)))
         end
      end)

      it("come as their text where a number would be another value", function()
         for _, text in ipairs {
            "1e400", "-1e400", "1e-400", "18446744073709551616", "0.1000000000000000000001", "3.14159265358979323846",
            "1.7976931348623159e308", "123456789012345678901234567890", "1e99999999999999999999999", "2e-324",
         } do
            assert.equal(text, number_text(text))
         end
      end)

      it("keep minus zero", function()
         for _, text in ipairs { "-0", "-0.0", "-0e5" } do
            assert.equal(-math.huge, 1 / decoded(text))
         end
         assert.equal(math.huge, 1 / decoded "0.0")
      end)

      if has_integers then
         it("are integers where they are written so and fit", function()
            for _, text in ipairs {
               "0", "7", "-7", "9223372036854775807", "-9223372036854775808", "9007199254740993",
            } do
               assert.equal("integer", math.type(decoded(text)))
               assert.equal(text, tostring(decoded(text)))
            end
            for _, text in ipairs { "1.0", "1e2", "-0" } do
               assert.equal("float", math.type(decoded(text)))
            end
            assert.equal("9223372036854775808", number_text "9223372036854775808")
            assert.equal("-9223372036854775809", number_text "-9223372036854775809")
         end)
      else
         it("are text where a double rounds them", function()
            assert.equal("9007199254740993", number_text "9007199254740993")
            assert.equal("9223372036854775807", number_text "9223372036854775807")
         end)
      end
   end)

   describe("marks", function()
      it("every array, empty or not", function()
         local value = decoded '{"a":[],"b":[1],"c":[[]],"o":{"x":1}}'
         assert.is_true(json.is_array(value.a))
         assert.is_true(json.is_array(value.b))
         assert.is_true(json.is_array(value.c[1]))
         assert.equal(json.array_mt, getmetatable(value.b))
         assert.is_nil(getmetatable(value.o))
      end)

      it("empty objects, so that they stay objects", function()
         local value = decoded '{"o":{}}'
         assert.equal(json.object_mt, getmetatable(value.o))
         assert.is_false(json.is_array(value.o))
         assert.equal('{"o":{}}', json.encode(value, { arrays = { o = true } }))
      end)
   end)

   describe("members given twice", function()
      it("let the last win and are reported with their paths", function()
         local value, duplicates = json.decode [[
            {"auth":{"x":1,"y":2,"x":3},"items":[{},{},{"name":"a","name":"b","a-b":1,"a-b":2}],"auth":4}]]
         assert.equal(4, value.auth)
         assert.same({ name = "b", ["a-b"] = 2 }, value.items[3])
         assert.same({ "auth.x", "items[3].name", 'items[3]["a-b"]', "auth" }, duplicates)
         assert.is_nil((select(2, json.decode '{"a":1,"b":{"a":1}}')))
      end)

      it("are found whatever they are and wherever they stand", function()
         for _, first in ipairs { "null", "false", '""', "[]", "{}", "0" } do
            local value, duplicates = json.decode('{"a":' .. first .. ',"a":1}')
            assert.same({ a = 1 }, value)
            assert.same({ "a" }, duplicates)
         end
         for count = 1, 200, 7 do
            local members = {}
            for i = 1, count do
               members[i] = ('"member%d":%d'):format(i, i)
            end
            local text = table.concat(members, ",")
            assert.is_nil((select(2, json.decode("{" .. text .. "}"))))
            local _, duplicates = json.decode("{" .. text .. ',"member1":0}')
            assert.same({ "member1" }, duplicates)
         end
      end)

      it("are found through escapes", function()
         assert.same({ "ab" }, select(2, json.decode [[{"ab":1,"\u0061b":2}]]))
      end)

      it("are reported a hundred times at most, with paths of bounded length", function()
         local _, duplicates = json.decode("[" .. ('{"a":1,"a":1},'):rep(1000) .. "0]")
         assert.equal(100, #duplicates)
         local name = ("n"):rep(5000)
         _, duplicates = json.decode(('{"%s":{"a":1,"a":2}}'):format(name))
         assert.is_true(#duplicates[1] <= 1003)
         assert.equal("...", duplicates[1]:sub(-3))
      end)
   end)

   describe("nesting", function()
      local function nested(depth)
         return ("["):rep(depth) .. ("]"):rep(depth)
      end

      it("is 128 deep at most by default", function()
         assert.is_table(decoded(nested(128)))
         local value, message, offset, line, column, too_deep = json.decode(nested(129))
         assert.is_nil(value)
         assert.equal("nested too deeply", message)
         assert.same({ 128, 1, 129, true }, { offset, line, column, too_deep })
      end)

      it("is as deep as asked for, up to the limit", function()
         assert.is_nil((json.decode("[[1]]", 1)))
         assert.same({ { 1 } }, decoded("[[1]]", 2))
         local depth, value = 0, decoded(nested(json.depth_limit), json.depth_limit)
         while value do
            depth, value = depth + 1, value[1]
         end
         assert.equal(json.depth_limit, depth)
         assert.has_error(function() json.decode("1", json.depth_limit + 1) end)
         assert.has_error(function() json.decode("1", 0) end)
      end)

      it("of objects is no different", function()
         local text = ('{"a":'):rep(1000) .. "1" .. ("}"):rep(1000)
         local value = decoded(text, 1000)
         assert.equal(text, json.encode(value, { max_depth = 1000 }))
         assert.is_nil((json.decode(text, 999)))
      end)
   end)

   it("says where it stopped", function()
      local value, message, offset, line, column, too_deep = json.decode '{\n  "a": 1,\n  "b": tru\n}'
      assert.is_nil(value)
      assert.equal("unknown word (true, false and null are known)", message)
      assert.same({ 19, 3, 8, false }, { offset, line, column, too_deep })
      assert.same({ 4, 1, 5, false }, { select(3, json.decode "[1, ") })
   end)

   it("takes text alone", function()
      assert.has_error(function() json.decode(12) end)
      assert.has_error(function() json.decode(nil) end)
      assert.has_error(function() json.decode {} end)
   end)

   local with_cjson = has_cjson and it or function() end
   with_cjson("agrees with lua-cjson on the published bodies", function()
      for _, name in ipairs { "list.json", "retrieve.json", "create-request.json", "create-response.json" } do
         local text = read(name)
         assert.same(cjson.decode(text), decoded(text))
      end
   end)

   it("does not depend on the locale", function()
      local before = os.setlocale(nil)
      for _, name in ipairs { "de_DE.UTF-8", "fr_FR.UTF-8", "de_DE", "nl_NL.UTF-8" } do
         if os.setlocale(name) then break end
      end
      local values = { decoded "1.5", decoded "0.30000000000000004", decoded "1.2345678901234567e-200" }
      local texts = { json.encode(1.5), json.encode(0.1 + 0.2), json.encode(1.2345678901234567e-200) }
      os.setlocale(before)
      assert.same({ 1.5, 0.1 + 0.2, 1.2345678901234567e-200 }, values)
      assert.same({ "1.5", "0.30000000000000004", "1.2345678901234567e-200" }, texts)
   end)
end)
