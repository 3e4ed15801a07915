--- In which line of a JSON text a member stands: for messages about files.
-- @module personalize.sync.source_position
-- @local

local json = require "personalize.json"

local source_position = {}

-- What each character begins, and where it ends.
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

local function line_at(text, place)
   local _, breaks = text:sub(1, place - 1):gsub("\n", "")
   return breaks + 1
end

--- The line of a member, or of the nearest one around it.
-- @tparam string text JSON that can be decoded
-- @tparam string path such as `request.connectionUrl`, `customHeaders[2].name`
-- @treturn number
function source_position.line(text, path)
   local best, length = 1, -1
   local start = skip(text, 1)
   if not start then return 1 end
   visit(text, start, "", function(each, place)
      local follows = path:sub(#each + 1, #each + 1)
      if path:sub(1, #each) == each and (follows == "" or follows == "." or follows == "[") and #each > length then
         best, length = place, #each
      end
      return each == path
   end)
   return line_at(text, best)
end

return source_position
