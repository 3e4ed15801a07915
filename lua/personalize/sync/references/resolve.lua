--- Translates between the service's data and files: references are looked up, and data that looks like a reference is
-- escaped. In files `$env` in such data is `$$env`, `$$env` is `$$$env`, and so on.
-- @module personalize.sync.references.resolve
-- @local

local counterpart = require "personalize.sync.references.counterpart"
local echo = require "personalize.http.masking"
local errors = require "personalize.error"
local json = require "personalize.json"
local raw = require "personalize.raw"
local redaction = require "personalize.redaction"
local references = require "personalize.sync.references"

local resolve = {}

-- Rebuilds the objects that `change(object)` changes, and shares the rest. `change` returns true and the replacement of
-- the object; or false and, if some members get other names, a table of these.
local function rebuild(value, change)
   if type(value) ~= "table" then return value end
   local is_replaced, result = change(value)
   if is_replaced then return result end
   local copy, is_changed = {}, result ~= nil
   for name, member in next, value do
      local new = rebuild(member, change)
      is_changed = is_changed or new ~= member
      copy[result and result[name] or name] = new
   end
   return is_changed and json.mark_like(copy, value) or value
end

-- Makes the function that renames members that look like references.
local function renames(dollars, rename)
   return function(object)
      local names
      for name in next, object do
         local is_text = type(name) == "string"
         if is_text and (name:find("^" .. dollars .. "env$") or name:find("^" .. dollars .. "file$")) then
            names = names or {}
            names[name] = rename(name)
         end
      end
      return false, names
   end
end

local to_file = renames("%$+", function(name) return "$" .. name end)
local from_file = renames("%$%$+", function(name) return name:sub(2) end)

-- A file may name its JSON Schema as `$schema`, so a member of the service with that name is escaped too. Returns a
-- definition with renamed members; the same table if there are none.
local function rename_schema(definition, pattern, rename)
   local copy
   for name in next, definition do
      if type(name) == "string" and name:find(pattern) then
         copy = copy or {}
         copy[rename(name)] = definition[name]
      end
   end
   if not copy then return definition end
   for name, value in next, definition do
      if type(name) ~= "string" or not name:find(pattern) then copy[name] = value end
   end
   return json.mark_like(copy, definition)
end

local function unescape_schema(definition)
   return rename_schema(definition, "^%$%$+schema$", function(name) return name:sub(2) end)
end

--- Converts the service's data to the form of files.
-- @tparam table value a connection
function resolve.escape(value)
   return rename_schema(rebuild(value, to_file), "^%$+schema$", function(name) return "$" .. name end)
end

--- A definition with a dummy value for each reference, for validation.
function resolve.fill(definition)
   local by_object = {}
   for _, each in ipairs(references.scan(definition)) do by_object[each.object] = each end
   return unescape_schema(rebuild(definition, function(object)
      local each = by_object[object]
      if each then return true, references.stand_in(each) end
      return from_file(object)
   end))
end

--- A definition as it is sent.
-- @tparam table definition
-- @tparam table where as for `references.look_up`
-- @return the definition, and an array of the looked-up secrets
-- @return nil and an error object of kind `config` with `problems`
function resolve.resolve(definition, where)
   local found, by_object, problems, texts = references.scan(definition), {}, {}, {}
   references.look_up_all(found, where)
   for _, each in ipairs(found) do
      by_object[each.object] = each
      if each.text then texts[#texts + 1] = each.text end
      if each.value == nil then problems[#problems + 1] = { path = each.path, message = each.reason } end
   end
   local resolved = rebuild(unescape_schema(definition), function(object)
      local each = by_object[object]
      if each then return true, each.value end
      return from_file(object)
   end)
   if #problems == 0 then return resolved, texts end
   return errors.fail("config", errors.summary(problems), { problems = problems })
end

--- Masks looked-up secrets in an error that echoes them. The schema does not know all their places as secret, so
-- nothing else would mask them there.
function resolve.hide(err, texts)
   if not errors.is(err) or #texts == 0 then return err end
   local secrets = echo.secrets(texts)
   for _, problem in ipairs(err.problems or {}) do
      problem.path, problem.message = echo.hide(problem.path, secrets), echo.hide(problem.message, secrets)
   end
   return echo.clean(err, secrets)
end

local function masked(value, secrets)
   if type(value) == "string" then return echo.hide(value, secrets) end
   if type(value) ~= "table" then return value end
   local copy = {}
   for name, member in next, value do copy[name] = masked(member, secrets) end
   return json.mark_like(copy, value)
end

--- A copy with looked-up secrets masked, wherever they stand in its texts; the value itself if none was looked up.
-- @tparam table value plain data without cycles
-- @tparam[opt] table texts the looked-up secrets
function resolve.masked(value, texts)
   if not texts or #texts == 0 then return value end
   return masked(value, echo.secrets(texts))
end

-- The members of a value that a key of a definition may lead to, as a function. Where a file has an object, the service
-- may have an array of such objects.
local function meant_by(key, value, given)
   if not raw.is_array(value) then return function(name) return name == key end end
   if type(key) == "string" then return function() return true end end
   local places = raw.is_array(given) and counterpart.places(given, key, value) or { [key] = true }
   return function(name) return places[name] end
end

-- Masks what the keys from `index` on lead to. `given` has the reference there. Where a file has an array of objects,
-- the service may have an object.
local function cover(value, keys, index, given)
   if references.of(value) then return value end
   local key = keys[index]
   if key == nil or type(value) ~= "table" then return redaction.mask end
   local is_array, inner = raw.is_array(value), raw.get(given, key)
   if not is_array and type(key) == "number" then return cover(value, keys, index + 1, inner) end
   local copy, is_meant, has_step = {}, meant_by(key, value, given), is_array == (type(key) == "number")
   for name, member in next, value do
      if is_meant(name) then
         copy[name] = cover(member, keys, has_step and index + 1 or index, has_step and inner or given)
      else
         copy[name] = member
      end
   end
   return json.mark_like(copy, value)
end

--- A copy for display in which whatever stands at the places of references is masked: at a rotation the tenant has the
-- old value of a secret, which may still work.
-- @tparam table value a connection in the form of files
-- @tparam table found as `references.scan` returned it
-- @tparam table given the definition that has them: it may have other items in its arrays than the value
function resolve.covered(value, found, given)
   for _, each in ipairs(found) do value = cover(value, each.keys, 1, given) end
   return value
end

--- A definition with other references: `replacement(kind, target)` returns the new one, or nil to keep it.
function resolve.replace(definition, replacement)
   return rebuild(definition, function(object)
      local kind, target = references.of(object)
      if kind then return true, replacement(kind, target) or object end
      return false
   end)
end

return resolve
