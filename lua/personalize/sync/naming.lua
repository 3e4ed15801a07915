--- Names that are made of a connection's name: its file, and the variables of its secrets. Safe for every name and on
-- every file system, distinct also where case does not count, and the same whatever the order of the connections.
-- @module personalize.sync.naming
-- @local

local letters = require "personalize.letters"
local printing = require "personalize.text"

local naming = {}

local longest_stem = 80

--- The end of the names of connections' files.
naming.extension = ".json"

-- Two of 32 bits: no products beyond 2^53, so that both interpreters count alike.
local function polynomial(text, factor, modulus)
   local hash = #text
   for index = 1, #text do hash = (hash * factor + text:byte(index)) % modulus end
   return hash
end

--- Eight digits that tell a text from others.
function naming.digest(text)
   return ("%08x"):format(polynomial(text, 65599, 4294967291))
end

--- Sixteen digits: what stands for a whole document.
function naming.fingerprint(text)
   return naming.digest(text) .. ("%08x"):format(polynomial(text, 131101, 4294967279))
end

-- What Windows gives to devices, whatever follows.
local devices = { con = true, prn = true, aux = true, nul = true }
for digit = 0, 9 do
   devices["com" .. digit], devices["lpt" .. digit] = true, true
end

-- Stands for what cannot be in a file's name, until it is a hyphen.
local gap = "\1"

local function letter_or_gap(bytes)
   return letters.is_letter(printing.code_point(bytes)) and bytes or gap
end

-- The start of a text that has at most so many bytes, characters whole.
local function start_of(stem)
   local last = longest_stem
   while last > 0 and (stem:byte(last + 1) or 0) >= 0x80 and stem:byte(last + 1) < 0xC0 do last = last - 1 end
   return stem:sub(1, last)
end

-- The part of a file's name that people read: letters of any script, digits, `-`, `_`; the second value tells whether
-- more than spaces and dots were lost. Letters beyond ASCII count as lost: systems differ in which of them are one.
local function stem_of(name)
   local printable = printing.line((name:gsub("[%c\127]", "?"))) -- what is no UTF-8 is ? then
   local stem = printable:gsub("[ .]+", "-")
   local plain = stem:gsub("[\194-\244][\128-\191]+", letter_or_gap):gsub("%-*[^%w_\128-\255-]+%-*", "-")
      :gsub("^-+", ""):gsub("-+$", "")
   local lost = name:find "[\128-\255]" ~= nil or plain ~= stem:gsub("^-+", ""):gsub("-+$", "")
   if #plain > longest_stem then plain, lost = start_of(plain):gsub("-+$", ""), true end
   if plain == "" then plain, lost = "connection", true end
   if devices[letters.lower(plain)] then lost = true end
   return plain, lost
end

--- Names files.
-- @tparam table items array of `{ name =, identity = }`; `identity` is the name, and more where a name is not enough
-- @tparam table taken set of names in lower case that are given already
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
-- @tparam string what the secret's own name
-- @tparam table taken variable -> what it is for; the new one is entered
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
