--- Compares a definition that has references with a connection. A value that the service returns is compared with the
-- looked-up value of the reference, if that is known. A value that it never returns is not compared.
-- @module personalize.sync.compare
-- @local

local bound = require "personalize.sync.bound"
local json = require "personalize.json"
local merge = require "personalize.connections.merge"
local options = require "personalize.options"
local raw = require "personalize.raw"
local references = require "personalize.sync.references"
local resolve = require "personalize.sync.references.resolve"
local schema = require "personalize.schema"

local compare = {}

local published = {}
schema.each(function(member, path) published[path] = not member.secret end)

local function plain_path(path)
   return (path:gsub("^(auth)%[%d+%]", "%1"):gsub("%[%d+%]", "[]"))
end

-- Whether the service may hide a member. It never returns the published secret; for other types of authentication this
-- is not known, so every unpublished member of `auth` may be a secret.
local function is_write_only(path)
   local plain = plain_path(path)
   return plain:find "^auth%." ~= nil and not published[plain]
end

-- Goes one step along a path. An object inside an array of one item counts as the object.
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

local function is_empty_object(value)
   return type(value) == "table" and next(value) == nil and not json.is_array(value)
end

-- Sets a member of a copy: the tables on its path are copied, all others are shared. Objects below `auth` that become
-- empty are left out: a service that hides all of an object does not show it.
local function set(value, keys, index, new)
   if type(value) ~= "table" then return value end
   local copy = {}
   for name, member in next, value do copy[name] = member end
   local key = keys[index]
   if index == #keys then
      copy[key] = new
   else
      copy[key] = set(copy[key], keys, index + 1, new)
      if new == nil and keys[1] == "auth" and index > 1 and is_empty_object(copy[key]) then copy[key] = nil end
   end
   return json.mark_like(copy, value)
end

-- Whether a value can be what a reference refers to.
local function is_value(value)
   local kind = type(value)
   return kind == "string" and value ~= "" or kind == "boolean" or kind == "number" or json.is_number(value)
end

-- Whether the service hides what a definition has.
local function is_hidden(literal, current)
   return not literal.if_hidden or references.is_hidden(at(current, literal.keys))
end

-- Whether a reference can be compared with the service's value at its place: the value is returned, and the reference
-- can be looked up.
local function is_compared(each, facing)
   if each.value == nil or published[plain_path(each.path)] == false then return false end
   return not is_write_only(each.path) or not references.is_hidden(facing)
end

-- The value that replaces a reference when a definition is compared: true and the value; or false to keep the
-- reference.
local function standing(each, facing)
   if is_compared(each, facing) then return true, each.value end
   if is_value(facing) then return true, facing end
   if is_write_only(each.path) then return true, nil end
   return false
end

-- The keys of the outermost object in `auth` on the way to a member that the other side lacks as a whole; else the
-- member's own.
local function absent(keys, current)
   if keys[1] ~= "auth" then return keys end
   local above = { "auth" }
   for index = 2, #keys do
      above[index] = keys[index]
      if type(keys[index]) == "string" and at(current, above) == nil then return above end
   end
   return keys
end

--- The definition with its references replaced so that it can be compared with a connection.
-- @tparam table entry
-- @tparam table current as files have it
-- @tparam[opt] boolean is_shown whether differences are shown; then the reference stays, because its value may be
-- secret
function compare.comparable(entry, current, is_shown)
   local given = entry.given
   for _, each in ipairs(entry.references) do
      local facing = at(current, each.keys)
      local is_known, value = standing(each, facing)
      if is_known and not (is_shown and is_compared(each, facing) and not raw.equal(value, facing)) then
         given = set(given, value == nil and absent(each.keys, current) or each.keys, 1, value)
      end
   end
   for _, list in ipairs { entry.literals, references.other_values(given) } do
      for _, each in ipairs(list) do
         if is_hidden(each, current) then given = set(given, each.keys, 1, nil) end
      end
   end
   return given
end

--- Whether a definition has secrets that cannot be compared.
function compare.hides_secrets(entry, current)
   for _, each in ipairs(entry.references) do
      if not is_compared(each, at(current, each.keys)) then return true end
   end
   for _, list in ipairs { entry.literals, references.other_values(entry.given) } do
      for _, each in ipairs(list) do
         if is_hidden(each, current) then return true end
      end
   end
   return false
end

--- A connection as files have it; the same table if nothing has to change.
function compare.as_in_files(entry, current)
   local matters = entry.references.has_escapes or rawget(current, "$schema") ~= nil
   for _, each in ipairs(entry.references) do matters = matters or type(at(current, each.keys)) == "table" end
   return matters and resolve.escape(current) or current
end

--- The text that an export writes for a definition; or nil and an error object.
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

-- Whether a file's text is what an export would write, including its references. Most files are unchanged since their
-- export, and encoding is much cheaper than comparing.
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

--- Whether a connection is already as a definition wants it.
function compare.is_met(entry, current)
   if is_as_exported(entry, current) then return true end
   current = compare.as_in_files(entry, current)
   return merge.has(current, compare.comparable(entry, current))
end

return compare
