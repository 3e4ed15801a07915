--- The differences between two connections, by path.
-- @module personalize.connections.difference
-- @local

local json = require "personalize.json"
local redaction = require "personalize.redaction"
local schema = require "personalize.schema"
local shape = require "personalize.connections.shape"
local text = require "personalize.text"

local difference = {}

local function child_path(prefix, name)
   if type(name) == "number" then return ("%s[%d]"):format(prefix, name) end
   if not tostring(name):find "^[%a_][%w_]*$" then return ("%s[%q]"):format(prefix, tostring(name)) end
   return prefix == "" and name or prefix .. "." .. name
end

-- Canonical order of the names of two tables together.
local function names_of(a, b)
   local names, seen = {}, {}
   for _, value in ipairs { a, b } do
      for name in next, value do
         if not seen[name] then
            seen[name] = true
            names[#names + 1] = name
         end
      end
   end
   table.sort(names, function(x, y)
      if type(x) ~= type(y) then return type(x) == "number" end
      if type(x) == "number" then return x < y end
      local rank_x, rank_y = schema.rank[x] or math.huge, schema.rank[y] or math.huge
      if rank_x ~= rank_y then return rank_x < rank_y end
      return x < y
   end)
   return names
end

local function shown(value)
   if value == nil then return "(absent)" end
   return text.cut(text.line(json.encode(value) or tostring(value)), 60)
end

local function member(value, name)
   return type(value) == "table" and rawget(value, name) or nil
end

-- Walks both sides, and masked copies of them for what is shown.
local function compare(found, path, sides, depth)
   if shape.equal(sides.old, sides.new) then return end
   local both = type(sides.old) == "table" and type(sides.new) == "table"
      and shape.is_array(sides.old) == shape.is_array(sides.new)
   if not both or depth > 128 then
      local from, to = shown(sides.masked_old), shown(sides.masked_new)
      found[#found + 1] = { path = path, old = sides.old, new = sides.new }
      found.lines[#found] = ("%s: %s -> %s%s"):format(text.line(path), from, to, from == to and " (changed)" or "")
      return
   end
   for _, name in ipairs(names_of(sides.old, sides.new)) do
      compare(found, child_path(path, name), {
         old = rawget(sides.old, name), new = rawget(sides.new, name),
         masked_old = member(sides.masked_old, name), masked_new = member(sides.masked_new, name),
      }, depth + 1)
   end
end

local function describe(found, server_lines)
   local lines = { found[1] == nil and "no differences" or table.concat(found, "\n") }
   if #server_lines > 0 then
      lines[2] = "of the members that the server owns:"
      lines[3] = table.concat(server_lines, "\n")
   end
   return table.concat(lines, "\n")
end

--- The differences from one connection to another.
-- @tparam table old
-- @tparam table new
-- @treturn table array of `{ path=, old=, new= }` (nil where absent; the data, unmasked) without the members that
-- the server owns, which are in its field `server_owned`; `tostring` shows all of them, masked
function difference.between(old, new)
   local found, server_owned = { lines = {} }, { lines = {} }
   local masked_old, masked_new = redaction.connection(old), redaction.connection(new)
   for _, name in ipairs(names_of(old, new)) do
      compare(schema.server_owned[name] and server_owned or found, child_path("", name), {
         old = rawget(old, name), new = rawget(new, name),
         masked_old = rawget(masked_old, name), masked_new = rawget(masked_new, name),
      }, 1)
   end
   local description = describe(found.lines, server_owned.lines)
   found.lines, server_owned.lines = nil, nil
   return setmetatable(found, {
      __name = "personalize.difference",
      __jsontype = "array",
      __index = { server_owned = server_owned },
      __tostring = function() return description end,
   })
end

return difference
