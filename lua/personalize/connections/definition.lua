--- Turns what a caller defines a connection with (a table, a builder, a connection) into what is sent.
-- @module personalize.connections.definition
-- @local

local errors = require "personalize.error"
local json = require "personalize.json"
local options = require "personalize.options"
local schema = require "personalize.schema"
local builder = require "personalize.connections.builder"
local shape = require "personalize.raw"

local definition = {}

--- The plain table of a definition; raises at the caller's caller for anything else.
function definition.of(value, index, where, level)
   if builder.is(value) then return value:table() end
   if type(value) ~= "table" then
      error(("bad argument #%d to '%s' (expected a table, a builder or a connection, got %s)")
         :format(index, where, options.describe(value)), (level or 1) + 1)
   end
   return value
end

--- A deep copy without the members that the server owns: what may be sent, and changed before.
-- @return the copy; or nil and an error object of kind `encode`
function definition.sendable(value)
   local copy = {}
   for name, member in next, value do
      if not schema.server_owned[name] then
         local copied, reason = shape.copy(member)
         if copied == nil then
            return errors.fail("encode", ("%s: %s"):format(tostring(name), reason),
               { problems = { { path = tostring(name), message = reason } } })
         end
         copy[name] = copied
      end
   end
   return copy
end

--- The JSON text of a definition.
function definition.encode(value)
   return json.encode_as(value, schema.arrays, { canonical = true })
end

--- The text of a test call's body: the whole object, server-owned members included, as the API asks.
function definition.encode_test(value)
   return json.encode_as({ connection = value }, { connection = schema.arrays }, { canonical = true })
end

return definition
