-- Patterns, names, suggestions.
local glob = require "personalize.sync.glob"
local naming = require "personalize.sync.naming"
local options = require "personalize.options"
local suggestion = require "personalize.resource.suggestion"
local variable = require "personalize.connections.variable"

-- So many names that differ.
local function names(count)
   local list = {}
   for index = 1, count do list[index] = ("Connection %06d"):format(index) end
   return list
end

local function items(count, name_of)
   local list = {}
   for index = 1, count do list[index] = { name = name_of(index), identity = name_of(index) .. "\0" .. index } end
   return list
end

local function try_all(input)
   local is_meant = glob.matcher(input.patterns)
   for _, name in ipairs(input.names) do is_meant(name) end
end

return {
   { name = "pattern: *a*a*b, a name of a's", make = function(n) return ("a"):rep(n) end,
      work = function(name) glob.matcher "*a*a*b"(name) end },
   { name = "pattern: *a?c*, a name of bytes beyond ASCII", make = function(n) return ("a\195\164"):rep(n) end,
      work = function(name) glob.matcher "*a?c*" (name) end },
   { name = "pattern: long, many asterisks", make = function(n) return { ("a*"):rep(n) .. "b", ("a"):rep(n) } end,
      work = function(input) glob.matcher(input[1])(input[2]) end },
   { name = "pattern: asterisks alone", make = function(n) return ("*"):rep(n) .. "b" end,
      work = function(pattern) glob.matcher(pattern) "aaaaaaaa" end },
   { name = "select: one pattern, names", make = function(n) return { patterns = "*on*9", names = names(n) } end,
      work = try_all },
   { name = "select: as many names as connections",
      make = function(n) return { patterns = names(n), names = names(n) } end, work = try_all },
   { name = "suggestion: names of a tenant", make = names,
      work = function(list) suggestion.of("Conection 000017", list) end },
   { name = "suggestion: a wanted name of blanks", make = function(n) return ("a" .. (" "):rep(n) .. "b") end,
      work = function(name) suggestion.of(name, { "Weather" }) end },
   { name = "suggestion: nearest of known words", make = function(n)
      local known = {}
      for _, name in ipairs(names(n)) do known[name] = true end
      return known
   end, work = function(known) options.nearest("conection-17", known) end },
   { name = "names of files", sorts = true, make = function(n)
      return items(n, function(index) return ("Connection %06d"):format(index) end)
   end, work = function(list) naming.files(list, {}) end },
   { name = "names of files: one name", sorts = true,
      make = function(n) return items(n, function() return "Weather" end) end,
      work = function(list) naming.files(list, {}) end },
   { name = "names of files: a long name",
      make = function(n) return items(1, function() return ("a-. "):rep(n) end) end,
      work = function(list) naming.files(list, {}) end },
   { name = "names of variables: twins", make = names, work = variable.twins },
   { name = "names of variables: a long name", make = function(n) return ("Ab c"):rep(n) end, work = variable.of },
   { name = "digest of a document", make = function(n) return ("x"):rep(n) end, work = naming.fingerprint },
}
