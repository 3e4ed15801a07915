--- `${key}` in URLs, bodies and headers: which inputs a text refers to, and what it is with them filled in.
-- @module personalize.connections.template
-- @local

local json = require "personalize.json"

local template = {}

local reference = "%${([^{}]*)}"

--- The keys that a text refers to, in order, each once.
function template.keys(text)
   local keys, seen = {}, {}
   for key in text:gmatch(reference) do
      if not seen[key] then
         seen[key] = true
         keys[#keys + 1] = key
      end
   end
   return keys
end

local function is_json(text)
   return json.decode(text) ~= nil
end

--- Whether a text is JSON once its references are filled in: with a digit, which is right within a string and as a
-- value alike, or with the examples of the inputs.
-- @tparam string text
-- @tparam table examples key -> text
function template.is_json(text, examples)
   return is_json((text:gsub(reference, "1"))) or is_json((text:gsub(reference, examples)))
end

return template
