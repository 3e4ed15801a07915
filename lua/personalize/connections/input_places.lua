--- Finds the inputs in a text, and whether each is within a JSON string or outside. FreeMarker is skipped.
-- @module personalize.connections.input_places
-- @local

local template = require "personalize.connections.template"

local input_places = {}

-- Makes the function that marks a text's inputs with these keys by a NUL. Templates contain no NUL.
local function marks_of(keys)
   local marks = {}
   for _, key in ipairs(keys) do marks[key] = "\0" .. key .. "\0" end
   return marks
end

--- Calls `visit(key, in_string)` for each input with one of these keys, in order.
-- @tparam string text
-- @tparam table keys
-- @tparam function visit
function input_places.each(text, keys, visit)
   local marked, in_string, place = template.replace(text, marks_of(keys), ""), false, 1
   while true do
      place = marked:find('["\\%z]', place)
      if not place then return end
      local found = marked:byte(place)
      if found == 0 then
         local key, after = marked:match("^([^%z]*)%z()", place + 1)
         visit(key, in_string)
         place = after
      elseif found == 34 then
         in_string, place = not in_string, place + 1
      else
         -- a backslash before an input does not escape it
         place = place + (marked:byte(place + 1) == 0 and 1 or 2)
      end
   end
end

--- Replaces each input by the result of `value_of(key, in_string)`.
-- @tparam string text
-- @tparam table keys
-- @tparam function value_of
-- @tparam ?true others as `template.replace` has it
-- @treturn string
function input_places.replace(text, keys, value_of, others)
   local values, count = {}, 0
   input_places.each(text, keys, function(key, in_string) values[#values + 1] = value_of(key, in_string) end)
   return (template.replace(text, marks_of(keys), others):gsub("%z[^%z]*%z", function()
      count = count + 1
      return values[count]
   end))
end

return input_places
