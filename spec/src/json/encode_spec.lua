-- Encoding: what comes out, and what is refused where.
local json = require "personalize.core".json

local has_integers = math.type ~= nil
local encode = json.encode

-- What a refusal says: message and path.
local function refused(value, options)
   local text, message, path = encode(value, options)
   assert.is_nil(text)
   return message, path
end

describe("json.encode", function()
   it("writes scalars", function()
      assert.equal("true", encode(true))
      assert.equal("false", encode(false))
      assert.equal("null", encode(json.null))
      assert.equal('"x"', encode "x")
      assert.equal("7", encode(7))
   end)

   describe("strings", function()
      it("escapes what must be, and no more", function()
         assert.equal([["\"\\/\b\f\n\r\t\u0000\u001f]] .. '\127é€😀"', encode '"\\/\b\f\n\r\t\0\31\127é€😀')
      end)

      it("copies plain text of every length", function()
         for length = 0, 40 do
            local text = ("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGH"):sub(1, length)
            assert.equal('"' .. text .. '"', encode(text))
            for place = 1, length do
               local special = text:sub(1, place - 1) .. "\n" .. text:sub(place + 1)
               assert.equal('"' .. special:gsub("\n", "\\n") .. '"', encode(special))
               special = text:sub(1, place - 1) .. '"é' .. text:sub(place + 1)
               assert.equal('"' .. special:gsub('"', '\\"') .. '"', encode(special))
            end
         end
      end)

      it("refuses what is not UTF-8, names too", function()
         assert.same({ "the string is not valid UTF-8", "a[2]" }, { refused { a = { "x", "\255" } } })
         assert.same({ "the member's name is not valid UTF-8", "a[(not UTF-8)]" },
            { refused { a = { ["\192\128"] = 1 } } })
         assert.equal("a[(not UTF-8)]", select(2, refused({ a = { ["\192\128"] = 1 } }, { canonical = true })))
         for before = 0, 9 do
            assert.is_nil((encode(("x"):rep(before) .. "\128" .. "yyyyyyyy")))
         end
      end)
   end)

   describe("numbers", function()
      it("writes the shortest text that reads back the same", function()
         for text, number in pairs {
            ["0.1"] = 0.1, ["0.30000000000000004"] = 0.1 + 0.2, ["1e300"] = 1e300, ["5e-324"] = 5e-324, ["1.5"] = 1.5,
            ["1.7976931348623157e308"] = 1.7976931348623157e308, ["-2.5e-7"] = -2.5e-7, ["0.00001"] = 1e-5,
            ["5.684341886080802e-14"] = 2 ^ -44, ["123456.789"] = 123456.789, ["2.2250738585072014e-308"] = 2 ^ -1022,
            ["3.141592653589793"] = math.pi, ["1e-7"] = 1e-7, ["1e23"] = 1e23, ["1e100"] = 1e100,
         } do
            assert.equal(text, encode(number))
            assert.equal(number, tonumber(text))
         end
      end)

      if has_integers then
         it("keeps integers integers and floats floats", function()
            assert.equal("9223372036854775807", encode(math.maxinteger))
            assert.equal("-9223372036854775808", encode(math.mininteger))
            assert.equal("1.0", encode(1.0))
            assert.equal("-0.0", encode(-0.0))
            assert.equal("9007199254740992.0", encode(2.0 ^ 53))
            assert.equal("float", math.type((json.decode(encode(1e15)))))
         end)
      else
         it("writes whole numbers without a point", function()
            assert.equal("1", encode(1))
            assert.equal("-0", encode(-0.0))
            assert.equal("9007199254740992", encode(2 ^ 53))
            assert.equal("-9007199254740992", encode(-2 ^ 53))
            assert.equal("10000000000000000", encode(1e16))
         end)
      end

      it("refuses what JSON can't say", function()
         assert.same({ "JSON has no NaN", "a.b" }, { refused { a = { b = 0 / 0 } } })
         assert.same({ "JSON has no infinity", "" }, { refused(math.huge) })
         assert.same({ "JSON has no infinity", "[1]" }, { refused { -math.huge } })
      end)
   end)

   describe("tables", function()
      it("are objects or arrays by their keys", function()
         assert.equal("{}", encode {})
         assert.equal("[1,[2],{\"a\":[]}]", encode { 1, { 2 }, { a = json.array() } })
         local backwards = {}
         for i = 40, 1, -1 do
            backwards[i] = i
         end
         assert.same(backwards, (json.decode(encode(backwards))))
         assert.equal("[", encode(backwards):sub(1, 1))
      end)

      it("are arrays or objects by their marks", function()
         assert.equal("[]", encode(json.array {}))
         assert.equal("[]", encode(setmetatable({}, { __jsontype = "array" })))
         assert.equal("{}", encode(setmetatable({}, { __jsontype = "object" }), { arrays = { true } }))
         assert.equal("{}", encode(setmetatable({}, { __jsontype = "strange" })))
         local once_empty = json.decode "{}"
         once_empty[1], once_empty[2] = "a", "b"
         assert.equal('["a","b"]', encode(once_empty))
         local emptied = json.decode "[1]"
         emptied[1] = nil
         assert.equal("[]", encode(emptied))
      end)

      it("are refused when they are neither", function()
         assert.same({ "item 2 of the array is missing (it goes up to 3)", "a" }, { refused { a = { 1, nil, 3 } } })
         assert.same({ "item 1 of the array is missing (it goes up to 1000000)", "" }, { refused { [1000000] = 1 } })
         assert.same({ 'the table has both items and the member "x": JSON has no such thing', "[1]" },
            { refused { { 1, 2, x = 3 } } })
         assert.same({ "0 is not the index of an item", "" }, { refused { [0] = 1 } })
         assert.same({ "1.5 is not the index of an item", "" }, { refused { [1.5] = 1 } })
         assert.same({ "-1 is not the index of an item", "a" }, { refused { a = { [-1] = 1 } } })
         assert.same({ "a boolean can't be the name of a member", "" }, { refused { [true] = 1 } })
         assert.same({ 'the table is marked as an array but has the member "x"', "a" },
            { refused { a = json.array { x = 1 } } })
      end)

      it("are refused when mixed, whichever key comes first and however they are written", function()
         for _, options in ipairs { {}, { canonical = true } } do
            for i = 1, 60 do
               local mixed = { [i] = 1 }
               for k = 1, i do
                  mixed["member" .. k] = k
               end
               assert.is_nil((encode({ mixed }, options)))
               assert.equal("[1]", select(2, refused({ mixed }, options)))
            end
         end
      end)

      it("are read raw where no metamethod stands for their members: none is called", function()
         local function fail() error "called" end
         local guarded = setmetatable({ a = 1, b = { 1, 2 } }, {
            __newindex = fail, __call = fail, __tostring = fail, __concat = fail, __eq = fail,
         })
         assert.equal('{"a":1,"b":[1,2]}', encode(guarded, { canonical = true }))
         assert.equal('{}', encode(setmetatable({}, setmetatable({}, { __index = function() return "array" end }))))
      end)

      it("that contain themselves are told apart from deep ones", function()
         local loop = {}
         loop.inner = { { loop } }
         assert.same({ "the table contains itself", "inner[1][1]" }, { refused(loop) })
         local own = {}
         own[1] = own
         assert.same({ "the table contains itself", "[1]" }, { refused(own, { canonical = true }) })
         assert.same({ "the table contains itself", "[1]" }, { refused(own, { max_depth = 1 }) })
         local deep = {}
         for _ = 1, 128 do
            deep = { deep }
         end
         assert.equal("nested too deeply (more than 128 levels)", (refused(deep)))
         assert.equal(258, #encode(deep, { max_depth = 129 }))
      end)

      it("may stand in several places", function()
         local shared = { 1 }
         assert.equal("[[1],[1]]", encode { shared, shared })
      end)

      it("nest down to the limit, in any order", function()
         for _, options in ipairs { { canonical = true }, { canonical = false } } do
            options.max_depth = json.depth_limit
            for _, make in ipairs {
               function(inner) return { inner } end,
               function(inner) return { a = inner } end,
               function(inner) return { a = 1, b = inner, c = 2 } end,
            } do
               local value = "x"
               for _ = 1, json.depth_limit do
                  value = make(value)
               end
               local text = assert(encode(value, options))
               assert.equal(#text, #encode(json.decode(text, json.depth_limit), options))
               assert.is_nil((encode({ value }, options)))
            end
         end
         assert.has_error(function() encode({}, { max_depth = json.depth_limit + 1 }) end)
      end)
   end)

   it("refuses every other type by its name and path", function()
      assert.same({ "JSON has no form for a function", "auth.accessTokenUrl" },
         { refused { auth = { accessTokenUrl = print } } })
      assert.same({ "JSON has no form for a thread", 'a["a-b"][2]' },
         { refused { a = { ["a-b"] = { 1, coroutine.create(print) } } } })
      assert.same({ "JSON has no form for a userdata", "" }, { refused(io.stdout) })
      assert.same({ "JSON has no form for a nil", "" }, { refused(nil) })
      assert.has_error(function() encode() end)
   end)

   it("is bounded", function()
      assert.equal('["12345"]', encode({ "12345" }, { max_bytes = 9 }))
      assert.same({ "the text would have more than 8 bytes", "" }, { refused({ "12345" }, { max_bytes = 8 }) })
      assert.equal("the text would have more than 50 bytes", (refused({ ("x"):rep(100) }, { max_bytes = 50 })))
      assert.has_error(function() encode({}, { max_bytes = 0 }) end)
      assert.has_error(function() encode({}, { max_bytes = "many" }) end)
   end)

   it("checks its options", function()
      assert.has_error(function() encode({}, 1) end)
      assert.has_error(function() encode({}, { arrays = 1 }) end)
      assert.has_error(function() encode({}, { rank = "x" }) end)
   end)

   it("gives all memory back when it refuses", function()
      -- A sanitizer keeps freed memory for a while; it finds leaks by itself.
      if (os.getenv "LD_PRELOAD" or ""):find "asan" then return end
      local bad = { ("x"):rep(100000), { a = { b = { print } } } }
      local function resident()
         local file = assert(io.open "/proc/self/status")
         local kilobytes = file:read("*a"):match "VmRSS:%s*(%d+)"
         file:close()
         return tonumber(kilobytes)
      end
      local before
      for round = 1, 2000 do
         assert(not encode(bad, { canonical = true }))
         if round == 200 then
            collectgarbage()
            before = resident()
         end
      end
      collectgarbage()
      assert.is_true(resident() - before < 20000)
   end)
end)
