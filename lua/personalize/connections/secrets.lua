--- The guard of secrets: the service never returns write-only secrets, and a full update without them may erase them.
-- @module personalize.connections.secrets
-- @local

local errors = require "personalize.error"
local json = require "personalize.json"
local names = require "personalize.redaction.names"
local options = require "personalize.options"
local raw = require "personalize.raw"
local redaction = require "personalize.redaction"
local schema = require "personalize.schema"
local text = require "personalize.text"

local secrets = {}

local unpack = rawget(table, "unpack") or rawget(_G, "unpack")

local auth_members = schema.by_name(schema.members).auth.members

-- client -> { [type of authentication, in capitals] = { [path] = { keys =, type = } } }: members that the service did
-- not return
local learned = setmetatable({}, { __mode = "k" })

-- The type of an `auth` that states none.
local no_type = ""

local deepest = 128

-- Whether a value is missing, or asterisks in place of the value that was sent.
local function is_hidden(value)
   return value == nil or value == "" or redaction.is_mask(value)
end

local function type_of(value)
   return json.is_number(value) and "number" or type(value)
end

local function auth_objects(connection)
   local found = {}
   for _, each in ipairs(raw.objects(connection, "auth")) do
      found[#found + 1] = { auth = each[1], path = each[2], kind = raw.auth_type(each[1]) or no_type }
   end
   return found
end

-- Whether a value has something that an answer lacks at its place. What is empty has nothing.
local function is_lost(value, answered, depth)
   if is_hidden(value) or value == json.null or depth > deepest then return false end
   if type_of(value) ~= "table" then return is_hidden(answered) end
   for name, member in next, value do
      if is_lost(member, raw.get(answered, name), depth + 1) then return true end
   end
   return false
end

-- Adds what an object has and an answer lacks: its values, and those of the objects in it. An array is one value.
local function add_lost(found, object, answered, path, depth)
   for name, value in next, object do
      local other = raw.get(answered, name)
      path[depth] = tostring(name)
      if not (depth == 1 and name == "authType") and is_lost(value, other, depth) then
         if type_of(value) == "table" and not raw.is_array(value) then
            add_lost(found, value, other, path, depth + 1)
         else
            local keys = { unpack(path, 1, depth) }
            found[table.concat(keys, ".")] = { keys = keys, type = type_of(value) }
         end
      end
   end
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
         local of_owner = learned[owner] or {}
         learned[owner] = of_owner
         of_owner[each.kind] = of_owner[each.kind] or {}
         add_lost(of_owner[each.kind], each.auth, other.auth, {}, 1)
      end
   end
end

-- The write-only members of a type of authentication, sorted: `{ path =, keys =, type = }`.
local function write_only(owner, kind)
   local list = {}
   for _, member in ipairs(auth_members) do
      if member.secret and kind == member.only then
         list[#list + 1] = { path = member.name, keys = { member.name }, type = "string" }
      end
   end
   for path, each in pairs(owner and learned[owner] and learned[owner][kind] or {}) do
      list[#list + 1] = { path = path, keys = each.keys, type = each.type }
   end
   table.sort(list, function(a, b) return a.path < b.path end)
   return list
end

-- Whether an `auth` lacks a write-only member. One that has another value in place of an object does not.
local function is_missing(auth, member)
   local value = auth
   for _, key in ipairs(member.keys) do
      if value ~= nil and not raw.is_object(value) then return false end
      value = raw.get(value, key)
   end
   if type_of(value) ~= "table" then return is_hidden(value) end
   for _, item in next, value do
      if not is_hidden(item) then return false end
   end
   return true
end

--- The write-only secrets that a definition needs but does not have.
-- @tparam table connection
-- @tparam[opt] table owner the client, which may have learned of further secrets
-- @treturn table array of `{ object=, keys=, type=, path= }`: the `auth`, the steps from there, the type of its value
-- @treturn table array of authentication types for which the write-only members are not known; false for an `auth`
-- that states none
function secrets.missing(connection, owner)
   local missing, unknown = {}, {}
   for _, each in ipairs(auth_objects(connection)) do
      local list = write_only(owner, each.kind)
      if not schema.auth_types[each.kind] and #list == 0 then
         unknown[#unknown + 1] = raw.string(each.auth, "authType") or false
      end
      for _, member in ipairs(list) do
         if is_missing(each.auth, member) then
            missing[#missing + 1] = { object = each.auth, keys = member.keys, type = member.type,
               path = each.path .. "." .. member.path }
         end
      end
   end
   return missing, unknown
end

--- True if a definition gives a write-only secret.
function secrets.given(owner, definition)
   for _, each in ipairs(auth_objects(definition)) do
      for _, member in ipairs(write_only(owner, each.kind)) do
         if not is_missing(each.auth, member) then return true end
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

-- Whether a member, or one in it, has the name of a credential.
local function has_credential(name, value, depth)
   if type(name) == "string" and names.is_credential(name) then return true end
   if type_of(value) ~= "table" or depth > deepest then return false end
   for inner, member in next, value do
      if has_credential(inner, member, depth + 1) then return true end
   end
   return false
end

--- Makes a function that tells whether a member cannot be compared with the service's answer, because it is write-only.
-- For a type of authentication that the schema does not know these are the credentials that the service hides.
-- @tparam table owner the client
-- @tparam table present
-- @treturn function as `raw.has` takes it
function secrets.uncompared(owner, present)
   local hidden, is_unknown = {}, false
   for _, each in ipairs(auth_objects(present)) do
      is_unknown = is_unknown or not schema.auth_types[each.kind]
      for _, member in ipairs(write_only(owner, each.kind)) do
         hidden[member.path] = true
         -- the objects that have it are hidden where the service has nothing of them
         for length = 1, #member.keys - 1 do
            local above = table.concat(member.keys, ".", 1, length)
            hidden[above] = hidden[above] or "where absent"
         end
      end
   end
   return function(path, value, facing)
      if schema.secrets[path] then return true end
      local inner = path:match "^auth%.(.+)$"
      if not inner then return false end
      if hidden[inner] == true then return true end
      if not is_unknown or facing ~= json.null and not is_hidden(facing) then return false end
      return hidden[inner] ~= nil or has_credential(inner:match "[^.]*$", value, 1)
   end
end

local function supply(opts, original, secret)
   if not opts.secrets then return nil end
   local path, expected = secret.path, secret.type
   local fine, value = pcall(opts.secrets, original, path)
   if not fine then
      return errors.fail("config", ("the secrets function raised an error for %s: %s"):format(path,
         redaction.text(text.line(errors.is(value) and tostring(value) or value))))
   elseif value ~= nil and (type_of(value) ~= expected or value == "") then
      return errors.fail("config", ("the secrets function must return a %s or nil for %s, got %s")
         :format(expected, path, value == "" and "an empty string" or "a " .. type_of(value)))
   end
   return value
end

-- Sets a member of an `auth`, in objects that are made if need be.
local function set(object, keys, value)
   for index = 1, #keys - 1 do
      if not raw.is_object(raw.get(object, keys[index])) then object[keys[index]] = {} end
      object = rawget(object, keys[index])
   end
   object[keys[#keys]] = value
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
         message = ("%s: if it has a secret that the service does not return, this update may erase it"):format(
            kind and options.describe(kind) .. " is not published" or "is missing") }
   end
   local left = {}
   for _, secret in ipairs(missing) do
      local value, err = supply(opts, original, secret)
      if err then return nil, err end
      if value then
         set(secret.object, secret.keys, value)
      else
         left[#left + 1] = secret
      end
   end
   if #left > 0 and opts.missing_secrets ~= "send" then return refusal(left) end
   return true
end

return secrets
