--- The values of an environment: how this tenant differs from the files. They are texts that replace others, and
-- changes of single connections.
-- @module personalize.sync.values
-- @local

local errors = require "personalize.error"
local folder = require "personalize.sync.folder"
local json = require "personalize.json"
local native = require "personalize.native"
local options = require "personalize.options"
local raw = require "personalize.raw"
local replacement = require "personalize.sync.values.replacement"
local schema = require "personalize.schema"
local text = require "personalize.text"

local values = {}

local largest_file = 16 * 1024 * 1024

local known = { replace = true, connections = true, ["$schema"] = true }

options.rule("values", "the path of a JSON file, or a table", function(value)
   return type(value) == "string" or type(value) == "table"
end)

local function fail(title, ...)
   return errors.fail("config", text.line(("%s: %s"):format(title, (...):format(select(2, ...)))))
end

local function is_object(value)
   return type(value) == "table" and value ~= json.null and not raw.is_array(value)
end

local function kind_of(value)
   if value == json.null then return "null" end
   if type(value) == "table" then return raw.is_array(value) and "an array" or "an object" end
   return options.describe(value)
end

local function nearest(name, names)
   local near = options.nearest(name, names)
   return near and (" (did you mean %s?)"):format(options.describe(near)) or ""
end

local function check_replace(title, replace)
   if not is_object(replace) then
      return fail(title, "replace: expected an object that maps texts to texts, got %s", kind_of(replace))
   end
   for from, to in next, replace do
      if type(from) ~= "string" or from == "" then
         return fail(title, "replace: expected texts that are replaced, got %s", options.describe(from))
      elseif type(to) ~= "string" then
         return fail(title, "replace: %s: expected a text, got %s", options.describe(from), kind_of(to))
      end
   end
   return true
end

-- Checks a patch: it must not change the identity of a connection, or members that the service owns.
local function check_patch(title, name, patch)
   if not is_object(patch) then
      return fail(title, "connections: %s: expected an object, got %s", options.describe(name), kind_of(patch))
   end
   for member in next, patch do
      if member == "name" or schema.server_owned[member] then
         return fail(title, "connections: %s: %s cannot be another by values", options.describe(name), member)
      end
   end
   return true
end

local function check_connections(title, connections)
   if not is_object(connections) then
      return fail(title, "connections: expected an object that maps names to changes, got %s", kind_of(connections))
   end
   for name, patch in next, connections do
      local fine, err = check_patch(title, name, patch)
      if not fine then return nil, err end
   end
   return true
end

local function check(title, value)
   if not is_object(value) then return fail(title, "expected an object, got %s", kind_of(value)) end
   for name in next, value do
      if not known[name] then
         return fail(title, "unknown member %s%s", options.describe(name),
            type(name) == "string" and nearest(name, { replace = true, connections = true }) or "")
      end
   end
   local fine, err = true, nil
   if value.replace ~= nil then fine, err = check_replace(title, value.replace) end
   if fine and value.connections ~= nil then fine, err = check_connections(title, value.connections) end
   if not fine then return nil, err end
   return { title = title, replace = value.replace or {}, connections = value.connections or {} }
end

--- Reads values.
-- @tparam string|table given the path of a file, or its content as a table
-- @return values; or nil and an error object of kind `config`
function values.read(given)
   if type(given) == "table" then return check("values", given) end
   local title = text.path(given)
   local parent, name = given:match "^(.*)/([^/]*)$"
   local content, reason = native.file.read_below(parent == "" and "/" or parent or ".", name or given, largest_file)
   if not content then return fail(title, "%s", reason) end
   local value, duplicates = json.decode_file(content)
   if value == nil then return fail(title, "%s", duplicates.message) end
   if duplicates then return fail(title, "%s stands more than once", duplicates[1].path) end
   return check(title, value)
end

local function check_names(self, source, present)
   if #source.problems > 0 then return true end -- the name may be in a broken file
   local names = {}
   for _, each in ipairs(present) do names[each.name or ""] = true end
   local unknown = {}
   for name in next, self.connections do
      if not names[name] then unknown[#unknown + 1] = name end
   end
   table.sort(unknown)
   if #unknown == 0 then return true end
   return fail(self.title, "connections: no connection is named %s%s", options.describe(unknown[1]),
      nearest(unknown[1], names))
end

-- Warns of texts that still contain an old one after replacement, and of places where nothing is replaced.
local function warn_of_left(self, source, entry, left)
   local found = {}
   for _, each in ipairs(left) do
      found[#found + 1] = { path = each.path, code = "old_value_left", message = ("has %s, which %s replaces elsewhere")
         :format(options.describe(each.needle), text.line(self.title)) }
   end
   for _, warning in ipairs(folder.locate(found, entry.file, entry.text)) do
      table.insert(source.warnings, warning)
   end
end

local function apply_to(self, source, entry, replacing)
   local patch = self.connections[entry.name]
   local is_changed, left = replacing.definition(entry, patch)
   if is_changed then
      local problems = folder.refresh(entry, patch ~= nil, source.references)
      for _, problem in ipairs(problems) do
         problem.file, problem.path = self.title, ("connections.%s.%s"):format(entry.name, problem.path)
         table.insert(source.problems, problem)
      end
   end
   if #left > 0 then warn_of_left(self, source, entry, left) end
end

--- Changes the definitions of a source, in place.
-- @tparam table self as `read` gave it
-- @tparam table source `entries`, `problems`, `warnings`, `references`
-- @tparam table present array of objects with a `name`: the existing names
-- @return true; or nil and an error object of kind `config`
function values.apply(self, source, present)
   local fine, err = check_names(self, source, present)
   if not fine then return nil, err end
   local replacing = replacement.new(self.replace)
   for _, entry in ipairs(source.entries) do apply_to(self, source, entry, replacing) end
   for _, from in ipairs(replacing.unused()) do
      table.insert(source.warnings, { file = self.title, path = "replace", code = "value_unused",
         message = ("%s stands in no connection"):format(options.describe(from)) })
   end
   return true
end

return values
