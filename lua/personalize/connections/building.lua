--- The shared part of the builder's methods: its state, setting members once, and errors that point to the user's line.
-- Levels count from the caller of a function here, as for Lua's `error`: 1 is the method, 2 is the line that called the
-- method.
-- @module personalize.connections.building
-- @local

local json = require "personalize.json"
local options = require "personalize.options"

local building = {}

-- builder -> { definition, set_by = { member = method } }; outside of the builder, so that table printers do not see it
local states = setmetatable({}, { __mode = "k" })

--- Turns a table into a builder of a definition.
function building.begin(builder, definition)
   states[builder] = { definition = definition, set_by = {} }
   return builder
end

--- The definition that a builder builds; nil for other values.
function building.definition(value)
   local state = type(value) == "table" and states[value]
   return state and state.definition or nil
end

--- Checks that a method was called on a builder.
-- @treturn table the definition
function building.check(self, method, level)
   local definition = building.definition(self)
   if definition then return definition end
   error(("bad argument #1 to '%s' (expected a builder, got %s): call it as builder:%s(...)")
      :format(method, options.describe(self), method), level + 1)
end

--- Checks that an argument is a string.
function building.check_text(value, index, method, level)
   options.argument(index, value, "string", "builder:" .. method, level + 1)
end

--- Sets a member of the definition; raises if it was set before.
function building.set(self, method, name, value, level)
   local definition = building.check(self, method, level + 1)
   local set_by = states[self].set_by
   if set_by[name] then
      error(("builder:%s: %s was already set by builder:%s"):format(method, name, set_by[name]), level + 1)
   end
   set_by[name] = method
   definition[name] = value
end

--- Sets a member that is a string.
function building.set_text(self, method, name, value, level)
   building.check(self, method, level + 1)
   building.check_text(value, 1, method, level + 1)
   building.set(self, method, name, value, level + 1)
end

--- Adds an item to an array of the definition.
function building.append(self, name, item)
   local definition = building.definition(self)
   definition[name] = definition[name] or json.array {}
   table.insert(definition[name], item)
end

--- An argument as text: a string stays as it is, other values become JSON.
function building.as_text(value, index, method, level)
   if type(value) == "string" then return value end
   local text, err = json.encode(value)
   if text then return text end
   error(("bad argument #%d to 'builder:%s' (expected text, or a value to write as JSON; %s)")
      :format(index, method, err.message), level + 1)
end

return building
