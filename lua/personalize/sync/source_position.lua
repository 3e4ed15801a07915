--- Finds the line and column of a member in a JSON text, for messages about files.
-- @module personalize.sync.source_position
-- @local

local json = require "personalize.json"

local source_position = {}

-- The decoder's own limit: deeper texts were refused before.
local deepest = 128

-- Finds where a string ends.
local function end_of_string(text, place)
   local at = place + 1
   while true do
      at = text:find('["\\]', at)
      if not at then return nil end
      if text:byte(at) == 34 then return at end
      at = at + 2
   end
end

local function skip(text, place)
   return text:find("[^ \t\r\n,:]", place)
end

-- The first step of a path, from `start` on: an index, or the part of a name up to the next `.` or `[`. A name may
-- contain these characters, so a part is only a hint.
local function first_step(path, start)
   local index = path:match("^%[(%d+)%]", start)
   return index and tonumber(index)
      or path:match("^[^.%[]*", start + (start > 1 and path:byte(start) == 46 and 1 or 0))
end

-- Groups the wanted paths by their next step. `wanted` has `{ path =, from = }`; `from` is where the rest of a path
-- begins.
local function by_step(wanted)
   local steps = {}
   for _, each in ipairs(wanted) do
      if each.from <= #each.path then
         local step = first_step(each.path, each.from)
         steps[step] = steps[step] or {}
         table.insert(steps[step], each)
      end
   end
   return steps
end

-- Where the rest of a path begins after a member's name; nil if the path does not lead to the member.
local function behind(each, name)
   local path, from = each.path, each.from
   if type(name) == "number" then return path:find("]", from, true) + 1 end
   if from > 1 and path:byte(from) == 46 then from = from + 1 end
   local following = from + #name
   if path:sub(from, following - 1) ~= name then return nil end
   local byte = path:byte(following)
   if byte == nil or byte == 46 or byte == 91 then return following end
   return nil
end

-- The wanted paths that lead to a member or through it. `place` is stored as the nearest known position of each.
local function through(steps, name, place)
   local hint = type(name) == "number" and name or name:match "^[^.%[]*"
   local found
   for _, each in ipairs(steps[hint] or {}) do
      local from = behind(each, name)
      if from then
         found = found or {}
         found[#found + 1] = { path = each.path, from = from, result = each.result }
         -- of members with the same name the first one counts
         if not each.result.depth or from > each.result.depth then
            each.result.place, each.result.depth = place, from
         end
      end
   end
   return found
end

local visit

-- Skips an object or array that contains no wanted path.
local function pass_over(text, place)
   local depth = 0
   while place do
      local byte = text:byte(place)
      if byte == 34 then
         place = end_of_string(text, place)
      elseif byte == 123 or byte == 91 then
         depth = depth + 1
      elseif byte == 125 or byte == 93 then
         depth = depth - 1
         if depth == 0 then return place + 1 end
      end
      place = place and text:find('["{}%[%]]', place + 1)
   end
   return nil
end

local function visit_members(text, place, wanted, depth)
   local is_object = text:byte(place) == 123
   local closing, steps, index = is_object and 125 or 93, by_step(wanted), 0
   place = skip(text, place + 1)
   while place and text:byte(place) ~= closing do
      local start = place
      local name
      if is_object then
         local last = end_of_string(text, place)
         if not last then return nil end
         name = json.decode(text:sub(place, last))
         place = skip(text, last + 1)
      else
         index = index + 1
         name = index
      end
      if not place or name == nil then return nil end
      place = visit(text, place, through(steps, name, start), depth)
      place = place and skip(text, place)
   end
   return place and place + 1
end

function visit(text, place, wanted, depth)
   local first = text:byte(place)
   if first == 123 or first == 91 then
      if not wanted or depth > deepest then return pass_over(text, place) end
      return visit_members(text, place, wanted, depth + 1)
   end
   local last = first == 34 and end_of_string(text, place) or select(2, text:find("^[%w.+-]+", place))
   return last and last + 1
end

-- place -> { line =, column = }, in one walk over the text. Columns count bytes, as the decoder's do.
local function positions_of(text, places)
   table.sort(places)
   local positions, line, from = {}, 1, 1
   for _, place in ipairs(places) do
      local newline = text:find("\n", from, true)
      while newline and newline < place do
         line, from = line + 1, newline + 1
         newline = text:find("\n", from, true)
      end
      positions[place] = { line = line, column = place - from + 1 }
   end
   return positions
end

--- The positions of members, or of the nearest enclosing ones. The text is walked once for all paths.
-- @tparam string text JSON that can be decoded
-- @tparam table paths array of paths such as `request.connectionUrl`, `customHeaders[2].name`
-- @treturn table array of `{ line =, column = }`
function source_position.positions(text, paths)
   local start = skip(text, 1) or 1
   local wanted, places = {}, {}
   for index, path in ipairs(paths) do
      wanted[index] = { path = path, from = 1, result = { place = start } }
   end
   if #paths > 0 then visit(text, start, wanted, 0) end
   for index, each in ipairs(wanted) do places[index] = each.result.place end
   local position_at, positions = positions_of(text, places), {}
   for index, each in ipairs(wanted) do positions[index] = position_at[each.result.place] end
   return positions
end

return source_position
