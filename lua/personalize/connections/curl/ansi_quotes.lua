--- Reads text between `$'` and `'` in a shell command: C's escapes, as bash reads them and browsers write them.
-- @module personalize.connections.curl.ansi_quotes
-- @local

local text = require "personalize.text"

local ansi_quotes = {}

local simple = { a = "\a", b = "\b", e = "\27", E = "\27", f = "\f", n = "\n", r = "\r", t = "\t", v = "\v",
   ["\\"] = "\\", ["'"] = "'", ['"'] = '"', ["?"] = "?" }

local function continuation(code, place)
   return 0x80 + math.floor(code / 64 ^ place) % 64
end

local function utf8_of(code)
   if code < 0x80 then return string.char(code) end
   if code < 0x800 then return string.char(0xC0 + math.floor(code / 64), continuation(code, 0)) end
   if code < 0x10000 then
      return string.char(0xE0 + math.floor(code / 4096), continuation(code, 1), continuation(code, 0))
   end
   return string.char(0xF0 + math.floor(code / 262144), continuation(code, 2), continuation(code, 1),
      continuation(code, 0))
end

-- Joins two surrogate halves, in which browsers write characters beyond 16 bits.
local function whole_of(line, digits, after)
   local code = tonumber(digits, 16)
   if code < 0xD800 or code > 0xDBFF then return code, after end
   local low, stop = line:match("^\\u([dD][c-fC-F]%x%x)()", after)
   if not low then return code, after end
   return 0x10000 + (code - 0xD800) * 1024 + tonumber(low, 16) - 0xDC00, stop
end

local most_digits = { u = 4, U = 8 }

-- Reads the escape after a backslash: its bytes, the position after it, and, for a byte above 127, the Latin 1
-- character with that number.
local function escape_at(line, place)
   local letter = line:sub(place, place)
   if simple[letter] then return simple[letter], place + 1 end
   local octal = line:match("^[0-7][0-7]?[0-7]?", place)
   local digits = octal or letter == "x" and line:match("^%x%x?", place + 1)
   if digits then
      local byte = tonumber(digits, octal and 8 or 16) % 256
      return string.char(byte), place + #digits + (octal and 0 or 1), byte > 127 and utf8_of(byte) or nil
   end
   if most_digits[letter] then
      local all = line:match("^%x+", place + 1)
      if not all then return "\\" .. letter, place + 1 end
      all = all:sub(1, most_digits[letter])
      local code, after = whole_of(line, all, place + 1 + #all)
      if code > 0x10FFFF then return nil, "there is no character of that number" end
      return utf8_of(code), after
   end
   if letter == "c" and place < #line then
      return string.char(line:byte(place + 1) % 32), place + 2
   end
   return "\\" .. letter, place + 1
end

--- Reads up to the closing quote.
-- @tparam string line
-- @tparam number place after the opening quote
-- @treturn ?string the text that the shell would get; nil if it is malformed
-- @return the position after the closing quote; or what is wrong
-- @return the position of the mistake
function ansi_quotes.read(line, place)
   local bytes, characters, is_latin = {}, {}, false
   while true do
      local stop = line:find("['\\]", place)
      if not stop or (stop == #line and line:byte(stop) == 92) then return nil, "the $' is not closed", place end
      local plain = line:sub(place, stop - 1)
      bytes[#bytes + 1], characters[#characters + 1] = plain, plain
      if line:byte(stop) == 39 then
         place = stop + 1
         break
      end
      local found, after, latin = escape_at(line, stop + 1)
      if not found then return nil, after, stop end
      if found == "\0" then return nil, "no word of a shell holds a NUL", stop end
      bytes[#bytes + 1], characters[#characters + 1] = found, latin or found
      is_latin = is_latin or latin ~= nil
      place = after
   end
   local value = table.concat(bytes)
   -- Firefox writes é as \xe9; for a shell that byte alone is not a character
   if is_latin and not text.is_utf8(value) then
      local other = table.concat(characters)
      if text.is_utf8(other) then value = other end
   end
   return value, place
end

return ansi_quotes
