--- Reads tables through their metamethods: proxies, tables with defaults, read-only views. The result is a plain table,
-- so that all other code can read raw and nothing is silently left out.
-- @module personalize.proxy
-- @local

local native = require "personalize.native"
local options = require "personalize.options"

local codec = native.json

local proxy = {}

local deepest = 128

-- The real metatable, even if `__metatable` hides it.
local real_metatable = debug.getmetatable

-- The metatable of a table whose content comes from metamethods. Metatables of this library and of other JSON libraries
-- are only marks.
local function metatable_of(value)
   local metatable = real_metatable(value)
   if metatable == nil then return nil end
   local is_active = rawget(metatable, "__index") ~= nil or rawget(metatable, "__pairs") ~= nil
      or rawget(metatable, "__len") ~= nil
   if not is_active or type(rawget(metatable, "__jsontype")) == "string" or codec.is_array(value) then return nil end
   return metatable
end

-- Reads the table's own members first, then those of `__index`. Functions of a class are not members.
local function read_index(value, metatable, into, depth)
   for name, member in next, value do
      if into[name] == nil then into[name] = member end
   end
   local behind = metatable and rawget(metatable, "__index")
   if type(behind) ~= "table" or depth > deepest then return behind end
   local inherited = {}
   local rest = read_index(behind, metatable_of(behind), inherited, depth + 1)
   for name, member in next, inherited do
      local is_own = type(member) ~= "function" and not (type(name) == "string" and name:find "^__")
      if is_own and into[name] == nil then into[name] = member end
   end
   return rest
end

local function read_pairs(value, metatable, into)
   local iterate, state, name = metatable.__pairs(value)
   local member
   name, member = iterate(state, name)
   while name ~= nil do
      into[name] = member
      name, member = iterate(state, name)
   end
end

local function read_length(value, metatable, into)
   local length = metatable.__len(value)
   if type(length) ~= "number" then return false end
   for index = 1, length do
      if into[index] == nil then into[index] = value[index] end
   end
   return length > 0
end

local function read(value, metatable)
   local into, counted, rest = {}, false, nil
   if rawget(metatable, "__pairs") then
      read_pairs(value, metatable, into)
   else
      rest = read_index(value, metatable, into, 0)
   end
   if rawget(metatable, "__len") then counted = read_length(value, metatable, into) end
   if type(rest) == "function" and not counted then
      return nil, "has a metatable whose __index is a function and no __pairs, so that its members cannot be listed: "
         .. "give a plain table"
   end
   if next(into) == nil and not rawget(metatable, "__pairs") and not rawget(metatable, "__len") then
      return nil, "is an object of a type of its own and has no members: give a plain table"
   end
   local behind = rawget(metatable, "__index")
   return type(behind) == "table" and codec.is_array(behind) and codec.array(into) or into
end

local function join(name, path)
   -- any value may be a name here: `__tostring` of a table may raise, and a number need not be an integer
   local own = type(name) == "number" and ("[%s]"):format(options.describe(name))
      or type(name) == "string" and name or options.describe(name)
   if not path then return own end
   return path:sub(1, 1) == "[" and own .. path or own .. "." .. path
end

local convert

local function convert_members(value, copy, seen, depth)
   for name, member in next, value do
      if type(member) == "table" then
         local plain, reason, path = convert(member, seen, depth + 1)
         if plain == nil then return nil, reason, join(name, path) end
         if copy == nil and not rawequal(plain, member) then
            copy = setmetatable({}, real_metatable(value))
            for own_name, own_member in next, value do rawset(copy, own_name, own_member) end
         end
         if copy then rawset(copy, name, plain) end
      end
   end
   return copy or value
end

-- `seen` has the tables converted so far. A table that contains itself is left to the encoder, which reports it.
function convert(value, seen, depth)
   if seen[value] ~= nil or depth > deepest then return seen[value] or value end
   seen[value] = value
   local metatable = metatable_of(value)
   local plain, reason, path
   if metatable then
      local fine
      fine, plain, reason = pcall(read, value, metatable)
      if not fine then
         return nil, "raised an error when it was read" .. (type(plain) == "string" and ": " .. plain or "")
      end
      if not plain then return nil, reason end
      plain, reason, path = convert_members(plain, plain, seen, depth)
   else
      plain, reason, path = convert_members(value, nil, seen, depth)
   end
   seen[value] = plain
   return plain, reason, path
end

local raw_length = rawget(_G, "rawlen") or function(value) return #value end

local function read_list(value, metatable)
   local into, rest = {}, rawget(metatable, "__index")
   if rawget(metatable, "__len") then
      read_length(value, metatable, into)
      return into
   elseif rawget(metatable, "__pairs") then
      read_pairs(value, metatable, into)
      return into
   elseif type(rest) ~= "function" then
      rest = read_index(value, metatable, into, 0)
   else
      into = value
   end
   if type(rest) == "function" and raw_length(into) == 0 and value[1] ~= nil then
      return nil, "has a metatable whose __index is a function and no __len, so that its items cannot be counted: give "
         .. "a plain table"
   end
   return into
end

--- A list whose items can be counted and read raw: the value itself, or what its metamethods show. The items stay as
-- they are.
-- @tparam table value
-- @treturn table list; or nil and the reason
function proxy.list(value)
   local metatable = metatable_of(value)
   if not metatable then return value end
   local fine, plain, reason = pcall(read_list, value, metatable)
   if fine then return plain, reason end
   return nil, "raised an error when it was read" .. (type(plain) == "string" and ": " .. plain or "")
end

--- A value as plain tables: the value itself if it contains no table with metamethods, else a copy.
-- @param value anything
-- @return the value or its copy; or nil, the reason, and the path of the part that cannot be read (nil at the top)
function proxy.plain(value)
   if type(value) ~= "table" then return value end
   return convert(value, {}, 0)
end

return proxy
