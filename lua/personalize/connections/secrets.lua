--- The guard of secrets: the service never returns write-only secrets, and a full update without them may erase them.
-- @module personalize.connections.secrets
-- @local

local errors = require "personalize.error"
local names = require "personalize.redaction.names"
local options = require "personalize.options"
local raw = require "personalize.raw"
local redaction = require "personalize.redaction"
local schema = require "personalize.schema"
local text = require "personalize.text"

local secrets = {}

local auth_members = schema.by_name(schema.members).auth.members

-- client -> { [type of authentication, in capitals] = set of names }: the members that the service did not return
local learned = setmetatable({}, { __mode = "k" })

-- Whether a value is missing, or asterisks in place of the value that was sent.
local function is_hidden(value)
   return value == nil or value == "" or redaction.is_mask(value)
end

local function auth_objects(connection)
   local found = {}
   for _, each in ipairs(raw.objects(connection, "auth")) do
      local kind = raw.auth_type(each[1])
      if kind then found[#found + 1] = { auth = each[1], path = each[2], kind = kind } end
   end
   return found
end

--- Learns from the answer to a write which members of an `auth` are write-only, for types that the schema does not
-- know.
-- @tparam table owner the client
-- @tparam table sent
-- @tparam table answer
function secrets.learn(owner, sent, answer)
   local answered = auth_objects(answer)
   for index, each in ipairs(auth_objects(sent)) do
      local other = answered[index]
      if not schema.auth_types[each.kind] and other and other.kind == each.kind then
         for name, value in next, each.auth do
            if type(value) == "string" and not is_hidden(value) and is_hidden(raw.get(other.auth, name)) then
               learned[owner] = learned[owner] or {}
               learned[owner][each.kind] = learned[owner][each.kind] or {}
               learned[owner][each.kind][name] = true
            end
         end
      end
   end
end

-- The names of the write-only members of a type of authentication, sorted.
local function write_only(owner, kind)
   local list = {}
   for _, member in ipairs(auth_members) do
      if member.secret and kind == member.only then list[#list + 1] = member.name end
   end
   for name in pairs(owner and learned[owner] and learned[owner][kind] or {}) do list[#list + 1] = name end
   table.sort(list)
   return list
end

--- The write-only secrets that a definition needs but does not have.
-- @tparam table connection
-- @tparam[opt] table owner the client, which may have learned of further secrets
-- @treturn table array of `{ object=, name=, path= }`
-- @treturn table array of authentication types for which the write-only members are not known
function secrets.missing(connection, owner)
   local missing, unknown = {}, {}
   for _, each in ipairs(auth_objects(connection)) do
      local list = write_only(owner, each.kind)
      if not schema.auth_types[each.kind] and #list == 0 then
         unknown[#unknown + 1] = raw.string(each.auth, "authType")
      end
      for _, name in ipairs(list) do
         if is_hidden(raw.get(each.auth, name)) then
            missing[#missing + 1] = { object = each.auth, name = name, path = each.path .. "." .. name }
         end
      end
   end
   return missing, unknown
end

--- True if a definition gives a write-only secret.
function secrets.given(owner, definition)
   for _, each in ipairs(auth_objects(definition)) do
      for _, name in ipairs(write_only(owner, each.kind)) do
         if not is_hidden(raw.get(each.auth, name)) then return true end
      end
   end
   for path in pairs(schema.secrets) do
      local parent, name = path:match "^(.*)%.([^.]+)$"
      for _, found in ipairs(raw.objects(definition, parent)) do
         if raw.get(found[1], name) ~= nil then return true end
      end
   end
   return false
end

--- Makes a function that tells whether the member at a path cannot be compared with the service's answer, because it is
-- write-only. For a type of authentication that the schema does not know these are the credentials that the service
-- hides.
-- @tparam table owner the client
-- @tparam table present
function secrets.uncompared(owner, present)
   local hidden = {}
   for _, each in ipairs(auth_objects(present)) do
      for _, name in ipairs(write_only(owner, each.kind)) do hidden[name] = true end
      if not schema.auth_types[each.kind] then hidden.of = each.auth end
   end
   return function(path)
      if schema.secrets[path] then return true end
      local name = path:match "^auth%.([^.]+)$"
      if not name then return false end
      return hidden[name] == true
         or hidden.of ~= nil and names.is_credential(name) and is_hidden(raw.get(hidden.of, name))
   end
end

local function supply(opts, original, path)
   if not opts.secrets then return nil end
   local fine, value = pcall(opts.secrets, original, path)
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

--- Fills in missing secrets from the `secrets` function, or refuses.
-- @tparam table owner the client
-- @tparam table definition the definition that will be sent; changed in place
-- @tparam table original the definition that the `secrets` function gets
-- @tparam table opts `secrets` (function or nil), `missing_secrets` (`refuse` or `send`)
-- @tparam function warn called with `{ path=, message=, code= }`
-- @return true; or nil and an error object
function secrets.guard(owner, definition, original, opts, warn)
   local missing, unknown = secrets.missing(definition, owner)
   for _, kind in ipairs(unknown) do
      warn { path = "auth.authType", code = "auth_type_unknown",
         message = ("%s is not published: if it has a secret that the service does not return, this update may erase "
            .. "it"):format(options.describe(kind)) }
   end
   local left = {}
   for _, secret in ipairs(missing) do
      local value, err = supply(opts, original, secret.path)
      if err then return nil, err end
      if value then
         secret.object[secret.name] = value
      else
         left[#left + 1] = secret
      end
   end
   if #left > 0 and opts.missing_secrets ~= "send" then return refusal(left) end
   return true
end

return secrets
