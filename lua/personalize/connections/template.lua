--- `${key}` in URLs, bodies and headers: which inputs a text refers to, and what it is with them filled in.
-- @module personalize.connections.template
-- @local

local template = {}

--- The keys that a text refers to, in order, each once.
function template.keys(text)
   local keys, seen = {}, {}
   for key in text:gmatch "%${([^{}]*)}" do
      if not seen[key] then
         seen[key] = true
         keys[#keys + 1] = key
      end
   end
   return keys
end

--- The text with every reference replaced by a digit, which is right in a JSON string and as a JSON value alike.
function template.filled(text)
   return (text:gsub("%${[^{}]*}", "1"))
end

return template
