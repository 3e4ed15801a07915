--- Checks tables of options: names, types and values, with helpful messages.
-- @module personalize.options
-- @local

local letters = require "personalize.letters"
local number = require("personalize.text").number

local options = {}

--- The number of single-letter changes between two words (a swap of neighbours counts as one).
-- @tparam string a
-- @tparam string b
-- @tparam[opt] number most more changes than this are given as `math.huge`, without counting them
function options.distance(a, b, most)
   local huge, min = math.huge, math.min
   most = most or huge
   if math.abs(#a - #b) > most then return huge end
   local before, previous, fewest_before = {}, {}, 0
   for j = 0, #b do previous[j] = j end
   for i = 1, #a do
      -- what is further from the diagonal takes more changes
      local first, last = math.max(1, i - most), min(#b, i + most)
      local letter, changes = a:byte(i), first == 1 and i or huge
      local fewest, current = changes, { [first - 1] = changes }
      for j = first, last do
         local other = b:byte(j)
         changes = min((previous[j] or huge) + 1, changes + 1, previous[j - 1] + (letter == other and 0 or 1))
         if i > 1 and j > 1 and letter == b:byte(j - 1) and a:byte(i - 1) == other then
            changes = min(changes, before[j - 2] + 1)
         end
         current[j] = changes
         if changes < fewest then fewest = changes end
      end
      -- each row comes of the two before it, and has no number below theirs
      if fewest > most and fewest_before > most then return huge end
      before, previous, fewest_before = previous, current, fewest
   end
   return previous[#b] <= most and previous[#b] or huge
end

--- The limits for a typing error in a published word: the most edits, and fewer in a short word.
options.slip = { edits = 2, short = 5, edits_of_short = 1, longest = 64 }

--- True if a word is a known one with a typing error. The second value is then the number of edits.
function options.is_slip(word, known)
   local slip = options.slip
   if #word > slip.longest then return false end
   local is_short = #word <= slip.short or #known <= slip.short
   local most = is_short and slip.edits_of_short or slip.edits
   local edits = options.distance(word, known, most)
   return edits <= most, edits
end

--- The known name that is most similar to a mistyped one, or nil if none is similar.
function options.nearest(name, known)
   if #name > 64 then return nil end
   local best, best_distance
   for candidate in pairs(known) do
      local changes = options.distance(letters.lower(name):gsub("[-_]", ""),
         (letters.lower(candidate):gsub("[-_]", "")))
      if not best or changes < best_distance or (changes == best_distance and candidate < best) then
         best, best_distance = candidate, changes
      end
   end
   if best and best_distance <= math.max(1, math.floor(#name / 3)) then return best end
   return nil
end

local function sorted_names(known)
   local names = {}
   for name in pairs(known) do names[#names + 1] = name end
   table.sort(names)
   return names
end

--- A value in words for a message: `"abc"` (string), 12 (number), a table, nil. Long strings are cut.
function options.describe(value)
   local kind = type(value)
   if kind == "string" then
      local text = #value > 40 and value:sub(1, 37) .. "..." or value
      return (("%q"):format(text):gsub("\\\n", "\\n"):gsub("[%c\127]", "?"))
   elseif kind == "number" or kind == "boolean" then
      return number("%s", tostring(value))
   elseif kind == "nil" then
      return "nil"
   end
   return "a " .. kind
end

-- A rule tells whether a value is valid; its text completes "expected ...".
local rules = {}

local function rule(name, text, fits)
   rules[name] = { text = text, fits = fits }
end

local function is_number(value) return type(value) == "number" and value == value end

local function is_integer(value)
   return is_number(value) and value % 1 == 0 and value < 2 ^ 53 and value > -2 ^ 53
end

rule("string", "a string", function(value) return type(value) == "string" end)
rule("boolean", "a boolean", function(value) return type(value) == "boolean" end)
rule("function", "a function", function(value) return type(value) == "function" end)
rule("table", "a table", function(value) return type(value) == "table" end)
rule("any", "any value", function() return true end)
rule("seconds", "a positive number of seconds", function(value)
   return is_number(value) and value > 0 and value < 2 ^ 31
end)
rule("count", "a positive integer", function(value) return is_integer(value) and value > 0 end)
rule("index", "an integer of 0 or more", function(value) return is_integer(value) and value >= 0 end)

--- Adds a named rule for values.
options.rule = rule

function options.one_of(...)
   local allowed, words = {}, {}
   for _, value in ipairs { ... } do
      allowed[value] = true
      words[#words + 1] = ("%q"):format(value)
   end
   return {
      text = table.concat(words, " or "),
      fits = function(value) return type(value) == "string" and allowed[value] == true end,
   }
end

-- Tables behind tables are followed so far: they may be behind themselves.
local deepest = 32

-- The options with those that stand behind them (`__index`). No metamethod runs here, so that what only functions tell
-- is refused.
local function with_inherited(given, where, level)
   local metatable = debug.getmetatable(given)
   if not metatable then return given end
   local found, behind, depth = {}, given, 0
   while type(behind) == "table" and depth < deepest do
      for name, value in next, behind do
         if found[name] == nil then found[name] = value end
      end
      metatable, depth = debug.getmetatable(behind), depth + 1
      behind = metatable and rawget(metatable, "__index")
   end
   if next(found) == nil and (type(behind) == "function" or metatable and rawget(metatable, "__pairs")) then
      error(("%s: options: only functions of a metatable tell what they are: give a plain table"):format(where),
         level + 1)
   end
   return found
end

-- What is wrong with an option; nil if nothing is.
local function problem_of(name, value, known)
   local expected = known[name]
   if expected == nil then
      local nearest = type(name) == "string" and options.nearest(name, known)
      return ("unknown option %s%s"):format(options.describe(name), nearest and (" (did you mean %q?)"):format(nearest)
         or (" (known: %s)"):format(table.concat(sorted_names(known), ", ")))
   end
   local fits = type(expected) == "table" and expected or rules[expected]
   if fits.fits(value) then return nil end
   local shown = fits.secret and ("a " .. type(value)) or options.describe(value)
   return ("option %q: expected %s, got %s"):format(name, fits.text, shown)
end

--- Checks `given` against `known` (name -> rule's name or rule) and raises at the caller's caller for an
-- unknown name or a wrong type: of several, for the first in the order of the alphabet. nil counts as an empty table.
-- Defaults in a table behind the options (`__index`) are options too.
-- @return a shallow copy with only the known names
function options.check(given, known, where, level)
   level = (level or 1) + 1
   if given == nil then return {} end
   if type(given) ~= "table" then
      error(("%s: options: expected a table, got %s"):format(where, options.describe(given)), level)
   end
   local checked, first, first_problem = {}, nil, nil
   for name, value in next, with_inherited(given, where, level) do
      local problem = problem_of(name, value, known)
      if not problem then
         checked[name] = value
      elseif not first or tostring(name) < first then
         first, first_problem = tostring(name), problem
      end
   end
   if first then error(("%s: %s"):format(where, first_problem), level) end
   return checked
end

--- Raises an error unless an argument is of a type; `index` and `where` as in Lua's own messages.
function options.argument(index, value, kind, where, level)
   local expected = rules[kind]
   if not expected.fits(value) then
      error(("bad argument #%d to '%s' (expected %s, got %s)")
         :format(index, where, expected.text, options.describe(value)), (level or 1) + 1)
   end
end

return options
