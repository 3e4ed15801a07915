--- Finds mentions of a connection in texts: its ref, the variable that decision models have for it, or its quoted name.
-- The time is proportional to the length of the texts.
-- @module personalize.connections.mentions
-- @local

local json = require "personalize.json"
local order = require "personalize.order"
local raw = require "personalize.raw"
local redaction = require "personalize.redaction"
local text = require "personalize.text"
local variable = require "personalize.connections.variable"

local mentions = {}

local most_in_a_text = 50
local deepest = 32
local widest = 160

-- ------------------------------------------------------------------ needles

local entities = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;", ["'"] = "&apos;" }

-- The spellings of a name: as it is, in XML, and within a JSON string.
local function spellings(name)
   local list, seen = {}, {}
   local in_string = (json.encode(name) or '""'):sub(2, -2)
   for _, spelling in ipairs { name, (name:gsub("[&<>\"']", entities)), (name:gsub("[&<>]", entities)), in_string } do
      if spelling ~= "" and not seen[spelling] then
         seen[spelling] = true
         list[#list + 1] = spelling
      end
   end
   return list
end

local quotes_before = { "&quot;", "&apos;", "&#34;", "&#39;", "&gt;" }

local function is_quoted(line, start, stop)
   local before, after = line:sub(start - 1, start - 1), line:sub(stop + 1, stop + 1)
   local begins = start == 1 or before:find "[\"'`>]" ~= nil
   if not begins and before == ";" then
      for _, entity in ipairs(quotes_before) do
         begins = begins or line:sub(start - #entity, start - 1) == entity
      end
   end
   return begins and (stop == #line or after:find "[\"'`<\\]" ~= nil or line:find("^&[#%a]", stop + 1) ~= nil)
end

-- Whether the match is a whole word, and not part of another name.
local function is_word(line, start, stop)
   return not line:sub(start - 1, start - 1):find "[%w_$\128-\255]"
      and not line:sub(stop + 1, stop + 1):find "[%w_$\128-\255]"
end

local function anywhere() return true end

--- The texts to search for to find a connection.
-- @tparam string name
-- @tparam table refs array
-- @treturn table for `find`
function mentions.needles(name, refs)
   local list = {}
   for _, spelling in ipairs(spellings(name)) do list[#list + 1] = { spelling, is_quoted } end
   local own = variable.of(name)
   if own ~= "" then list[#list + 1] = { own, is_word } end
   for _, ref in ipairs(refs) do list[#list + 1] = { ref, anywhere } end
   return list
end

-- ------------------------------------------------------------------ search

-- The positions of a needle in a text, up to a limit.
local function places_of(line, needle, found)
   local place = 1
   while #found < most_in_a_text do
      local start, stop = line:find(needle[1], place, true)
      if not start then return end
      if needle[2](line, start, stop) then found[#found + 1] = start end
      place = start + 1
   end
end

-- Calls `visit(number, line)` once for each line that mentions the connection.
local function each_line(value, needles, visit)
   local places = {}
   for _, needle in ipairs(needles) do
      local found = {}
      places_of(value, needle, found)
      for _, place in ipairs(found) do places[#places + 1] = place end
   end
   if not places[1] then return end
   table.sort(places)
   local number, start, index = 1, 1, 1
   while places[index] do
      local stop = value:find("\n", start, true) or #value + 1
      if places[index] < stop then
         visit(number, value:sub(start, stop - 1))
         while places[index] and places[index] < stop do index = index + 1 end
      end
      number, start = number + 1, stop + 1
   end
end

local function walk(value, path, needles, visit, depth)
   if type(value) == "string" then
      each_line(value, needles, function(number, line)
         local is_long = value:find("\n", 1, true) ~= nil
         visit(is_long and ("%s, line %d"):format(path, number) or path, line)
      end)
   elseif type(value) == "table" and depth < deepest then
      for _, name in ipairs(order.names(value, {})) do
         local inner = type(name) == "number" and ("%s[%d]"):format(path, name) or path == "" and tostring(name)
            or path .. "." .. tostring(name)
         walk(rawget(value, name), inner, needles, visit, depth + 1)
      end
   end
end

-- Members whose text does not count as use of a connection of that name.
local own_members = { name = true, friendlyId = true, href = true, description = true, tags = true, clientKey = true }

-- A line with secrets masked; of a long line, the part around the first mention.
local function shown(line, needles)
   local masked, first = redaction.text(line), nil
   for _, needle in ipairs(needles) do
      local found = {}
      places_of(masked, needle, found)
      if found[1] and (not first or found[1] < first) then first = found[1] end
   end
   local start = math.max(1, (first or 1) - math.floor(widest / 2))
   local part = masked:sub(start, start + 2 * widest):gsub("^[\128-\191]+", ""):gsub("^%s+", "")
   return text.cut((start > 1 and "..." or "") .. text.line(part:match "^.*%S" or ""), widest)
end

--- Finds the mentions in an item: a variant or a flow.
-- @tparam table item
-- @tparam table needles of `mentions.needles`
-- @tparam function visit called with the path of each mention and its line, secrets masked
function mentions.find(item, needles, visit)
   for _, name in ipairs(order.names(item, {})) do
      if not own_members[name] then
         walk(raw.get(item, name), tostring(name), needles, function(path, line)
            visit(path, shown(line, needles))
         end, 0)
      end
   end
end

return mentions
