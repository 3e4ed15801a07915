--- Converts placeholders `{{name}}`, as Postman and other tools write them, to inputs `${name}`.
-- @module personalize.connections.curl.placeholders
-- @local

local letters = require "personalize.letters"

local placeholders = {}

-- The key of an input: letters, digits and underscores; `api-key` becomes `apiKey`.
local function key_of(name)
   local key = name:gsub("[^%w_]+(%w?)", letters.upper):gsub("[^%w_]", "")
   if not name:find "^%w" then key = key:gsub("^%u", letters.lower) end
   if key:find "^%d" then key = "_" .. key end
   return key
end

--- Replaces the placeholders in a text by references to inputs.
-- @tparam string text
-- @tparam[opt] function renamed called with a placeholder's name and the key made from it, if they differ
-- @treturn string
function placeholders.replace(text, renamed)
   if not text:find("{{", 1, true) then return text end
   -- names have no braces, so unclosed placeholders cost no time
   return (text:gsub("{{[ \t]*([%w_$][%w_$.%- ]*)}}", function(name)
      name = name:match "^.*[^ ]"
      local key = key_of(name)
      if key == "" then return nil end
      if key ~= name and renamed then renamed(name, key) end
      return ("${%s}"):format(key)
   end))
end

--- The same for a URL, where the braces may be percent-encoded.
function placeholders.replace_in_url(text, renamed)
   return placeholders.replace(text:gsub("%%7[bB]%%7[bB]([%w_.%-]+)%%7[dD]%%7[dD]", "{{%1}}"), renamed)
end

--- Calls `encode` for the text between references to inputs; these stay as they are.
function placeholders.encode_around(text, encode)
   local parts, place = {}, 1
   while true do
      local start, stop = text:find("%${[%a_][%w_]*}", place)
      parts[#parts + 1] = encode(text:sub(place, (start or 0) - 1))
      if not start then return table.concat(parts) end
      parts[#parts + 1] = text:sub(start, stop)
      place = stop + 1
   end
end

return placeholders
