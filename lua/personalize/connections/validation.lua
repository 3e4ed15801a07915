--- Checks definitions against the schema before they are sent. Problems are what the service is known to refuse.
-- Members that the schema does not know pass, because the service has more than its documentation shows.
-- @module personalize.connections.validation
-- @local

local errors = require "personalize.error"
local json = require "personalize.json"
local look_alikes = require "personalize.connections.look_alikes"
local loopback = require "personalize.connections.loopback"
local options = require "personalize.options"
local raw = require "personalize.raw"
local redaction = require "personalize.redaction"
local schema = require "personalize.schema"
local text = require "personalize.text"
local warnings = require "personalize.connections.warnings"

local validation = {}

-- Describes a wrong value without showing it: it may be a secret at the wrong place.
local function kind_of(value)
   if value == json.null then return "null" end
   if json.is_number(value) then return "a number" end
   if type(value) == "table" then return raw.is_array(value) and "an array" or "an object" end
   if type(value) == "boolean" or value == nil then return tostring(value) end
   return "a " .. type(value)
end

-- Larger Lua numbers are not exact integers.
local largest_exact = 2 ^ 53

local function is_integer(value)
   if json.is_number(value) then return tostring(value):find "^-?%d+$" ~= nil end
   if math.type and math.type(value) == "integer" then return true end
   return type(value) == "number" and value % 1 == 0 and value <= largest_exact and value >= -largest_exact
end

local function is_negative(value)
   if type(value) == "number" then return value < 0 end
   return json.number(0) > json.number(value)
end

local fits = {
   string = function(value) return type(value) == "string" end,
   boolean = function(value) return type(value) == "boolean" end,
   integer = is_integer,
   -- the published table calls the objects arrays; both are accepted
   object = function(value) return type(value) == "table" end,
   array = function(value)
      return value == json.empty_array or (type(value) == "table" and (next(value) == nil or raw.is_array(value)))
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
   if member.type == "integer" and (type(value) == "number" or json.is_number(value)) then
      return text.number("%s", tostring(value))
   end
   return kind_of(value)
end

local check_members

-- Makes a path only when a problem is reported: `prefix` and a name, for an item with its index between them.
local function path_of(prefix, index, name)
   if index then prefix = ("%s[%d]."):format(prefix, index) end
   return prefix .. name
end

local function check_each(report, list, members, path)
   for index = 1, raw.length(list) do
      local item = rawget(list, index)
      if type(item) == "table" then
         check_members(report, item, members, path, index)
      else
         report(("%s[%d]"):format(path, index), "expected an object, got " .. kind_of(item))
      end
   end
end

local function check_object(report, member, value, path)
   if not raw.is_array(value) then return check_members(report, value, member.members, path .. ".") end
   if member.required and next(value) == nil then report(path, "expected an object, got an empty array") end
   check_each(report, value, member.members, path)
end

-- Says what is wrong with one value, or nil.
local function problem_of(member, value)
   if not fits[member.type](value) then
      return ("expected %s, got %s"):format(expectation(member), shown(member, value))
   elseif member.required and value == "" then
      return "must not be empty"
   elseif member.secret and value == redaction.mask then
      return ("is %s, which stands for a hidden secret and is none"):format(redaction.mask)
   elseif member.unit and is_negative(value) then
      return ("expected %s of 0 or more, got %s"):format(member.unit, text.number("%s", tostring(value)))
   end
   return nil
end

local function check_value(report, member, value, prefix, index)
   local problem = problem_of(member, value)
   if problem then
      report(path_of(prefix, index, member.name), problem)
   elseif member.items and type(value) == "table" and next(value) ~= nil then
      check_each(report, value, member.items, path_of(prefix, index, member.name))
   elseif member.members then
      check_object(report, member, value, path_of(prefix, index, member.name))
   end
end

-- Whether a text needs no check; this is true for nearly all.
local function is_plain_text(member, value)
   return member.type == "string" and type(value) == "string" and value ~= "" and value ~= redaction.mask
end

local function report_missing(report, member, path)
   report(path, ("is required (%s)"):format(expectation(member))
      .. (member.example and (", such as %q"):format(member.example) or ""))
end

function check_members(report, object, members, prefix, index)
   for place = 1, #members do
      local member = members[place]
      local value = rawget(object, member.name)
      if value == nil or value == json.null then
         if member.required then report_missing(report, member, path_of(prefix, index, member.name)) end
      elseif not is_plain_text(member, value) then
         check_value(report, member, value, prefix, index)
      end
   end
end

local auth_members = schema.by_name(schema.members).auth.members

-- URLs to which the service sends a token request must be https://. Exceptions: loopback, for emulators, and
-- `<baseURL>`, with which published examples begin.
local function check_https_urls(report, auth, path)
   local kind = raw.auth_type(auth)
   for _, member in ipairs(auth_members) do
      local url = member.format == "https_url" and member.only == kind and raw.string(auth, member.name)
      local is_fine = not url or url == "" or url:find "^[hH][tT][tT][pP][sS]://." or url:find "^<baseURL>/"
         or loopback.is_url(url)
      if not is_fine then
         report(("%s.%s"):format(path, member.name),
            "must be an https:// URL, got " .. options.describe(redaction.text(url)))
      end
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
-- @tparam[opt] table checks `retrieved` (the connection as the service returned it: its members are never judged),
-- `carried` (a function that returns a set of further such members, or nil), `is_edit` (whether the definition is a
-- changed version of the retrieved connection), `unknown_members` (`send`: look-alikes are not problems)
-- @treturn table array of `{ path=, message=, code= }`; only look-alikes have a code
function validation.problems(value, checks)
   local problems = {}
   local function report(path, message, code)
      problems[#problems + 1] = { path = path, message = message, code = code }
   end
   check_names(report, value)
   check_members(report, value, schema.members, "")
   for _, found in ipairs(raw.objects(value, "auth")) do check_https_urls(report, found[1], found[2]) end
   checks = checks or {}
   if checks.unknown_members ~= "send" then look_alikes.check(value, checks, report) end
   return problems
end

--- Checks a definition before it is sent; only for problems.
-- @tparam table value a plain definition
-- @tparam[opt] table checks as for `problems`
-- @return true; or nil and an error object of kind `validation` with `problems`
function validation.check(value, checks)
   local problems = validation.problems(value, checks)
   if #problems == 0 then return true end
   return errors.fail("validation", errors.summary(problems), { problems = problems })
end

--- Checks a definition for a person: problems and, if there are none, warnings.
-- @tparam table value a plain definition
-- @tparam[opt] table checks as for `problems`
-- @tparam[opt] table references the references that were filled in, by `path`: a credential there is not in clear text
-- @return `true` and an array of warnings; or nil and an error object of kind `validation` with `problems`
function validation.report(value, checks, references)
   local fine, err = validation.check(value, checks)
   if not fine then return nil, err end
   return true, warnings.of(value, checks, references)
end

return validation
