--- Patterns for names: `*` matches any text, `?` one character; every other character matches itself.
-- @module personalize.sync.glob
-- @local

local options = require "personalize.options"

local glob = {}

local star, question = 42, 63

options.rule("names", "a pattern or an array of patterns", function(value)
   if type(value) == "string" then return true end
   if type(value) ~= "table" then return false end
   for index = 1, #value do
      if type(value[index]) ~= "string" then return false end
   end
   return #value > 0
end)

-- The position after the character at a position; nil if no character begins there.
local function behind_character(name, place)
   return name:match("^[%z\1-\127\194-\244][\128-\191]*()", place)
end

-- On a mismatch only the last asterisk is tried further on: everything before it has matched as early as possible. So
-- the time grows with pattern times name, and not with the number of asterisks.
local function matches(name, pattern)
   local place, at = 1, 1
   local last_star, star_place
   while place <= #name do
      local wanted = pattern:byte(at)
      local following
      if wanted == question then
         following = behind_character(name, place)
      elseif wanted ~= star and wanted == name:byte(place) then
         following = place + 1
      end
      if wanted == star then
         last_star, star_place, at = at, place, at + 1
      elseif following then
         place, at = following, at + 1
      elseif last_star then
         star_place = star_place + 1
         place, at = star_place, last_star + 1
      else
         return false
      end
   end
   return pattern:find("^%**$", at) ~= nil
end

--- Makes a function that tells whether a name is selected. Names without `*` and `?` are looked up in a set.
-- @param names a pattern, an array of patterns, or nil for every name
function glob.matcher(names)
   if names == nil then return function() return true end end
   local patterns, whole = {}, {}
   for _, pattern in ipairs(type(names) == "table" and names or { names }) do
      if pattern:find "[*?]" then
         patterns[#patterns + 1] = pattern
      else
         whole[pattern] = true
      end
   end
   return function(name)
      if whole[name] then return true end
      for _, pattern in ipairs(patterns) do
         if matches(name, pattern) then return true end
      end
      return false
   end
end

return glob
