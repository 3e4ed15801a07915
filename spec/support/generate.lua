-- Values for property specs: the same ones on every interpreter and in every run of a seed.
local utf8_bytes = require "spec.support.utf8_bytes"

local generate = {}

local Generator = {}
Generator.__index = Generator

function generate.new(seed)
   return setmetatable({ state = seed * 7919 + 1 }, Generator)
end

-- An integer from `first` to `last`: the minimal standard generator.
function Generator:integer(first, last)
   self.state = self.state * 16807 % 2147483647
   return first + self.state % (last - first + 1)
end

function Generator:pick(list)
   return list[self:integer(1, #list)]
end

local function escaped(code)
   if code < 0x10000 then return ("\\u%04x"):format(code) end
   code = code - 0x10000
   return ("\\u%04X\\u%04x"):format(0xD800 + math.floor(code / 1024), 0xDC00 + code % 1024)
end

-- First and last code points, all of Unicode but the surrogates.
local planes = { { 0, 0x1F }, { 0x20, 0x7E }, { 0x20, 0x7E }, { 0x7F, 0x9F }, { 0xA0, 0x7FF }, { 0x800, 0xD7FF },
   { 0xE000, 0xFFFF }, { 0x10000, 0x10FFFF }, { 0, 0 }, { 0x22, 0x22 }, { 0x5C, 0x5C }, { 0x2F, 0x2F } }

-- A JSON string, written in one of the ways that there are.
function Generator:string(longest)
   local parts = {}
   for index = 1, self:integer(0, longest or 12) do
      local plane = self:pick(planes)
      local code = self:integer(plane[1], plane[2])
      local must_escape = code < 0x20 or code == 0x22 or code == 0x5C
      parts[index] = (must_escape or self:integer(1, 4) == 1) and escaped(code) or utf8_bytes(code)
   end
   return '"' .. table.concat(parts) .. '"'
end

local numbers = { "0", "-1", "1.5", "0.1", "-0.1", "1e300", "1E-300", "2147483648", "9007199254740992",
   "9007199254740993", "9223372036854775807", "-9223372036854775808", "9223372036854775808", "18446744073709551615",
   "18446744073709551616", "123456789012345678901234567890.123", "1e400", "-1e-400", "3.141592653589793", "1.0",
   "100e-2", "0.30000000000000004", "5e-324", "1.7976931348623157e308" }

function Generator:number()
   return self:pick(numbers)
end

-- A JSON text of any value.
function Generator:value(depth)
   local kind = self:integer(1, depth > 0 and 10 or 6)
   if kind == 1 then return self:pick { "null", "true", "false" } end
   if kind <= 3 then return self:number() end
   if kind <= 6 then return self:string() end
   local parts, is_array = {}, kind <= 8
   for index = 1, self:integer(0, 4) do
      local name = is_array and "" or ('"%d'):format(index) .. self:string(4):sub(2) .. ":"
      parts[index] = name .. self:value(depth - 1)
   end
   local content = table.concat(parts, self:pick { ",", ", ", ",\n\t" })
   return is_array and "[" .. content .. "]" or "{" .. content .. "}"
end

return generate
