--- Turns a caller's definition (a table, a builder or a connection) into the form that is sent.
-- @module personalize.connections.definition
-- @local

local builder = require "personalize.connections.builder"
local errors = require "personalize.error"
local json = require "personalize.json"
local options = require "personalize.options"
local proxy = require "personalize.proxy"
local raw = require "personalize.raw"
local schema = require "personalize.schema"

local definition = {}

--- The plain table of a definition; raises at the caller's caller for other values. Tables with metamethods are read
-- through them.
-- @return the table; or nil and an error object of kind `encode` when it cannot be read
function definition.of(value, index, where, level)
   if builder.is(value) then return value:table() end
   if type(value) ~= "table" then
      error(("bad argument #%d to '%s' (expected a table, a builder or a connection, got %s)")
         :format(index, where, options.describe(value)), (level or 1) + 1)
   end
   return definition.plain(value)
end

--- A table without metamethods of its own.
-- @return the table itself or a copy; or nil and an error object of kind `encode`
function definition.plain(value)
   local plain, reason, path = proxy.plain(value)
   if plain ~= nil then return plain end
   return errors.fail("encode", path and ("%s: %s"):format(path, reason) or "the table " .. reason,
      { problems = { { path = path or "", message = reason } } })
end

-- Lua 5.4 writes 1500.0 for the result of a division. Members that the schema says are integers are sent as integers.
local function as_integer(member, value)
   if not member or member.type ~= "integer" or type(value) ~= "number" or not math.tointeger then return value end
   return math.tointeger(value) or value
end

local members = schema.by_name(schema.members)

--- A deep copy without the members that the server owns. It can be changed and sent.
-- @return the copy; or nil and an error object of kind `encode`
function definition.sendable(value)
   local copy = {}
   for name, member in next, value do
      if not schema.server_owned[name] then
         local copied, reason = raw.copy(as_integer(members[name], member))
         if copied == nil then
            return errors.fail("encode", ("%s: %s"):format(tostring(name), reason),
               { problems = { { path = tostring(name), message = reason } } })
         end
         copy[name] = copied
      end
   end
   return copy
end

--- The members of a definition that may be sent, without copying them.
function definition.without_server_owned(value)
   local kept = {}
   for name, member in next, value do
      if not schema.server_owned[name] then kept[name] = member end
   end
   return kept
end

--- The JSON text of a definition.
function definition.encode(value)
   return json.encode_as(value, schema.arrays, { canonical = true })
end

--- The text of a test call's body: the whole object, because the API wants the members that the server owns too.
function definition.encode_test(value)
   local sent = {}
   for name, member in next, value do sent[name] = as_integer(members[name], member) end
   return json.encode_as({ connection = json.mark_like(sent, value) }, { connection = schema.arrays },
      { canonical = true })
end

return definition
