--- The differences between two connections, by path: an array. `tostring` shows them, secrets masked.
-- @classmod personalize.differences
-- @extends {personalize.differences.item,...}

local errors = require "personalize.error"
local json = require "personalize.json"
local redaction = require "personalize.redaction"
local schema = require "personalize.schema"
local order = require "personalize.order"
local shape = require "personalize.raw"
local text = require "personalize.text"

local difference = {}

--- One difference; the values are the data, unmasked.
-- @table item
-- @tfield string path such as `request.connectionUrl` or `inputMappings[2].key`
-- @tfield[opt] any old
-- @tfield[opt] any new

--- What is beside the items.
-- @table members
-- @tfield {personalize.differences.item,...} server_owned differences of the members that the server owns

local widest_value = 60

local function child_path(prefix, name)
   if type(name) == "number" then return ("%s[%d]"):format(prefix, name) end
   if not name:find "^[%a_][%w_]*$" then return ("%s[%s]"):format(prefix, json.encode(name) or "?") end
   return prefix == "" and name or prefix .. "." .. name
end

local function shown(value)
   if value == nil then return "(absent)" end
   local line = json.encode(value, { canonical = true }) or ("<%s>"):format(type(value))
   return text.short(line, widest_value)
end

-- A member of a masked value: of what is hidden whole, everything is hidden.
local function masked_member(value, name)
   if type(value) == "table" then return rawget(value, name) end
   return value == redaction.mask and value or nil
end

local function add(found, path, sides)
   local from, to = shown(sides.masked_old), shown(sides.masked_new)
   if sides.old == nil then from = shown(nil) end
   if sides.new == nil then to = shown(nil) end
   found[#found + 1] = { path = path, old = sides.old, new = sides.new }
   found.lines[#found] = ("%s: %s -> %s%s"):format(text.line(path), from, to, from == to and " (changed)" or "")
end

-- Walks both sides, and masked copies of them for what is shown.
local function compare(found, path, sides)
   local old, new = sides.old, sides.new
   if shape.equal(old, new) then return end
   local both = type(old) == "table" and type(new) == "table" and shape.is_array(old) == shape.is_array(new)
   if not both or (next(old) == nil and next(new) == nil) then return add(found, path, sides) end
   for _, name in ipairs(order.names(old, new, schema.rank)) do
      compare(found, child_path(path, name), {
         old = rawget(old, name), new = rawget(new, name),
         masked_old = masked_member(sides.masked_old, name), masked_new = masked_member(sides.masked_new, name),
      })
   end
end

local function describe(found, server_owned)
   local lines = { #found == 0 and "no differences" or table.concat(found.lines, "\n") }
   if #server_owned > 0 then
      lines[2] = "of the members that the server owns:"
      lines[3] = table.concat(server_owned.lines, "\n")
   end
   return table.concat(lines, "\n")
end

-- A copy that is known to end, and to have strings and array indexes for names.
local function snapshot(value, which)
   local copy, reason = shape.copy(value)
   local text_of_it, err = nil, nil
   if copy then text_of_it, err = json.encode_as(copy, schema.arrays) end
   if text_of_it then return copy end
   return errors.fail("encode", ("%s: %s"):format(which, reason or err.message), { problems = err and err.problems })
end

-- The differences from one connection to another; or nil and an error object of kind `encode` when one of them is not
-- JSON.
function difference.between(old, new)
   local err
   old, err = snapshot(old, "the connection")
   if not old then return nil, err end
   new, err = snapshot(new, "the other one")
   if not new then return nil, err end
   local found, server_owned = { lines = {} }, { lines = {} }
   local masked_old, masked_new = redaction.connection(old), redaction.connection(new)
   for _, name in ipairs(order.names(old, new, schema.rank)) do
      compare(schema.server_owned[name] and server_owned or found, child_path("", name), {
         old = rawget(old, name), new = rawget(new, name),
         masked_old = rawget(masked_old, name), masked_new = rawget(masked_new, name),
      })
   end
   local description = describe(found, server_owned)
   local server_description = table.concat(server_owned.lines, "\n")
   found.lines, server_owned.lines = nil, nil
   setmetatable(server_owned, { __jsontype = "array", __tostring = function() return server_description end })
   return setmetatable(found, {
      __name = "personalize.difference",
      __jsontype = "array",
      __index = { server_owned = server_owned },
      __tostring = function() return description end,
   })
end

-- Differences as data, secrets masked: an array of `{ path =, shown = }`, one for each line that `tostring` gives of
-- them.
function difference.shown(differences)
   local list, index = json.array {}, 0
   for line in tostring(differences):gmatch "[^\n]+" do
      index = index + 1
      if differences[index] then list[index] = { path = differences[index].path, shown = line } end
   end
   return list
end

return difference
