--- References to secrets: `{"$env": "NAME"}` and `{"$file": "path"}`, at any place where a file can have a text. They
-- are looked up only when a plan is applied.
-- @module personalize.sync.references
-- @local

local copied = require "personalize.environment.copied"
local json = require "personalize.json"
local names = require "personalize.redaction.names"
local native = require "personalize.native"
local raw = require "personalize.raw"
local redaction = require "personalize.redaction"
local schema = require "personalize.schema"

local references = {}

local unpack = rawget(table, "unpack") or rawget(_G, "unpack")

-- In bytes; no real secret is longer.
local longest_value = 64 * 1024

--- Tells which kind of reference a value is.
-- @treturn ?string `env` or `file`
-- @return the variable's name or the path
function references.of(value)
   if type(value) ~= "table" then return nil end
   local target = rawget(value, "$env")
   if target ~= nil then return "env", target end
   target = rawget(value, "$file")
   if target ~= nil then return "file", target end
   return nil
end

--- Makes a reference to an environment variable.
function references.env(variable)
   return { ["$env"] = variable }
end

--- Whether a file's text may have a reference or an escaped member: a cheap test before the walk.
function references.is_possible(text)
   local place = text:find('"$', 1, true)
   -- `$schema` is none; a plain search takes a tenth of a pattern's time
   while place and text:byte(place + 2) == 115 do place = text:find('"$', place + 2, true) end
   return place ~= nil or text:find("\\u0024", 1, true) ~= nil
end

local function path_of(keys)
   local path = ""
   for _, key in ipairs(keys) do
      if type(key) == "number" then
         path = ("%s[%d]"):format(path, key)
      else
         path = path == "" and key or path .. "." .. key
      end
   end
   return path
end

--- A place in a definition: `keys` are the steps to it, `path` is its text.
function references.place(keys)
   return { keys = keys, path = path_of(keys) }
end

-- The names of the schema, which nearly all names are: none of them looks like a reference.
local published = {}
schema.each(function(member) published[member.name] = true end)

local function is_escape(name)
   return type(name) == "string" and name:find "^%$%$+[efs]" ~= nil
end

local function walk(value, keys, depth, found)
   local kind, target = references.of(value)
   if kind then
      local place = references.place { unpack(keys, 1, depth) }
      place.kind, place.target, place.object = kind, target, value
      found[#found + 1] = place
      return
   end
   for name, member in next, value do
      if not published[name] and is_escape(name) then found.has_escapes = true end
      if type(member) == "table" then
         keys[depth + 1] = name
         walk(member, keys, depth + 1, found)
      end
   end
end

local function by_path(a, b) return a.path < b.path end

--- Finds the references of a definition.
-- @treturn table array of places, sorted by path, with `kind`, `target` and `object`; its field `has_escapes` tells
-- whether the definition has data that looks like references
function references.scan(definition)
   local found = {}
   walk(definition, {}, 0, found)
   if #found > 1 then table.sort(found, by_path) end
   return found
end

-- Paths of the schema without indexes -> whether references usually occur there.
local usual_places = {}
schema.each(function(member, path)
   usual_places[path] = member.format == "url" or member.format == "https_url" or member.credential == "example"
      or path == "customHeaders[].value"
end)

local function without_indexes(path)
   return (path:gsub("%[%d+%]", "[]"):gsub("^(%a+)%[%]%.", function(name)
      return (name == "auth" or name == "request") and name .. "." or nil
   end))
end

--- Whether references usually occur at a place: in `auth`, URLs, values of headers, form items and parameters, and
-- members with the name of a credential. At other places a reference is most likely a mistake, or an attempt to read
-- something that is not a secret of the connection.
-- @tparam string path such as `customHeaders[2].value`
function references.is_usual_place(path)
   local plain = without_indexes(path)
   if plain:find "^auth%." then return true end
   if usual_places[plain] ~= nil then return usual_places[plain] end
   if plain:find "^urlParameters%[%]" then return not plain:find "%.name$" and not plain:find "%.key$" end
   local name = plain:match "([^.%[%]]+)$"
   return name ~= nil and names.is_credential(name)
end

local auth_members = schema.by_name(schema.by_name(schema.members).auth.members)

--- The objects of a definition's `auth` whose type is not published, or not stated: `{ object, path, kind }` each. For
-- these it is not known which members the service returns.
function references.open_auths(definition)
   local found = {}
   for _, each in ipairs(raw.objects(definition, "auth")) do
      local kind = raw.auth_type(each[1])
      if not (kind and schema.auth_types[kind]) then found[#found + 1] = { each[1], each[2], kind } end
   end
   return found
end

--- Those of them that state a type.
function references.unknown_auths(definition)
   local found = {}
   for _, each in ipairs(references.open_auths(definition)) do
      if each[3] then found[#found + 1] = each end
   end
   return found
end

--- Whether the service may hide this member of such an `auth`.
function references.may_be_secret(name)
   return type(name) == "string" and auth_members[name] == nil
end

--- Whether a value may be what the service shows in place of a secret.
function references.is_hidden(value)
   return value == nil or redaction.is_mask(value)
end

-- The keys that lead to a member of an object, or of an object in an array.
local function keys_of(definition, parent, index, name)
   return raw.is_array(rawget(definition, parent)) and { parent, index, name } or { parent, name }
end

-- Adds the places of a value, or of those in an object, to `found.texts` and `found.others`; an array is one value.
-- `masked` is the same with its secrets masked.
local function add_values(found, value, masked, keys, depth)
   if type(value) == "table" and not json.is_number(value) and not raw.is_array(value) then
      if references.of(value) then return end
      for name, member in next, value do
         keys[depth + 1] = name
         add_values(found, member, raw.get(masked, name), keys, depth + 1)
      end
   elseif value ~= "" and value ~= json.null then
      local is_text = type(value) == "string"
      local place, list = references.place { unpack(keys, 1, depth) }, is_text and found.texts or found.others
      place.if_hidden = true
      place.is_text = is_text and not rawequal(value, masked)
      list[#list + 1] = place
   end
end

-- The values of auths of which it is not known what the service returns.
local function open_values(definition)
   local found, open = { texts = {}, others = {} }, references.open_auths(definition)
   local masked = #open > 0 and raw.objects(redaction.connection(definition), "auth")
   for _, each in ipairs(open) do
      local index = tonumber(each[2]:match "%[(%d+)%]$") or 1
      for name, value in next, each[1] do
         if references.may_be_secret(name) then
            local keys = keys_of(definition, "auth", index, name)
            add_values(found, value, raw.get(masked[index] and masked[index][1], name), keys, #keys)
         end
      end
   end
   return found
end

--- The values of such an `auth` that are no texts, as `literals` gives those. The service may hide them too.
function references.other_values(definition)
   return open_values(definition).others
end

-- The places of the secrets that the service never returns: `{ parent, name }`.
local secrets = {}
for path in pairs(schema.secrets) do secrets[#secrets + 1] = { path:match "^(.*)%.([^.]+)$" } end

--- The secrets in clear text in a definition that the service never returns. Those with `if_hidden` are secrets only if
-- the service hides them, which its answer shows.
function references.literals(definition)
   local found = {}
   for _, secret in ipairs(secrets) do
      local parent, name = secret[1], secret[2]
      for index, each in ipairs(raw.objects(definition, parent)) do
         local value = rawget(each[1], name)
         if value ~= nil and not references.of(value) then
            local place = references.place(keys_of(definition, parent, index, name))
            place.is_text = type(value) == "string" and value ~= ""
            found[#found + 1] = place
         end
      end
   end
   for _, each in ipairs(open_values(definition).texts) do found[#found + 1] = each end
   if #found > 1 then table.sort(found, by_path) end
   return found
end

--- References as a plan shows them: array of `{ path =, kind =, target = }`.
function references.named(found)
   local list = {}
   for index, each in ipairs(found) do
      list[index] = { path = each.path, kind = each.kind, target = each.target }
   end
   return json.array(list)
end

--- Checks references.
-- @tparam table found as `references.scan` returned it
-- @tparam[opt] string allowed `anywhere`: they may also be at unusual places
-- @treturn table array of `{ path =, message = }`
function references.problems(found, allowed)
   local problems = {}
   for _, each in ipairs(found) do
      local message
      if next(each.object, (next(each.object))) ~= nil then
         message = ("has members beside $%s; data of that name is written $$%s"):format(each.kind, each.kind)
      elseif type(each.target) ~= "string" or each.target == "" or each.target:find "[%z\r\n]" then
         message = ("a reference is {\"$%s\": \"%s\"}"):format(each.kind, each.kind == "env" and "NAME" or "path")
      elseif each.kind == "env" and not each.target:find "^[%a_][%w_]*$" then
         message = "is no name of an environment variable: letters, digits and _"
      elseif allowed ~= "anywhere" and not references.is_usual_place(each.path) then
         message = ("is a reference ($%s %s), and those stand in auth, URLs, values of headers and parameters, and "
            .. "what is named like a credential; elsewhere with references = \"anywhere\" (--references anywhere)")
            :format(each.kind, each.target)
      end
      if message then problems[#problems + 1] = { path = each.path, message = message } end
   end
   return problems
end

-- The system's error numbers. The core returns `outside` when a file lies outside of the folder.
local missing, outside, too_large = 2, 18, 27

-- Reads a secret from the folder of the files or from the folder of secrets. It reads no other files, because the files
-- of connections may come from others.
local function read_secret(path, where)
   local first_reason, is_outside
   for _, folder in ipairs { where.base or ".", where.secrets_folder } do
      local text, reason, code = native.file.read_below(folder, path, longest_value)
      if text then return text end
      if code == too_large then reason = ("is longer than %d bytes"):format(longest_value) end
      is_outside = is_outside or code == outside
      if code ~= outside and not (is_outside and code == missing) then first_reason = first_reason or reason end
   end
   return nil, first_reason or ("lies neither below %s nor below a folder that secrets_folder (--secrets-folder) names")
      :format(where.base or "the current folder")
end

local function secret_of_file(path, where)
   local text, reason = read_secret(path, where)
   if not text then return nil, reason end
   text = copied.of_file(text)
   if text == "" then return nil, "is empty" end
   return text
end

--- Looks up a reference.
-- @tparam string kind
-- @tparam string target
-- @tparam table where `base` (the folder where paths start, and which contains the files) and `secrets_folder` (another
-- folder that may contain them)
-- @treturn string
-- @return nil and the reason
function references.look_up(kind, target, where)
   if kind == "file" then
      local text, reason = secret_of_file(target, where)
      local fault = text and copied.fault(text) or reason
      if not fault then return text end
      return nil, ("the file %s of a secret: %s"):format(target, fault)
   end
   local text = os.getenv(target)
   if text == nil or text == "" then return nil, ("the environment variable %s is not set"):format(target) end
   local fault = copied.fault(text)
   if fault then return nil, ("the environment variable %s %s"):format(target, fault) end
   return text
end

local types = {}
schema.each(function(member, path) types[path] = member.type end)

local converters = {
   boolean = function(text)
      if text == "true" then return true end
      if text == "false" then return false end
      return nil, "true or false"
   end,
   integer = function(text)
      return text:find "^%-?%d+$" and json.decode(text) or nil, "an integer"
   end,
}

local stand_ins = { boolean = false, integer = 0 }

--- A dummy value of the type that the schema has at the place of a reference.
function references.stand_in(each)
   local value = stand_ins[types[without_indexes(each.path)]]
   if value == nil then value = "https://reference.invalid/" end
   return value
end

-- Converts a text to the type that the schema has at a place.
local function convert(text, each)
   local converter = converters[types[without_indexes(each.path)]]
   if not converter then return text end
   local value, expected = converter(text)
   if value ~= nil then return value end
   return nil, ("expected %s, and $%s %s is something else"):format(expected, each.kind, each.target)
end

--- Looks up references. Each gets a `value` of the type that the schema has at its place, and the `text` from which it
-- was made; or a `reason` for the failure.
-- @tparam table found as `references.scan` returned it
-- @tparam table where as for `look_up`
function references.look_up_all(found, where)
   for _, each in ipairs(found) do
      each.value, each.text, each.reason = nil, nil, nil
      local text, reason = references.look_up(each.kind, each.target, where)
      if text then
         each.value, each.reason = convert(text, each)
         each.text = text
      else
         each.reason = reason
      end
   end
end

--- The references that could not be looked up.
-- @tparam table found references after `look_up_all`
-- @treturn table array of `{ path =, message = }`
function references.missing(found)
   local problems = {}
   for _, each in ipairs(found) do
      if each.value == nil then problems[#problems + 1] = { path = each.path, message = each.reason } end
   end
   return problems
end

return references
