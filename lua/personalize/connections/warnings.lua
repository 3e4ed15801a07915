--- What is allowed in a definition and probably not meant.
-- @module personalize.connections.warnings
-- @local

local json = require "personalize.json"
local schema = require "personalize.schema"
local shape = require "personalize.connections.shape"
local template = require "personalize.connections.template"

local warnings = {}

local function check_name(report, connection)
   local name = shape.string(connection, "name")
   if not name then return end
   if name:find("-", 1, true) then
      report("name", "holds a hyphen, which breaks references from programmable decisions")
   end
   if name:find "[%c\127]" then report("name", "holds a control character") end
   if name:find "^%s" or name:find "%s$" then report("name", "begins or ends with a space") end
end

-- Every text that may refer to an input, with its path.
local function templated(connection)
   local texts = {}
   local function add(text, path)
      if type(text) == "string" then texts[#texts + 1] = { text, path } end
   end
   for _, found in ipairs(shape.objects(connection, "request")) do
      add(shape.get(found[1], "connectionUrl"), found[2] .. ".connectionUrl")
      add(shape.get(found[1], "requestBody"), found[2] .. ".requestBody")
   end
   for _, found in ipairs(shape.items(connection, "customHeaders")) do
      add(shape.get(found[1], "value"), found[2] .. ".value")
   end
   return texts
end

local function check_inputs(report, connection)
   local declared, used = {}, {}
   local inputs = shape.items(connection, "inputMappings")
   for _, found in ipairs(inputs) do
      local key = shape.string(found[1], "key")
      if key and declared[key] then
         report(found[2] .. ".key", ("%q is the key of another input mapping too"):format(key))
      elseif key then
         declared[key] = true
      end
   end
   for _, found in ipairs(templated(connection)) do
      for _, key in ipairs(template.keys(found[1])) do
         used[key] = true
         if not declared[key] then report(found[2], ("${%s} has no input mapping"):format(key)) end
      end
   end
   for _, found in ipairs(inputs) do
      local key = shape.string(found[1], "key")
      if key and not used[key] then
         report(found[2], ("nothing uses ${%s}: not the URL, the body nor a header"):format(key))
      end
   end
end

local function is_json(text)
   return json.decode(template.filled(text)) ~= nil
end

-- Whether a body is meant as JSON: its media type says so, or it looks like JSON and nothing says otherwise.
local function is_meant_as_json(connection, body)
   for _, found in ipairs(shape.items(connection, "customHeaders")) do
      local name, value = shape.string(found[1], "name"), shape.string(found[1], "value")
      if name and value and name:lower() == "content-type" then return value:lower():find "json" ~= nil end
   end
   return body:find "^%s*[{%[]" ~= nil
end

local function check_json(report, connection)
   for _, found in ipairs(shape.objects(connection, "request")) do
      local body = shape.string(found[1], "requestBody")
      if body and body ~= "" and is_meant_as_json(connection, body) and not is_json(body) then
         report(found[2] .. ".requestBody", "is not valid JSON, even with its inputs filled in")
      end
   end
   local example = shape.string(connection, "exampleValue")
   if example and example ~= "" and not is_json(example) then report("exampleValue", "is not valid JSON") end
   for _, found in ipairs(shape.items(connection, "inputMappings")) do
      local value = shape.string(found[1], "exampleValue")
      local kind = shape.string(found[1], "type")
      if value and value ~= "" and kind and kind:lower() == "object" and not is_json(value) then
         report(found[2] .. ".exampleValue", "is not valid JSON, which an input of type object needs")
      end
   end
end

-- Follows `a.b[0].c` into a decoded example; nil where it leads nowhere.
local function follow(value, reference)
   for part in reference:gmatch "[^.%[%]]+" do
      if type(value) ~= "table" then return nil end
      local index = tonumber(part)
      if index and shape.is_array(value) then
         value = rawget(value, index + 1)
      else
         value = rawget(value, part)
      end
   end
   return value
end

local function check_outputs(report, connection)
   local example = shape.string(connection, "exampleValue")
   local value = example and example ~= "" and json.decode(example)
   if type(value) ~= "table" then return end
   for _, found in ipairs(shape.items(connection, "outputMappings")) do
      local reference = shape.string(found[1], "outputReference")
      local plain = reference and reference:gsub("^%$%.?", "")
      if plain and plain ~= "" and follow(value, plain) == nil then
         report(found[2] .. ".outputReference", ("exampleValue has no %q"):format(reference))
      end
   end
end

local mapping_types = { string = true, number = true, boolean = true, object = true }

local function check_case(report, connection)
   for _, list in ipairs { "inputMappings", "outputMappings" } do
      for _, found in ipairs(shape.items(connection, list)) do
         local kind = shape.string(found[1], "type")
         if kind and not mapping_types[kind] and mapping_types[kind:lower()] then
            report(found[2] .. ".type", ("%q is usually written %q"):format(kind, kind:lower()))
         end
      end
   end
   local function usually_capitals(value, path, known)
      if value and value ~= value:upper() and known[value:upper()] then
         report(path, ("%q is usually written %q"):format(value, value:upper()))
      end
   end
   usually_capitals(shape.string(connection, "systemType"), "systemType", { DATA_SYSTEM = true, DESTINATION = true })
   for _, found in ipairs(shape.objects(connection, "auth")) do
      usually_capitals(shape.string(found[1], "authType"), found[2] .. ".authType", { NONE = true, OAUTH = true })
   end
end

local function check_auth(report, connection)
   for _, found in ipairs(shape.objects(connection, "auth")) do
      local kind = shape.auth_type(found[1])
      if not kind then report(found[2] .. ".authType", "is missing; NONE means no authentication") end
      for _, member in ipairs(kind and schema.by_name(schema.members).auth.members or {}) do
         local value = shape.get(found[1], member.name)
         if member.secret and kind == member.only and (value == nil or value == "") then
            report(("%s.%s"):format(found[2], member.name),
               "is missing; the service never returns it, so it has to be given to be stored")
         end
      end
   end
   for _, found in ipairs(shape.objects(connection, "request")) do
      local url = shape.string(found[1], "connectionUrl")
      if url and not url:find "^%a[%w+.-]*://." and not url:find "^%${" then
         report(found[2] .. ".connectionUrl", "is not an absolute URL")
      end
   end
end

--- The warnings for a definition that has no problems.
-- @tparam table connection a plain definition
-- @treturn table array of `{ path=, message= }`
function warnings.of(connection)
   local found = {}
   local function report(path, message) found[#found + 1] = { path = path, message = message } end
   check_name(report, connection)
   check_auth(report, connection)
   check_inputs(report, connection)
   check_json(report, connection)
   check_outputs(report, connection)
   check_case(report, connection)
   return found
end

return warnings
