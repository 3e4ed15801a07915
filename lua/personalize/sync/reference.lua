--- References to secrets: `{"$env": "NAME"}` and `{"$file": "path"}`, wherever a file has a text. They are resolved
-- only when a plan is applied.
--
-- Data of the service that looks like one is escaped: in files, its `$env` is `$$env`, `$$env` is `$$$env`, and so on.
-- @module personalize.sync.reference
-- @local

local errors = require "personalize.error"
local json = require "personalize.json"
local schema = require "personalize.schema"
local shape = require "personalize.connections.shape"

local reference = {}

local kinds = { ["$env"] = "env", ["$file"] = "file" }

-- Longer than any secret can sensibly be.
local longest_value = 64 * 1024

--- Whether a file's text may have a reference or something escaped: a cheap look before a walk.
function reference.is_possible(text)
   return text:find('"$', 1, true) ~= nil or text:find("\\u0024", 1, true) ~= nil
end

--- Which reference a value is.
-- @treturn ?string `env` or `file`
-- @treturn ?string the variable's name or the path
function reference.of(value)
   if type(value) ~= "table" then return nil end
   for member, kind in pairs(kinds) do
      local target = rawget(value, member)
      if target ~= nil then return kind, target end
   end
   return nil
end

--- Makes a reference to a variable.
function reference.env(variable)
   return { ["$env"] = variable }
end

local function child(path, name)
   if type(name) == "number" then return ("%s[%d]"):format(path, name) end
   return path == "" and name or path .. "." .. name
end

--- Calls `visit(kind, target, path, value)` for each reference, in order of their paths.
function reference.each(value, visit, path)
   if type(value) ~= "table" then return end
   path = path or ""
   local kind, target = reference.of(value)
   if kind then return visit(kind, target, path, value) end
   local names = {}
   for name, member in next, value do
      if type(member) == "table" then names[#names + 1] = name end
   end
   table.sort(names, function(a, b)
      if type(a) == type(b) then return a < b end
      return type(a) == "number"
   end)
   for _, name in ipairs(names) do reference.each(rawget(value, name), visit, child(path, name)) end
end

--- What is wrong with the references of a definition.
-- @treturn table array of `{ path =, message = }`
function reference.problems(value)
   local problems = {}
   reference.each(value, function(kind, target, path, object)
      local message
      if next(object, (next(object))) ~= nil then
         message = "has members beside $" .. kind .. "; data of that name is written $$" .. kind
      elseif type(target) ~= "string" or target == "" or target:find "[%z\r\n]" then
         message = ("a reference is {\"$%s\": \"%s\"}"):format(kind, kind == "env" and "NAME" or "path")
      elseif kind == "env" and not target:find "^[%a_][%w_]*$" then
         message = "no name of an environment variable: letters, digits and _"
      end
      if message then problems[#problems + 1] = { path = path, message = message } end
   end)
   return problems
end

-- Rebuilds what `change(object)` changes, and shares the rest. It returns true and what stands in the object's place;
-- or false and, where some members get other names, a table of these.
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

-- Renames members that look like references.
local function renames(pattern, rename)
   return function(object)
      local names
      for name in next, object do
         if type(name) == "string" and (name:find(pattern .. "env$") or name:find(pattern .. "file$")) then
            names = names or {}
            names[name] = rename(name)
         end
      end
      return false, names
   end
end

local to_file = renames("^%$+", function(name) return "$" .. name end)
local from_file = renames("^%$%$+", function(name) return name:sub(2) end)

--- The service's data as files have it: what looks like a reference is escaped.
function reference.escape(value)
   return rebuild(value, to_file)
end

--- A definition with a harmless text in the place of each reference: for validation.
function reference.fill(value)
   return rebuild(value, function(object)
      if reference.of(object) then return true, "https://reference.invalid/" end
      return from_file(object)
   end)
end

-- The service returns the secrets of no kind of authentication, so far as is known: what stands in `auth` and is not
-- published may be one.
local published = {}
schema.each(function(member, path) published[path] = not member.secret end)

local function is_write_only(path)
   local plain = path:gsub("%[%d+%]", "")
   return schema.secrets[plain] or (plain:find "^auth%." ~= nil and not published[plain])
end

local function settle(given, current, path)
   if type(given) ~= "table" then
      if schema.secrets[(path:gsub("%[%d+%]", ""))] then return nil end
      return given
   end
   if reference.of(given) then
      if type(current) == "string" and current ~= "" then return current end
      if is_write_only(path) then return nil end
      return given
   end
   local copy = {}
   for name, member in next, given do
      local other = type(current) == "table" and rawget(current, name) or nil
      copy[name] = settle(member, other, child(path, name))
   end
   return json.mark_like(copy, given)
end

-- One object in an array stands for itself, as everywhere.
local function matching(current)
   local copy = {}
   for name, value in next, current do copy[name] = value end
   local auth = shape.get(current, "auth")
   if shape.is_array(auth) and shape.length(auth) == 1 then copy.auth = rawget(auth, 1) end
   return copy
end

--- A definition as it can be compared with the connection: a reference that faces a text is taken to be that text, and
-- write-only secrets are left out.
function reference.settle(given, current)
   if not shape.is_array(shape.get(given, "auth")) then current = matching(current) end
   return settle(given, current, "")
end

local function open_secret(path, base)
   if base and not path:find "^/" then path = base .. "/" .. path end
   return io.open(path, "rb")
end

local function read_secret(path, base)
   local file, reason = open_secret(path, base)
   if not file then return nil, reason end
   local text, problem = file:read(longest_value + 1)
   file:close()
   if not text then return nil, problem or "is empty" end
   if #text > longest_value then return nil, ("is longer than %d bytes"):format(longest_value) end
   text = text:gsub("[\r\n]+$", "")
   if text == "" then return nil, "is empty" end
   return text
end

local function look_up(kind, target, base)
   if kind == "file" then
      local text, reason = read_secret(target, base)
      if text then return text end
      return nil, ("the file %s of a secret: %s"):format(target, (tostring(reason):gsub("^.*: ", "")))
   end
   local text = os.getenv(target)
   if text == nil or text == "" then return nil, ("the environment variable %s is not set"):format(target) end
   return text
end

--- References that lead nowhere now.
-- @treturn table array of `{ path =, message = }`
function reference.missing(given, base)
   local problems = {}
   reference.each(given, function(kind, target, path)
      local text, reason = look_up(kind, target, base)
      if not text then problems[#problems + 1] = { path = path, message = reason } end
   end)
   return problems
end

--- A definition as it is sent: references resolved, escapes taken back.
-- @return the definition; or nil and an error object of kind `config` with `problems`
function reference.resolve(given, base)
   local problems = {}
   local resolved = rebuild(given, function(object)
      local kind, target = reference.of(object)
      if not kind then return from_file(object) end
      local text, reason = look_up(kind, target, base)
      if not text then problems[#problems + 1] = { path = "", message = reason } end
      return true, text or ""
   end)
   if #problems == 0 then return resolved end
   return errors.fail("config", errors.summary(problems), { problems = problems })
end

--- A definition with other references: `replacement(kind, target, path)` returns a reference, or nil to keep it.
function reference.replace(given, replacement)
   return rebuild(given, function(object)
      local kind, target = reference.of(object)
      if kind then return true, replacement(kind, target) or object end
      return false
   end)
end

local function carry(earlier, value)
   if reference.of(earlier) and type(value) == "string" then return earlier end
   if type(earlier) ~= "table" or type(value) ~= "table" then return value end
   local copy = {}
   for name, member in next, value do copy[name] = carry(rawget(earlier, name), member) end
   return json.mark_like(copy, value)
end

--- Keeps the references of an earlier file where its new version would have the text.
function reference.carry(earlier, value)
   return carry(earlier, value)
end

--- The value at a path such as `auth.clientSecret`.
function reference.at(value, path)
   for part in path:gmatch "[^.]+" do
      if type(value) ~= "table" then return nil end
      value = rawget(value, part)
   end
   return value
end

return reference
