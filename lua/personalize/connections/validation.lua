--- Checks definitions against the schema before they are sent. Problems are what the service is known to refuse;
-- whatever the schema does not know passes, for the service knows more than its documentation.
-- @module personalize.connections.validation
-- @local

local native = require "personalize.native"
local errors = require "personalize.error"
local json = require "personalize.json"
local options = require "personalize.options"
local redaction = require "personalize.redaction"
local look_alikes = require "personalize.connections.look_alikes"
local schema = require "personalize.schema"
local shape = require "personalize.raw"
local warnings = require "personalize.connections.warnings"

local validation = {}

-- What came instead, without its value: it may be a secret that stands in the wrong place.
local function kind_of(value)
   if value == json.null then return "null" end
   if json.is_number(value) then return "a number" end
   if type(value) == "table" then return shape.is_array(value) and "an array" or "an object" end
   if type(value) == "boolean" or value == nil then return tostring(value) end
   return "a " .. type(value)
end

-- Beyond it a Lua number is no exact integer.
local largest_exact = 2 ^ 53

local function is_integer(value)
   if json.is_number(value) then return tostring(value):find "^-?%d+$" ~= nil end
   if math.type and math.type(value) == "integer" then return true end
   return type(value) == "number" and value % 1 == 0 and value <= largest_exact and value >= -largest_exact
end

local fits = {
   string = function(value) return type(value) == "string" end,
   boolean = function(value) return type(value) == "boolean" end,
   integer = is_integer,
   -- the published table calls the objects arrays; either is taken
   object = function(value) return type(value) == "table" end,
   array = function(value)
      return value == json.empty_array or (type(value) == "table" and (next(value) == nil or shape.is_array(value)))
   end,
}

local expected = {
   string = "a string",
   boolean = "true or false",
   integer = "an integer",
   object = "an object",
   array = "an array",
}

local function expectation(member)
   if member.unit then return ("%s (%s)"):format(expected[member.type], member.unit) end
   return expected[member.type]
end

local function shown(member, value)
   if member.type == "integer" and (type(value) == "number" or json.is_number(value)) then return tostring(value) end
   return kind_of(value)
end

local check_members

local function check_each(report, list, members, path)
   for index = 1, shape.length(list) do
      local item, item_path = rawget(list, index), ("%s[%d]"):format(path, index)
      if type(item) == "table" then
         check_members(report, item, members, item_path .. ".")
      else
         report(item_path, "expected an object, got " .. kind_of(item))
      end
   end
end

local function check_object(report, member, value, path)
   if not shape.is_array(value) then return check_members(report, value, member.members, path .. ".") end
   if member.required and next(value) == nil then report(path, "expected an object, got an empty array") end
   check_each(report, value, member.members, path)
end

local function check_value(report, member, value, path)
   if not fits[member.type](value) then
      report(path, ("expected %s, got %s"):format(expectation(member), shown(member, value)))
   elseif member.required and value == "" then
      report(path, "must not be empty")
   elseif member.secret and value == redaction.mask then
      report(path, ("is %s, which stands for a hidden secret and is none"):format(redaction.mask))
   elseif member.unit and json.number(0) > json.number(value) then
      report(path, ("expected %s of 0 or more, got %s"):format(member.unit, tostring(value)))
   elseif member.items and type(value) == "table" then
      check_each(report, value, member.items, path)
   elseif member.members then
      check_object(report, member, value, path)
   end
end

function check_members(report, object, members, prefix)
   for _, member in ipairs(members) do
      local value, path = rawget(object, member.name), prefix .. member.name
      if value ~= nil and value ~= json.null then
         check_value(report, member, value, path)
      elseif member.required then
         report(path, ("is required (%s)"):format(expectation(member))
            .. (member.example and (", such as %q"):format(member.example) or ""))
      end
   end
end

-- The token URL of an OAuth connection must be https://; loopback is for emulators.
local function check_token_url(report, auth, path)
   local url = shape.string(auth, "accessTokenUrl")
   if shape.auth_type(auth) ~= "OAUTH" or not url or url == "" or url:find "^[hH][tT][tT][pP][sS]://." then return end
   local parsed = url:find "^[hH][tT][tT][pP]://" and native.url.parse(url)
   if not parsed or not native.url.is_loopback(parsed.host) then
      report(path .. ".accessTokenUrl",
         "must be an https:// URL, got " .. options.describe(redaction.text(url)))
   end
end

local function check_names(report, value)
   for name in next, value do
      if type(name) ~= "string" then
         report("", ("expected an object with named members, got one under the key %s"):format(options.describe(name)))
         return
      end
   end
end

--- All problems of a definition.
-- @tparam table value a plain definition
-- @tparam[opt] table how `retrieved` (the connection as the service gave it: its members are never judged), `carried`
-- (a function that gives a set of further such members, or nil), `is_edit` (whether the definition is what was
-- retrieved, changed), `unknown_members` (`send`: members that look like published ones are no problem)
-- @treturn table array of `{ path=, message= }`
function validation.problems(value, how)
   local problems = {}
   local function report(path, message) problems[#problems + 1] = { path = path, message = message } end
   check_names(report, value)
   check_members(report, value, schema.members, "")
   for _, found in ipairs(shape.objects(value, "auth")) do check_token_url(report, found[1], found[2]) end
   how = how or {}
   if how.unknown_members ~= "send" then look_alikes.check(value, how, report) end
   return problems
end

--- Checks a definition before it is sent: its problems alone.
-- @tparam table value a plain definition
-- @tparam[opt] table how as for `problems`
-- @return true; or nil and an error object of kind `validation` with `problems`
function validation.check(value, how)
   local problems = validation.problems(value, how)
   if #problems == 0 then return true end
   return errors.fail("validation", errors.summary(problems), { problems = problems })
end

--- Checks a definition for a person: problems and, if there are none, warnings.
-- @return `true` and an array of warnings; or nil and an error object of kind `validation` with `problems`
function validation.report(value, how)
   local fine, err = validation.check(value, how)
   if not fine then return nil, err end
   return true, warnings.of(value, how)
end

return validation
