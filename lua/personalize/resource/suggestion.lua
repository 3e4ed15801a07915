--- Suggests names that are similar to a name that was not found.
-- @module personalize.resource.suggestion
-- @local

local letters = require "personalize.letters"
local options = require "personalize.options"
local text = require "personalize.text"

local suggestion = {}

--- The most names that are compared.
suggestion.most_looked_at = 5000

-- The most names that are suggested; longer names than this are not.
local most, longest = 3, 64

-- The shortest text that counts when another text contains it.
local shortest_part = 3

-- The number of changes between two words; nil if there are too many.
local function near(wanted, word, allowed)
   if math.abs(#word - #wanted) > allowed then return nil end
   local changes = options.distance(wanted, word)
   return changes <= allowed and changes < #wanted and changes or nil
end

-- True if the name begins with words similar to the wanted ones, or has one of them.
local function has_words(wanted, name, allowed)
   local place = 1
   while true do
      local first, last = name:find("[^%s]+", place)
      if not first then return false end
      if near(wanted, name:sub(1, last), allowed) or near(wanted, name:sub(first, last), allowed) then return true end
      place = last + 1
   end
end

-- How different a name is from the wanted one; nil if it is too different.
local function distance(wanted, name)
   if #name > longest or name == "" then return nil end
   local lower = letters.lower(name)
   if lower == wanted then return 0 end
   local allowed = math.max(1, math.floor(#wanted / 3))
   local changes = near(wanted, lower, allowed)
   if changes then return changes end
   local is_part = #wanted >= shortest_part and lower:find(wanted, 1, true) or #name >= shortest_part
      and wanted:find(lower, 1, true)
   is_part = is_part or #wanted > shortest_part and has_words(wanted, lower, math.max(1, math.floor(#wanted / 4)))
   return is_part and allowed + 1 or nil
end

--- Suggests names similar to one that does not exist.
-- @tparam string name
-- @tparam table names array of existing names; values that are no strings are ignored
-- @treturn string ` (did you mean "Weather"?)`; empty if no name is similar
function suggestion.of(name, names)
   local wanted = letters.lower(name):match "^%s*(.*)":match "^.*%S" or ""
   if wanted == "" or #wanted > longest then return "" end
   local found, seen = {}, {}
   for index = 1, math.min(#names, suggestion.most_looked_at) do
      local candidate = names[index]
      local far = type(candidate) == "string" and not seen[candidate] and distance(wanted, candidate)
      if far then
         seen[candidate] = true
         found[#found + 1] = { candidate, far }
      end
   end
   table.sort(found, function(a, b)
      if a[2] ~= b[2] then return a[2] < b[2] end
      return a[1] < b[1]
   end)
   local shown = {}
   for index = 1, math.min(#found, most) do shown[index] = ('"%s"'):format(text.line(found[index][1])) end
   if #shown == 0 then return "" end
   return (" (did you mean %s?)"):format(table.concat(shown, " or "))
end

return suggestion
