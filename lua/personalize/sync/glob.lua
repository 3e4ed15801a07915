--- Patterns for names: `*` stands for any text, `?` for one character; all else for itself.
-- @module personalize.sync.glob
-- @local

local options = require "personalize.options"

local glob = {}

local function to_pattern(text)
   local escaped = text:gsub("[%^%$%(%)%%%.%[%]%+%-]", "%%%0")
   return "^" .. escaped:gsub("%*", ".*"):gsub("%?", "[%%z\1-\127\194-\244][\128-\191]*") .. "$"
end

options.rule("names", "a pattern or an array of patterns", function(value)
   if type(value) == "string" then return true end
   if type(value) ~= "table" then return false end
   for index = 1, #value do
      if type(value[index]) ~= "string" then return false end
   end
   return #value > 0
end)

--- Makes the function that tells whether a name is meant.
-- @param names a pattern, an array of patterns, or nil for every name
function glob.matcher(names)
   if names == nil then return function() return true end end
   local patterns = {}
   for index, text in ipairs(type(names) == "table" and names or { names }) do patterns[index] = to_pattern(text) end
   return function(name)
      for _, pattern in ipairs(patterns) do
         if name:find(pattern) then return true end
      end
      return false
   end
end

return glob
