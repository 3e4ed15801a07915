--- In which line of a JSON text a member stands: for messages about files.
-- @module personalize.sync.source_position
-- @local

local json = require "personalize.json"

local source_position = {}

-- Finds where a string ends.
local function end_of_string(text, place)
   local at = place + 1
   while true do
      at = text:find('["\\]', at)
      if not at then return nil end
      if text:sub(at, at) == '"' then return at end
      at = at + 2
   end
end

local function skip(text, place)
   return text:find("[^ \t\r\n,:]", place)
end

local function child(path, name)
   if type(name) == "number" then return ("%s[%d]"):format(path, name) end
   return path == "" and name or path .. "." .. name
end

local visit

-- Walks an object's or array's members; `found(path, place)` ends the walk by returning true.
local function visit_members(text, place, path, found, is_object)
   local index = 0
   local closing = is_object and "}" or "]"
   place = skip(text, place + 1)
   while place and text:sub(place, place) ~= closing do
      local name
      local start = place
      if is_object then
         local last = end_of_string(text, place)
         if not last then return nil end
         name = json.decode(text:sub(place, last))
         place = skip(text, last + 1)
      else
         index = index + 1
         name = index
      end
      if not place or name == nil or found(child(path, name), start) then return nil end
      place = visit(text, place, child(path, name), found)
      place = place and skip(text, place)
   end
   return place and place + 1
end

function visit(text, place, path, found)
   local first = text:sub(place, place)
   if first == "{" or first == "[" then return visit_members(text, place, path, found, first == "{") end
   local last = first == '"' and end_of_string(text, place) or select(2, text:find("^[%w.+-]+", place))
   return last and last + 1
end

-- A path, and those of what it lies in: the longest first.
local function each_prefix(path)
   local rest = path
   return function()
      local own = rest
      if own then rest = own:match "^(.+)[.%[][^.%[]*$" end
      return own
   end
end

-- place -> line, in one walk over the text.
local function lines_of(text, places)
   table.sort(places)
   local lines, line, from = {}, 1, 1
   for _, place in ipairs(places) do
      local newline = text:find("\n", from, true)
      while newline and newline < place do
         line, from = line + 1, newline + 1
         newline = text:find("\n", from, true)
      end
      lines[place] = line
   end
   return lines
end

--- The lines of members, or of the nearest ones around them. The text is walked once, however many are asked for.
-- @tparam string text JSON that can be decoded
-- @tparam table paths array of paths such as `request.connectionUrl`, `customHeaders[2].name`
-- @treturn table array of numbers
function source_position.lines(text, paths)
   local wanted, found, places, lines = {}, {}, { 1 }, {}
   for _, path in ipairs(paths) do
      for prefix in each_prefix(path) do wanted[prefix] = true end
   end
   local start = skip(text, 1)
   if start and #paths > 0 then
      visit(text, start, "", function(path, place)
         if wanted[path] and not found[path] then
            found[path] = place
            places[#places + 1] = place
         end
         return false
      end)
   end
   local line_of = lines_of(text, places)
   for index, path in ipairs(paths) do
      lines[index] = 1
      for prefix in each_prefix(path) do
         if found[prefix] then
            lines[index] = line_of[found[prefix]]
            break
         end
      end
   end
   return lines
end

return source_position
