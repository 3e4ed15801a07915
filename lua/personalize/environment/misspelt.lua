--- Finds environment variables that are set but never read, because they are probably misspelt.
-- @module personalize.environment.misspelt
-- @local

local letters = require "personalize.letters"
local names = require "personalize.environment.names"
local native = require "personalize.native"
local options = require "personalize.options"
local text = require "personalize.text"

local misspelt = {}

-- Variables of the command itself.
local others = { PERSONALIZE_DEBUG = true }

-- All known names, without their prefix.
local known_names = {}
for _, name in ipairs(names) do
   known_names[letters.upper(name)], known_names[letters.upper(name) .. "_FILE"] = true, true
end

-- The full name that `name` may be short for: SECRET for CLIENT_SECRET.
local function longer_name(name)
   for _, known in ipairs(names) do
      known = letters.upper(known)
      if #name > 1 and (known:sub(-#name - 1) == "_" .. name or known:sub(1, #name + 1) == name .. "_") then
         return known
      end
   end
   return nil
end

-- The known name that a misspelt one probably means; nil if none is similar. Both without their prefix.
local function nearest(name)
   name = letters.upper(name)
   return known_names[name] and name or options.nearest(name, known_names) or longer_name(name)
end

-- The number of wrong letters that a prefix may have, and the length from which on it may.
local most_wrong, shortest_prefix = 2, 6

local usual_prefix = "PERSONALIZE"

-- The name of a variable after a prefix that may be misspelt; nil for other variables. The second value tells whether
-- the prefix is spelt correctly.
local function end_of(variable, prefix)
   local start = variable:sub(1, #prefix + 1)
   if start == prefix .. "_" then return variable:sub(#prefix + 2), true end
   if letters.upper(start) == letters.upper(prefix) .. "_" then return variable:sub(#prefix + 2), false end
   local head, rest = variable:match "^([^_]*)_(.+)$"
   if not head or #prefix < shortest_prefix or #head > #prefix + most_wrong then return nil end
   local is_near = known_names[letters.upper(rest)]
      and options.distance(letters.upper(head), letters.upper(prefix)) <= most_wrong
   return is_near and rest or nil, false
end

--- The variables with a prefix that are set but never read: array of `{ name, nearest or nil }`. A prefix other than
-- ours may belong to other programs too; then only those similar to a known name are returned.
-- @tparam string prefix
-- @tparam[opt] table variables read instead of the environment
function misspelt.unread(prefix, variables)
   local set, found = {}, {}
   if variables then
      for name in pairs(variables) do set[#set + 1] = name end
   else
      set = native.process.variables()
   end
   table.sort(set)
   for _, name in ipairs(set) do
      local rest, is_prefix = end_of(name, prefix)
      if rest and not (is_prefix and known_names[rest]) and not others[name] then
         local near = nearest(rest)
         if near or prefix == usual_prefix then
            found[#found + 1] = { name, near and prefix .. "_" .. near or nil }
         end
      end
   end
   return found
end

-- The most misspelt variables that are listed.
local most_named = 5

--- A sentence about the variables with a prefix that are never read; nil if there are none.
function misspelt.complain(prefix, variables)
   local parts = {}
   for index, each in ipairs(misspelt.unread(prefix, variables)) do
      if index > most_named then break end
      parts[index] = text.line(each[1]) .. (each[2] and (" (did you mean %s?)"):format(each[2]) or "")
   end
   if #parts == 0 then return nil end
   return ("%s set and read by nothing: %s"):format(#parts == 1 and "this variable is" or "these variables are",
      table.concat(parts, ", "))
end

--- Whether a variable of this name is read.
function misspelt.is_known(variable)
   local rest, is_prefix = end_of(variable, usual_prefix)
   return is_prefix and known_names[rest] or false
end

--- The variable that a name probably means; nil if none is similar.
function misspelt.nearest(variable)
   local near = nearest((variable:gsub("^" .. usual_prefix .. "_", "")))
   return near and usual_prefix .. "_" .. near or nil
end

return misspelt
