-- Reads JSON by itself, and writes it so that equal documents are equal texts: members sorted, strings as bytes,
-- numbers as their digits and a power of ten. Nothing is rounded.
local utf8_bytes = require "spec.support.utf8_bytes"

local exact = {}

local escapes = { b = "\b", f = "\f", n = "\n", r = "\r", t = "\t", ['"'] = '"', ["\\"] = "\\", ["/"] = "/" }

local function read_string(text, place)
   local parts = {}
   while true do
      local plain, stop = text:match('^([^"\\]*)()', place)
      parts[#parts + 1] = plain
      local byte = text:sub(stop, stop)
      if byte == '"' then return table.concat(parts), stop + 1 end
      local letter = text:sub(stop + 1, stop + 1)
      if letter == "u" then
         local code = tonumber(text:sub(stop + 2, stop + 5), 16)
         place = stop + 6
         if code >= 0xD800 and code < 0xDC00 then
            code = 0x10000 + (code - 0xD800) * 1024 + tonumber(text:sub(stop + 8, stop + 11), 16) - 0xDC00
            place = stop + 12
         end
         parts[#parts + 1] = utf8_bytes(code)
      else
         parts[#parts + 1] = assert(escapes[letter])
         place = stop + 2
      end
   end
end

-- 12.50e3 -> 125e2
local function normal_number(text)
   local sign, whole, fraction, exponent = text:match "^(-?)(%d+)%.?(%d*)[eE]?([+-]?%d*)$"
   local digits = (whole .. fraction):gsub("^0+", "")
   local power = (tonumber(exponent) or 0) - #fraction
   local short = digits:gsub("0+$", "")
   if short == "" then return "0" end
   return ("%s%se%d"):format(sign, short, power + #digits - #short)
end

local read

local function read_list(text, place, close, read_item)
   place = text:match("^%s*()", place)
   while text:sub(place, place) ~= close do
      place = read_item(place)
      place = text:match("^%s*,?%s*()", place)
   end
   return place + 1
end

function read(text, place)
   place = text:match("^%s*()", place)
   local byte = text:sub(place, place)
   if byte == '"' then
      local value, after = read_string(text, place + 1)
      return { kind = "string", value = value }, after
   elseif byte == "{" then
      local members = {}
      return { kind = "object", members = members }, read_list(text, place + 1, "}", function(at)
         local name, after = read_string(text, at + 1)
         members[name], after = read(text, text:match("^%s*:()", after))
         return after
      end)
   elseif byte == "[" then
      local items = {}
      return { kind = "array", items = items }, read_list(text, place + 1, "]", function(at)
         local after
         items[#items + 1], after = read(text, at)
         return after
      end)
   end
   local token, after = text:match("^([%w.+-]+)()", place)
   return { kind = "token", value = token:find "^[-%d]" and normal_number(token) or token }, after
end

local function write(node)
   if node.kind == "string" then return ("%q"):format(node.value) end
   if node.kind == "token" then return node.value end
   local parts = {}
   if node.kind == "array" then
      for index, item in ipairs(node.items) do parts[index] = write(item) end
      return "[" .. table.concat(parts, ",") .. "]"
   end
   for name, value in pairs(node.members) do parts[#parts + 1] = ("%q:%s"):format(name, write(value)) end
   table.sort(parts)
   return "{" .. table.concat(parts, ",") .. "}"
end

exact.write = write

function exact.read(text)
   return (read(text, 1))
end

return exact
