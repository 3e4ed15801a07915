--- The differences between two connections, by path: an array. `tostring` shows them, secrets masked.
-- @classmod personalize.differences
-- @extends {personalize.differences.item,...}

local difference_lines = require "personalize.connections.difference_lines"
local errors = require "personalize.error"
local json = require "personalize.json"
local order = require "personalize.order"
local raw = require "personalize.raw"
local redaction = require "personalize.redaction"
local schema = require "personalize.schema"
local text = require "personalize.text"

local difference = {}

--- One difference; the values are the data, unmasked.
-- @table item
-- @tfield string path such as `request.connectionUrl` or `inputMappings[2].key`
-- @tfield[opt] any old
-- @tfield[opt] any new

--- Members besides the items.
-- @table members
-- @tfield {personalize.differences.item,...} server_owned differences of the members that the server owns

-- item -> its values with secrets masked; kept outside of the item, because they are not its members
local masked_of = setmetatable({}, { __mode = "k" })

local function child_path(prefix, name)
   if type(name) == "number" then return ("%s[%d]"):format(prefix, name) end
   if not name:find "^[%a_][%w_]*$" then return ("%s[%s]"):format(prefix, json.encode(name) or "?") end
   return prefix == "" and name or prefix .. "." .. name
end

-- A member of a masked value. If the whole value is masked, so are its members.
local function masked_member(value, name)
   if type(value) == "table" then return rawget(value, name) end
   return value == redaction.mask and value or nil
end

local function add(found, path, sides)
   local item = { path = path, old = sides.old, new = sides.new }
   local masked = {}
   if sides.old ~= nil then masked.old = sides.masked_old end
   if sides.new ~= nil then masked.new = sides.masked_new end
   masked_of[item] = masked
   found[#found + 1] = item
end

-- Walks both sides, together with masked copies of them for display.
local function compare(found, path, sides)
   local old, new = sides.old, sides.new
   if raw.equal(old, new) then return end
   local both = type(old) == "table" and type(new) == "table" and raw.is_array(old) == raw.is_array(new)
   if not both or (next(old) == nil and next(new) == nil) then return add(found, path, sides) end
   for _, name in ipairs(order.names(old, new, schema.rank)) do
      compare(found, child_path(path, name), {
         old = rawget(old, name), new = rawget(new, name),
         masked_old = masked_member(sides.masked_old, name), masked_new = masked_member(sides.masked_new, name),
      })
   end
end

-- The displayable values of an item; in a loaded plan they are masked already.
local function shown_values(item)
   return masked_of[item] or item
end

-- A plan saved by an earlier version has only the text.
local function lines_of_item(item, opts)
   local values, lines = shown_values(item), {}
   if values.old ~= nil or values.new ~= nil then
      return difference_lines.of(item.path, values.old, values.new, opts)
   end
   for line in (raw.string(item, "shown") or "?"):gmatch "[^\n]+" do lines[#lines + 1] = text.line(line) end
   return lines
end

local function lines_of(found, opts)
   local lines = {}
   for index = 1, #found do
      for _, line in ipairs(lines_of_item(found[index], opts)) do lines[#lines + 1] = line end
   end
   return table.concat(lines, "\n")
end

--- Differences as text for people, with secrets masked.
-- @local
-- @tparam table found
-- @tparam[opt] table opts `full`: do not shorten long texts
-- @treturn string
function difference.describe(found, opts)
   return #found == 0 and "no differences" or lines_of(found, opts or {})
end

local function describe(found, server_owned)
   local described = difference.describe(found)
   if #server_owned == 0 then return described end
   return ("%s\nof the members that the server owns:\n%s"):format(described, lines_of(server_owned, {}))
end

-- A copy without cycles, with only strings and array indexes as keys.
local function snapshot(value, which)
   local copy, reason = raw.copy(value)
   local text_of_it, err = nil, nil
   if copy then text_of_it, err = json.encode_as(copy, schema.arrays) end
   if text_of_it then return copy end
   return errors.fail("encode", ("%s: %s"):format(which, reason or err.message), { problems = err and err.problems })
end

-- The differences from one connection to another; or nil and an error object of kind `encode` when one of them is not
-- JSON. `mask(connection)` returns a copy of which further values are not shown.
function difference.between(old, new, mask)
   local err
   old, err = snapshot(old, "the connection")
   if not old then return nil, err end
   new, err = snapshot(new, "the other one")
   if not new then return nil, err end
   local found, server_owned = {}, {}
   local masked_old = redaction.connection(mask and mask(old) or old)
   local masked_new = redaction.connection(mask and mask(new) or new)
   for _, name in ipairs(order.names(old, new, schema.rank)) do
      compare(schema.server_owned[name] and server_owned or found, child_path("", name), {
         old = rawget(old, name), new = rawget(new, name),
         masked_old = rawget(masked_old, name), masked_new = rawget(masked_new, name),
      })
   end
   setmetatable(server_owned, { __jsontype = "array", __tostring = function(self) return lines_of(self, {}) end })
   return setmetatable(found, {
      __name = "personalize.difference",
      __jsontype = "array",
      __index = { server_owned = server_owned },
      __tostring = function(self) return describe(self, server_owned) end,
   })
end

--- Differences as data, secrets masked: an array of `{ path =, old =, new =, shown = }`; `shown` is the text that
-- `tostring` shows. A missing value has no `old` or no `new`.
-- @local
function difference.shown(differences)
   local list = json.array {}
   for index = 1, #differences do
      local item = differences[index]
      local values = shown_values(item)
      list[index] = { path = item.path, old = values.old, new = values.new, shown = lines_of({ item }, {}) }
   end
   return list
end

--- Differences that were read from a saved plan.
-- @local
-- @tparam table list as `difference.shown` returned it; other values give no differences
function difference.loaded(list)
   local found = {}
   for _, each in ipairs(type(list) == "table" and list or {}) do
      if type(each) == "table" and type(rawget(each, "path")) == "string" then found[#found + 1] = each end
   end
   return setmetatable(found, {
      __name = "personalize.difference", __jsontype = "array",
      __tostring = function(self) return difference.describe(self) end,
   })
end

return difference
