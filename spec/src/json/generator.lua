-- Generates JSON documents as text in the encoder's own form, from a seed: nested, with names and
-- strings of all of Unicode, numbers of every size, empty containers.
local utf8_bytes = require "spec.support.utf8_bytes"

local generator = {}

local escapes = { ['"'] = '\\"', ["\\"] = "\\\\", ["\b"] = "\\b", ["\f"] = "\\f", ["\n"] = "\\n", ["\r"] = "\\r",
   ["\t"] = "\\t" }

local integers = { "0", "1", "-1", "127", "1000", "2147483648", "9007199254740991", "9007199254740992" }
local large = { "9007199254740993", "-9223372036854775808", "9223372036854775807", "9223372036854775808",
   "18446744073709551615", "18446744073709551616", "123456789012345678901234567890" }
local doubles = { "0.1", "-2.5", "1e300", "5e-324", "0.30000000000000004", "1.7976931348623157e308", "1e400", "-1e-400",
   "3.141592653589793", "2.2250738585072014e-308", "3.14159265358979323846", "1e23", "5.684341886080802e-14" }

-- A generator of `seed`: a function that returns the next document's text.
function generator.new(seed)
   local state = seed % 2147483646 + 1

   local function random(n)
      state = (state * 16807) % 2147483647
      return math.floor(state / 8) % n + 1
   end

   local function code_point()
      local kind = random(12)
      if kind == 1 then return random(32) - 1 end
      if kind <= 7 then return 31 + random(95) end
      if kind == 8 then return 0x7F + random(0x780) end
      if kind == 9 then return 0x7FF + random(0xD000) end
      if kind == 10 then return 0xDFFF + random(0x2000) end
      return 0xFFFF + random(0x100000)
   end

   local function string_text()
      local out = {}
      for i = 1, random(3) == 1 and random(60) - 1 or random(9) - 1 do
         local char = utf8_bytes(code_point())
         out[i] = escapes[char] or (#char == 1 and char < " " and ("\\u%04x"):format(char:byte())) or char
      end
      return '"' .. table.concat(out) .. '"'
   end

   local function number_text()
      local kind = random(6)
      if kind <= 2 then return integers[random(#integers)] end
      if kind == 3 then return large[random(#large)] end
      if kind == 4 then return doubles[random(#doubles)] end
      if kind == 5 then return tostring(random(1000000)) end
      return ("%d.%d"):format(random(1000), random(999) * 10 + random(9))
   end

   local value

   local function array_text(depth)
      local out = {}
      for i = 1, random(5) - 1 do
         out[i] = value(depth + 1)
      end
      return "[" .. table.concat(out, ",") .. "]"
   end

   -- Members in canonical order: by the bytes of their names.
   local function object_text(depth)
      local members, names = {}, {}
      for _ = 1, random(random(10) == 1 and 80 or 7) - 1 do
         local text = string_text()
         local name = text:gsub('\\(.)(%x?%x?%x?%x?)', function(c, hex)
            if c == "u" then return string.char(tonumber(hex, 16)) end
            return (({ b = "\b", f = "\f", n = "\n", r = "\r", t = "\t" })[c] or c) .. hex
         end):sub(2, -2)
         if not members[name] then
            members[name] = text .. ":" .. value(depth + 1)
            names[#names + 1] = name
         end
      end
      table.sort(names, function(a, b) -- not by the locale, as `<` does
         for i = 1, math.min(#a, #b) do
            if a:byte(i) ~= b:byte(i) then return a:byte(i) < b:byte(i) end
         end
         return #a < #b
      end)
      for i, name in ipairs(names) do
         names[i] = members[name]
      end
      return "{" .. table.concat(names, ",") .. "}"
   end

   function value(depth)
      local kind = random(depth > 6 and 7 or 11)
      if kind <= 3 then return string_text() end
      if kind <= 5 then return number_text() end
      if kind == 6 then return random(2) == 1 and "true" or "false" end
      if kind == 7 then return "null" end
      if kind <= 9 then return array_text(depth) end
      return object_text(depth)
   end

   return function()
      return random(2) == 1 and array_text(0) or object_text(0)
   end
end


return generator
