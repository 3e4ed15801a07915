-- The codec. Wide objects are of a size that caches hold: beyond it the machine's memory is what is timed.
local json = require "personalize.json"

local function repeated(opening, unit, closing)
   return function(n) return opening .. unit:rep(n) .. closing end
end

local function wide(n)
   local object = {}
   for index = 1, n do object["member" .. index * 7919 % n .. "-" .. index] = index end
   return object
end

local function list(n)
   local all = json.array {}
   for index = 1, n do all[index] = { name = "a", list = json.array { 1, 2, json.array { "x" } } } end
   return all
end

local function encoded(value) return assert(json.encode(value)) end

local function canonical(value) json.encode(value, { canonical = true }) end

local function deep(n)
   return ("["):rep(100) .. "1" .. ("]"):rep(100) .. ("," .. ("["):rep(100) .. ("]"):rep(100)):rep(n)
end

return {
   { name = "JSON decode: a wide object", size = 256, make = function(n) return encoded(wide(n)) end,
      work = json.decode },
   { name = "JSON decode: one name, many times", make = repeated("{", '"a":1,', '"a":2}'), work = json.decode },
   { name = "JSON decode: many objects", make = function(n) return encoded(list(n)) end, work = json.decode },
   { name = "JSON decode: arrays, 100 deep", make = function(n) return "[" .. deep(n) .. "]" end, work = json.decode },
   { name = "JSON decode: a long string", make = repeated('"', "abcdefgh", '"'), work = json.decode },
   { name = "JSON decode: a string of escapes", make = repeated('"', "\\u00e4\\n", '"'), work = json.decode },
   { name = "JSON decode: a long number", make = repeated("[1", "1", "]"), work = json.decode },
   { name = "JSON decode: blanks", make = repeated("[", " \n", "]"), work = json.decode },
   { name = "JSON decode: wrong at its end", make = repeated("[", '"a",\n', "x"), work = json.decode },
   { name = "JSON encode: a wide object", size = 256, make = wide, work = json.encode },
   { name = "JSON encode: many objects", make = list, work = json.encode },
   { name = "JSON encode: a long string", make = repeated("", "abc\n\"\195\164", ""), work = json.encode },
   { name = "JSON canonical: a wide object", size = 256, sorts = true, make = wide, work = canonical },
   { name = "JSON canonical: many objects", make = list, work = canonical },
   { name = "JSON pretty: many objects", make = list,
      work = function(value) json.encode(value, { canonical = true, pretty = true }) end },
}
