-- As much of HPACK (RFC 7541) as a server needs that wants to know what was asked for: method and path of a request,
-- the status of an answer. Not more: the values of other headers are skipped, and the dynamic table never forgets,
-- for a connection of the specs carries few requests.
local hpack = {}

local STATIC = { [2] = { ":method", "GET" }, [3] = { ":method", "POST" }, [4] = { ":path", "/" } }
local STATIC_SIZE = 61

-- The Huffman code is canonical: the letters of one length, in order, have consecutive codes from the first.
local HUFFMAN = {
   [5] = { 0x0, "012aceiost" },
   [6] = { 0x14, " %-./3456789=A_bdfghlmnpru" },
   [7] = { 0x5c, ":BCDEFGHIJKLMNOPQRSTUVWYjkqvwxyz" },
   [8] = { 0xf8, "&*,;XZ" },
   [10] = { 0x3f8, '!"()?' },
}

local function letter(code, length)
   local row = HUFFMAN[length]
   local at = row and code - row[1] + 1
   return at and at >= 1 and at <= #row[2] and row[2]:sub(at, at) or nil
end

local function huffman(bytes)
   local letters, code, length = {}, 0, 0
   for index = 1, #bytes do
      local byte = bytes:byte(index)
      for bit = 7, 0, -1 do
         code, length = code * 2 + math.floor(byte / 2 ^ bit) % 2, length + 1
         local found = letter(code, length)
         if found then
            letters[#letters + 1] = found
            code, length = 0, 0
         end
      end
   end
   return table.concat(letters)
end

-- An integer whose first byte gives it so many bits; and where the next thing stands.
local function integer(block, at, bits)
   local most = 2 ^ bits - 1
   local value = block:byte(at) % 2 ^ bits
   at = at + 1
   if value < most then return value, at end
   local factor = 1
   repeat
      local byte = block:byte(at)
      value, factor, at = value + byte % 128 * factor, factor * 128, at + 1
   until byte < 128
   return value, at
end

local function text(block, at)
   local is_huffman = block:byte(at) >= 128
   local length
   length, at = integer(block, at, 7)
   local bytes = block:sub(at, at + length - 1)
   return is_huffman and huffman(bytes) or bytes, at + length
end

-- A field that stands there in letters, behind a number of so many bits that may say its name.
local function literal(block, at, bits, field_at)
   local index, name, value
   index, at = integer(block, at, bits)
   if index == 0 then
      name, at = text(block, at)
   else
      name = (field_at(index) or {})[1]
   end
   value, at = text(block, at)
   return { name, value }, at
end

-- The fields of a block of headers that are told apart here, by name. `dynamic` is the connection's table, at first {}.
function hpack.decode(block, dynamic)
   local fields, at = {}, 1
   local function field_at(index)
      return index <= STATIC_SIZE and STATIC[index] or dynamic[index - STATIC_SIZE]
   end
   while at <= #block do
      local byte, field = block:byte(at), nil
      if byte >= 128 then
         local index
         index, at = integer(block, at, 7)
         field = field_at(index)
      elseif byte >= 64 then
         field, at = literal(block, at, 6, field_at)
         table.insert(dynamic, 1, field)
      elseif byte >= 32 then
         at = select(2, integer(block, at, 5)) -- the size of the table, which is not reached
      else
         field, at = literal(block, at, 4, field_at)
      end
      if field and field[1] then fields[field[1]] = field[2] end
   end
   return fields
end

-- A field in letters, not to be remembered. The names and values of the specs are short.
function hpack.field(name, value)
   return "\0" .. string.char(#name) .. name .. string.char(#value) .. value
end

return hpack
