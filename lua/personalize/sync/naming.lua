--- Makes names from a connection's name: for its file, and for the variables of its secrets. They are valid for every
-- name and on every file system, distinct even without regard to case, and do not depend on the order of connections.
-- @module personalize.sync.naming
-- @local

local letters = require "personalize.letters"
local printing = require "personalize.text"

local naming = {}

local longest_stem = 80

--- The extension of connections' files.
naming.extension = ".json"

-- A hash. Two of 32 bits are used: products stay below 2^53, so that both interpreters calculate alike.
local function polynomial(text, factor, modulus)
   local hash = #text
   for index = 1, #text do hash = (hash * factor + text:byte(index)) % modulus end
   return hash
end

--- Eight digits that identify a text.
function naming.digest(text)
   return ("%08x"):format(polynomial(text, 65599, 4294967291))
end

--- Sixteen digits that identify a whole document.
function naming.fingerprint(text)
   return naming.digest(text) .. ("%08x"):format(polynomial(text, 131101, 4294967279))
end

-- Device names of Windows, which are reserved with any extension.
local devices = { con = true, prn = true, aux = true, nul = true }
for digit = 0, 9 do
   devices["com" .. digit], devices["lpt" .. digit] = true, true
end

-- Marks characters that a file name cannot have; becomes a hyphen.
local gap = "\1"

local function letter_or_gap(bytes)
   return letters.is_letter(printing.code_point(bytes)) and bytes or gap
end

-- The start of a text with at most the allowed bytes, without splitting a character.
local function start_of(stem)
   local last = longest_stem
   while last > 0 and (stem:byte(last + 1) or 0) >= 0x80 and stem:byte(last + 1) < 0xC0 do last = last - 1 end
   return stem:sub(1, last)
end

-- The readable part of a file name: letters of any script, digits, `-`, `_`. The second value tells whether more than
-- spaces and dots was lost. Letters beyond ASCII count as lost, because systems differ in which of them are equal.
local function stem_of(name)
   local printable = printing.line((name:gsub("[%c\127]", "?"))) -- bytes that are not UTF-8 become ?
   local stem = printable:gsub("[ .]+", "-")
   local plain = stem:gsub("[\194-\244][\128-\191]+", letter_or_gap):gsub("%-*[^%w_\128-\255-]+%-*", "-")
      :gsub("^-+", ""):gsub("-+$", "")
   local lost = name:find "[\128-\255]" ~= nil or plain ~= stem:gsub("^-+", ""):gsub("-+$", "")
   if #plain > longest_stem then plain, lost = start_of(plain):gsub("-+$", ""), true end
   if plain == "" then plain, lost = "connection", true end
   if devices[letters.lower(plain)] then lost = true end
   return plain, lost
end

--- Chooses file names.
-- @tparam table items array of `{ name =, identity = }`; `identity` is the name, or more if the name is ambiguous
-- @tparam table taken set of used names in lower case
-- @treturn table array of names
function naming.files(items, taken)
   local stems, lost, sharing, order = {}, {}, {}, {}
   for index, item in ipairs(items) do
      stems[index], lost[index] = stem_of(item.name)
      local key = letters.lower(stems[index])
      if item.identity == item.name then sharing[key] = (sharing[key] or 0) + 1 end
      order[index] = index
   end
   table.sort(order, function(a, b)
      if items[a].identity ~= items[b].identity then return items[a].identity < items[b].identity end
      return a < b
   end)
   local names, used = {}, setmetatable({}, { __index = taken })
   for _, index in ipairs(order) do
      local stem, identity = stems[index], items[index].identity
      local is_plain = not lost[index] and sharing[letters.lower(stem)] == 1 and identity == items[index].name
      local name, attempt = stem .. naming.extension, 1
      if not is_plain then name = ("%s~%s%s"):format(stem, naming.digest(identity), naming.extension) end
      while used[letters.lower(name)] do
         name = ("%s~%s%s"):format(stem, naming.digest(identity .. "\0" .. attempt), naming.extension)
         attempt = attempt + 1
      end
      used[letters.lower(name)] = true
      names[index] = name
   end
   return names
end

local function in_capitals(text)
   return (letters.upper((text:gsub("(%l)(%u)", "%1_%2"))):gsub("[^A-Z0-9]+", "_"):gsub("^_+", ""):gsub("_+$", ""))
end

--- The variable for a secret of a connection, such as `WEATHER_CLIENT_SECRET`.
-- @tparam table item `{ name =, identity = }`
-- @tparam string what name of the secret
-- @tparam table taken variable -> its purpose, or true if it is not known; the new variable is added
function naming.variable(item, what, taken)
   local owner, purpose = in_capitals(item.name), item.identity .. "\0" .. what
   if owner == "" or owner:find "^%d" then owner = ("CONNECTION_" .. owner):gsub("_$", "") end
   local variable = owner .. "_" .. in_capitals(what)
   while taken[variable] and taken[variable] ~= purpose do
      variable = variable .. "_" .. letters.upper(naming.digest(purpose))
   end
   taken[variable] = purpose
   return variable
end

return naming
