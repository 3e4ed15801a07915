--- Compares a definition that has references with a connection. What the service returns is compared with what the
-- reference stands for, as far as that is known; what it never returns is not compared.
-- @module personalize.sync.compare
-- @local

local bound = require "personalize.sync.bound"
local json = require "personalize.json"
local merge = require "personalize.connections.merge"
local options = require "personalize.options"
local references = require "personalize.sync.references"
local resolve = require "personalize.sync.references.resolve"
local schema = require "personalize.schema"
local raw = require "personalize.raw"

local compare = {}

local published = {}
schema.each(function(member, path) published[path] = not member.secret end)

local function plain_path(path)
   return (path:gsub("^(auth)%[%d+%]", "%1"):gsub("%[%d+%]", "[]"))
end

-- The service returns the published secret never, and whether it does those of other kinds of authentication is not
-- known: what stands in `auth` and is not published may be one.
local function is_write_only(path)
   local plain = plain_path(path)
   return plain:find "^auth%." ~= nil and not published[plain]
end

-- One object in an array stands for itself, as everywhere.
local function step(value, key, following)
   value = rawget(value, key)
   if key == "auth" and type(following) == "string" and raw.is_array(value) and raw.length(value) == 1 then
      return rawget(value, 1)
   end
   return value
end

local function at(value, keys)
   for index, key in ipairs(keys) do
      if type(value) ~= "table" then return nil end
      value = step(value, key, keys[index + 1])
   end
   return value
end

-- Sets a member of a copy: what leads there is copied, all else shared.
local function set(value, keys, index, new)
   if type(value) ~= "table" then return value end
   local copy = {}
   for name, member in next, value do copy[name] = member end
   local key = keys[index]
   if index == #keys then
      copy[key] = new
   else
      copy[key] = set(copy[key], keys, index + 1, new)
   end
   return json.mark_like(copy, value)
end

-- Tells whether a value may be what a reference stands for.
local function is_value(value)
   local kind = type(value)
   return kind == "string" and value ~= "" or kind == "boolean" or kind == "number" or json.is_number(value)
end

-- Tells whether the service keeps to itself what stands in a definition.
local function is_hidden(literal, current)
   return not literal.if_hidden or references.is_hidden(at(current, literal.keys))
end

-- Tells whether what the service has at the place of a reference can be compared with what the reference stands for: it
-- is returned, and the reference leads somewhere.
local function is_compared(each, facing)
   if each.value == nil or published[plain_path(each.path)] == false then return false end
   return not is_write_only(each.path) or not references.is_hidden(facing)
end

-- What stands for a reference when a definition is compared: true and the value; or false to leave the reference.
local function standing(each, facing)
   if is_compared(each, facing) then return true, each.value end
   if is_value(facing) then return true, facing end
   if is_write_only(each.path) then return true, nil end
   return false
end

--- A definition as it can be compared with a connection.
-- @tparam table entry
-- @tparam table current as files have it
-- @tparam[opt] boolean is_shown whether what differs is shown: as the reference then, for it may be a secret
function compare.comparable(entry, current, is_shown)
   local given = entry.given
   for _, each in ipairs(entry.references) do
      local facing = at(current, each.keys)
      local is_known, value = standing(each, facing)
      if is_known and not (is_shown and is_compared(each, facing) and not raw.equal(value, facing)) then
         given = set(given, each.keys, 1, value)
      end
   end
   for _, each in ipairs(entry.literals) do
      if is_hidden(each, current) then given = set(given, each.keys, 1, nil) end
   end
   return given
end

--- Tells whether a definition has secrets that cannot be compared.
function compare.hides_secrets(entry, current)
   for _, each in ipairs(entry.references) do
      if not is_compared(each, at(current, each.keys)) then return true end
   end
   for _, each in ipairs(entry.literals) do
      if is_hidden(each, current) then return true end
   end
   return false
end

--- A connection as files have it; the same table where that makes no difference.
function compare.as_in_files(entry, current)
   local matters = entry.references.has_escapes or rawget(current, "$schema") ~= nil
   for _, each in ipairs(entry.references) do matters = matters or type(at(current, each.keys)) == "table" end
   return matters and resolve.escape(current) or current
end

--- The text that an export writes; or nil and an error object.
-- @tparam table definition
-- @param[opt] named_schema the file's `$schema`
function compare.text_of(definition, named_schema)
   if named_schema ~= nil then
      local copy = { ["$schema"] = named_schema }
      for name, value in next, definition do copy[name] = value end
      definition = json.mark_like(copy, definition)
   end
   return bound.encode(definition, schema.arrays,
      ("the file of %s"):format(options.describe(raw.get(definition, "name"))), "leave it out, by names")
end

-- Tells whether a file's text is what an export would write, its references where they are: most files are as they were
-- exported, and encoding costs a fraction of comparing.
local function is_as_exported(entry, current)
   if not entry.text or entry.references.has_escapes or rawget(current, "$schema") ~= nil then return false end
   local definition = { ["$schema"] = entry.schema }
   for name, value in next, current do
      if not schema.server_owned[name] then definition[name] = value end
   end
   for _, each in ipairs(entry.references) do
      local facing = at(definition, each.keys)
      if is_compared(each, facing) then
         if not raw.equal(each.value, facing) then return false end
      elseif not is_value(facing) and not (facing == nil and is_write_only(each.path)) then
         return false
      end
      definition = set(definition, each.keys, 1, each.object)
   end
   return compare.text_of(definition) == (entry.expected or entry.text)
end

--- Tells whether a connection is already as a definition wants it.
function compare.is_met(entry, current)
   if is_as_exported(entry, current) then return true end
   current = compare.as_in_files(entry, current)
   return merge.has(current, compare.comparable(entry, current))
end

return compare
