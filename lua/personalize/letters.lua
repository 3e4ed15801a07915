--- Letters: upper and lower case of ASCII in any locale, and which characters beyond ASCII are letters.
-- @module personalize.letters
-- @local

local letters = {}

-- Code points beyond ASCII that are not letters, digits or marks: signs, punctuation, blanks, zero-width characters,
-- marks of text direction, private and unassigned ones.
local no_letters = {
   { 0x80, 0xA9 }, { 0xAB, 0xB4 }, { 0xB6, 0xB9 }, { 0xBB, 0xBF }, { 0xD7, 0xD7 }, { 0xF7, 0xF7 }, { 0x600, 0x60F },
   { 0x61B, 0x61F }, { 0x1680, 0x1680 }, { 0x180E, 0x180E }, { 0x2000, 0x2BFF }, { 0x2E00, 0x2E7F },
   { 0x2FF0, 0x3004 }, { 0x3008, 0x3020 }, { 0x3030, 0x3030 }, { 0xE000, 0xF8FF }, { 0xFD3E, 0xFD3F },
   { 0xFE00, 0xFE6F }, { 0xFEFF, 0xFF0F }, { 0xFF1A, 0xFF20 }, { 0xFF3B, 0xFF40 }, { 0xFF5B, 0xFF65 },
   { 0xFFE0, 0xFFFF }, { 0x1D000, 0x1D3FF }, { 0x1F000, 0x1FAFF }, { 0xE0000, 0x10FFFF },
}

--- True if a code point beyond ASCII may be a letter, a digit or a mark.
-- @tparam number code
-- @treturn boolean
function letters.is_letter(code)
   for _, range in ipairs(no_letters) do
      if code >= range[1] and code <= range[2] then return false end
   end
   return true
end

local small, capital = {}, {}
for byte = 0x41, 0x5A do
   local one, other = string.char(byte), string.char(byte + 0x20)
   small[one], capital[other] = other, one
end

--- A text with ASCII capitals in lower case. In a Turkish locale `string.lower` leaves an I as it is.
function letters.lower(text)
   return (text:gsub("[A-Z]", small))
end

--- A text with ASCII letters in upper case.
function letters.upper(text)
   return (text:gsub("[a-z]", capital))
end

return letters
