--- Templates in URLs, headers and bodies. `${identifier}` is an input; every other `${...}` and `<#...>` is FreeMarker,
-- whose texts are not checked. The scanner in the core distinguishes them.
-- @module personalize.connections.template
-- @local

local native = require "personalize.native"

local template = {}

--- The contents of a text.
-- @tparam string text
-- @treturn ?table the keys of its inputs, in order
-- @treturn boolean whether it contains FreeMarker
-- @treturn ?string the first malformed placeholder, as it is in the text: `${city` without a brace, `${}`
-- @treturn ?string the name in that placeholder
template.read = native.template.read

--- Replaces the inputs in a text, and optionally all other parts of the template.
-- @tparam string text
-- @tparam table|string inputs key -> text, or one text for all inputs; an input without a text stays
-- @tparam ?string|true others replaces FreeMarker; nil leaves it, true percent-encodes in it what no URL can hold
-- @treturn string
template.replace = native.template.replace

--- The keys of the inputs in a text, in order and without duplicates.
-- @tparam string text
-- @treturn table
function template.keys(text)
   local keys, seen = {}, {}
   for _, key in ipairs(template.read(text) or keys) do
      if not seen[key] then
         seen[key] = true
         keys[#keys + 1] = key
      end
   end
   return keys
end

--- True if a text contains FreeMarker.
-- @tparam string text
-- @treturn boolean
function template.is_freemarker(text)
   return (select(2, template.read(text)))
end

local function is_json(text)
   return native.json.decode(text) ~= nil
end

--- True if a text is JSON after its inputs are filled in: with a digit, which is valid within a string and as a value,
-- or with the examples of the inputs.
-- @tparam string text
-- @tparam table examples key -> text
-- @treturn boolean
function template.is_json(text, examples)
   return is_json(template.replace(text, "1")) or is_json(template.replace(text, examples))
end

return template
