--- The secret guard: the service never returns write-only secrets, and a full update without them may erase them.
-- @module personalize.connections.secrets
-- @local

local errors = require "personalize.error"
local options = require "personalize.options"
local redaction = require "personalize.redaction"
local schema = require "personalize.schema"
local text = require "personalize.text"
local shape = require "personalize.raw"

local secrets = {}

local auth_members = schema.by_name(schema.members).auth.members

-- The types of authentication whose members are published.
local known_types = {}
for _, kind in ipairs(schema.by_name(auth_members).authType.known) do known_types[kind] = true end

local function is_absent(value)
   return value == nil or value == ""
end

--- The write-only secrets that a definition needs and lacks.
-- @treturn table array of `{ object=, name=, path= }`
-- @treturn table array of authentication types that the schema does not know
function secrets.missing(connection)
   local missing, unknown = {}, {}
   for _, found in ipairs(shape.objects(connection, "auth")) do
      local auth, path = found[1], found[2]
      local kind = shape.auth_type(auth)
      if kind and not known_types[kind] then unknown[#unknown + 1] = shape.string(auth, "authType") end
      for _, member in ipairs(auth_members) do
         if member.secret and kind == member.only and is_absent(shape.get(auth, member.name)) then
            missing[#missing + 1] = { object = auth, name = member.name, path = path .. "." .. member.name }
         end
      end
   end
   return missing, unknown
end

--- Whether a definition gives a write-only secret.
function secrets.given(definition)
   for path in pairs(schema.secrets) do
      local parent, name = path:match "^(.*)%.([^.]+)$"
      for _, found in ipairs(shape.objects(definition, parent)) do
         if shape.get(found[1], name) ~= nil then return true end
      end
   end
   return false
end

local function supply(how, original, path)
   if not how.secrets then return nil end
   local fine, value = pcall(how.secrets, original, path)
   if not fine then
      return errors.fail("config", ("the secrets function raised an error for %s: %s"):format(path,
         redaction.text(text.line(errors.is(value) and tostring(value) or value))))
   elseif value ~= nil and (type(value) ~= "string" or value == "") then
      return errors.fail("config", ("the secrets function must return a string or nil for %s, got %s")
         :format(path, value == "" and "an empty string" or "a " .. type(value)))
   end
   return value
end

local function refusal(missing)
   local problems, paths = {}, {}
   for index, secret in ipairs(missing) do
      paths[index] = secret.path
      problems[index] = { path = secret.path, message = "is missing; the service never returns it and this update "
         .. "replaces the whole connection, which may erase it" }
   end
   return errors.fail("validation", ("%s: missing; the service never returns it, so this update may erase it. Set it, "
      .. "give a secrets function, or missing_secrets = \"send\" to send the update without it")
      :format(table.concat(paths, ", ")), { problems = problems })
end

--- Fills in what is missing from the secrets function, or refuses.
-- @tparam table definition what is going to be sent; changed in place
-- @tparam table original what the secrets function is shown
-- @tparam table how `secrets` (function or nil), `missing_secrets` (`refuse` or `send`)
-- @tparam function warn called with a message
-- @return true; or nil and an error object
function secrets.guard(definition, original, how, warn)
   local missing, unknown = secrets.missing(definition)
   for _, kind in ipairs(unknown) do
      warn(("auth.authType %s is not published: if it has a secret that the service does not return, this update may "
         .. "erase it"):format(options.describe(kind)))
   end
   local left = {}
   for _, secret in ipairs(missing) do
      local value, err = supply(how, original, secret.path)
      if err then return nil, err end
      if value then
         secret.object[secret.name] = value
      else
         left[#left + 1] = secret
      end
   end
   if #left > 0 and how.missing_secrets ~= "send" then return refusal(left) end
   return true
end

return secrets
