--- Templates in URLs, headers and bodies. `${identifier}` is an input; every other `${...}`, and `<#...>`, is
-- FreeMarker, whose texts are not judged. The scanner of the core tells them apart.
-- @module personalize.connections.template
-- @local

local native = require "personalize.native"

local template = {}

--- What is in a text.
-- @tparam string text
-- @treturn ?table the inputs that it names, in order
-- @treturn boolean whether it is FreeMarker
-- @treturn ?string the first placeholder that is neither, as it stands in the text: `${city` without a brace, `${}`
-- @treturn ?string the name in that placeholder
template.read = native.template.read

--- A text with its inputs replaced, and every other part of the template.
-- @tparam string text
-- @tparam table|string inputs key -> text, or one text for all of them; an input without a text stays
-- @tparam ?string others what stands for FreeMarker; nil leaves it
-- @treturn string
template.replace = native.template.replace

--- The keys of the inputs that a text names, in order, each once.
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

--- True if a text is a template of FreeMarker.
-- @tparam string text
-- @treturn boolean
function template.is_freemarker(text)
   return (select(2, template.read(text)))
end

local function is_json(text)
   return native.json.decode(text) ~= nil
end

--- True if a text is JSON once its inputs are filled in: with a digit, which is right within a string and as a value
-- alike, or with the examples of the inputs.
-- @tparam string text
-- @tparam table examples key -> text
-- @treturn boolean
function template.is_json(text, examples)
   return is_json(template.replace(text, "1")) or is_json(template.replace(text, examples))
end

return template
