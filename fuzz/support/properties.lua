-- What holds of every result, for the Lua files beside: each check raises where it does not hold.

local errors = require "personalize.error"
local json = require "personalize.json"

local properties = {}

-- A secret that no input holds: it is planted in places where it must not be shown.
properties.secret = "k9Xq5vT2mR8wZ4nB"

local function fail(message, ...)
   error(message:format(...), 2)
end

-- Like assert, with a message that shows values.
function properties.that(holds, message, ...)
   if not holds then fail(message, ...) end
end

-- Two values that must be the same: strings, numbers, booleans, or tables as JSON.
function properties.same(found, expected, what)
   local function shown(value)
      if type(value) ~= "table" then return ("%s %q"):format(type(value), tostring(value)) end
      return assert(json.encode(value, { canonical = true }))
   end
   if shown(found) ~= shown(expected) then fail("%s: %s is not %s", what, shown(found), shown(expected)) end
end

-- A text of one or more printable lines.
function properties.printable(text, what)
   if type(text) ~= "string" then fail("%s is a %s", what, type(text)) end
   if text:find "[%z\1-\9\11-\31\127]" then fail("%s holds control characters: %q", what, text) end
end

-- All strings in a value, its keys and what `tostring` makes of it.
local function each_text(value, visit, seen)
   if type(value) == "string" then return visit(value) end
   if type(value) ~= "table" or seen[value] then return end
   seen[value] = true
   local metatable = debug.getmetatable(value)
   if metatable and metatable.__tostring then visit(tostring(value)) end
   for name, member in next, value do
      each_text(name, visit, seen)
      each_text(member, visit, seen)
   end
end

-- No text in a value shows the secret.
function properties.hides(value, secret, what)
   each_text(value, function(text)
      if text:find(secret, 1, true) then fail("%s shows the secret: %q", what, text) end
   end, {})
end

-- An error object of one of these kinds, a set.
function properties.failure(err, kinds)
   if not errors.is(err) then fail("no error object: %s", tostring(err)) end
   if not kinds[err.kind] then fail("an error of kind %s: %s", tostring(err.kind), tostring(err)) end
   if type(err.message) ~= "string" or err.message == "" then fail("an error without a message: %s", tostring(err)) end
   properties.printable(tostring(err), "tostring of an error")
   for index, problem in ipairs(err.problems or {}) do
      if type(problem.message) ~= "string" then fail("problems[%d] of %s has no message", index, tostring(err)) end
   end
end

-- Warnings: an array of path, message and a code.
function properties.warnings(list)
   for index, warning in ipairs(list) do
      if type(warning.path) ~= "string" or type(warning.message) ~= "string" or warning.message == "" then
         fail("warnings[%d] has no path or no message", index)
      end
      if not (type(warning.code) == "string" and warning.code:find "^[%l_]+$") then
         fail("warnings[%d] has the code %s", index, tostring(warning.code))
      end
   end
   properties.printable(tostring(list), "tostring of warnings")
end

-- A folder of this process for files, as a path.
function properties.folder(name)
   local path = ("build/fuzz/folders/%s"):format(name)
   assert(os.execute(("rm -rf %s && mkdir -p %s"):format(path, path)))
   return path
end

function properties.write(path, bytes)
   local file = assert(io.open(path, "wb"))
   assert(file:write(bytes))
   assert(file:close())
end

return properties
