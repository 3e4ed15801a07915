--- Makes JSON safe for a terminal: escapes, as JSON does, the characters that a terminal would obey instead of showing.
-- @module personalize.cli.printable
-- @local

-- Characters that JSON allows and a terminal obeys: DEL, C1 control characters, marks that change the direction of
-- text, line and paragraph separators.
local patterns = { "\127", "\194[\128-\159]", "\216\156", "\226\128[\142\143\168-\174]", "\226\129[\166-\169]" }

local function escape(bytes)
   local first, second, third = bytes:byte(1, 3)
   local code = first
   if third then
      code = (first % 0x10 * 64 + second % 64) * 64 + third % 64
   elseif second then
      code = first % 0x20 * 64 + second % 64
   end
   return ("\\u%04x"):format(code)
end

-- @tparam string document JSON, where such characters occur only inside strings
-- @treturn string JSON of the same value
return function(document)
   if not document:find "[\127-\255]" then return document end
   for _, pattern in ipairs(patterns) do document = document:gsub(pattern, escape) end
   return document
end
