--- What is allowed in a definition and probably not meant.
-- @module personalize.connections.warnings
-- @local

local options = require "personalize.options"
local redaction = require "personalize.redaction"
local schema = require "personalize.schema"
local text = require "personalize.text"
local look_alikes = require "personalize.connections.look_alikes"
local outputs = require "personalize.connections.outputs"
local shape = require "personalize.raw"
local template = require "personalize.connections.template"

local warnings = {}

local function check_name(report, connection)
   local name = shape.string(connection, "name")
   if not name then return end
   if name:find("-", 1, true) then
      report("name", "name_hyphen", "holds a hyphen, which breaks references from programmable decisions")
   end
   if name:find "[%c\127]" or name:find "\194[\128-\159]" then
      report("name", "name_control_character", "holds a control character")
   end
   if name:find "^%s" or name:find "%s$" then report("name", "name_space", "begins or ends with a space") end
end

-- Calls `visit(text, path)` for every text below a value. Bounded, for a definition may contain itself.
local function each_text(value, path, visit, depth)
   if type(value) == "string" then return visit(value, path) end
   if type(value) ~= "table" or depth > 8 then return end
   for name, member in next, value do
      local inner = type(name) == "number" and ("%s[%d]"):format(path, name) or path .. "." .. tostring(name)
      each_text(member, inner, visit, depth + 1)
   end
end

local members = schema.by_name(schema.members)

-- Every reference in a definition: array of `{ key, path, needs_input }`, by path, and whether a text is FreeMarker. In
-- FreeMarker, and in members that the schema does not know, a reference counts as the use of an input, and needs none.
local function references(connection)
   local found, has_freemarker = {}, false
   for name, value in next, connection do
      local member = members[name]
      if type(name) == "string" and (not member or member.templated) then
         each_text(value, name, function(line, path)
            local keys, is_freemarker = template.read(line)
            has_freemarker = has_freemarker or is_freemarker
            for _, key in ipairs(keys or {}) do
               found[#found + 1] = { key, path, member ~= nil and not is_freemarker }
            end
         end, 1)
      end
   end
   table.sort(found, function(a, b) return a[2] < b[2] end)
   return found, has_freemarker
end

local function declared_inputs(report, inputs)
   local declared = {}
   for _, found in ipairs(inputs) do
      local key = shape.string(found[1], "key")
      if key and declared[key] then
         report(found[2] .. ".key", "input_twice", options.describe(key) .. " is the key of another input mapping too")
      elseif key then
         declared[key] = true
      end
   end
   return declared
end

local function check_inputs(report, connection)
   local used, told = {}, {}
   local inputs = shape.items(connection, "inputMappings")
   local declared = declared_inputs(report, inputs)
   local found, has_freemarker = references(connection)
   for _, reference in ipairs(found) do
      local key, path, needs_input = reference[1], reference[2], reference[3]
      local place = path .. " " .. key
      used[key] = true
      if needs_input and not declared[key] and not told[place] then
         told[place] = true
         report(path, "input_missing", ("${%s} has no input mapping"):format(key))
      end
   end
   for _, each in ipairs(has_freemarker and {} or inputs) do
      local key = shape.string(each[1], "key")
      if key and not used[key] then
         report(each[2], "input_unused", ("nothing uses ${%s}: not the URL, the body nor a header"):format(key))
      end
   end
end

-- Whether a body is meant as JSON: its media type says so, or it looks like JSON and nothing says otherwise.
local function is_meant_as_json(connection, body)
   for _, found in ipairs(shape.items(connection, "customHeaders")) do
      local name, value = shape.string(found[1], "name"), shape.string(found[1], "value")
      if name and value and name:lower() == "content-type" then return value:lower():find "json" ~= nil end
   end
   return body:find "^%s*[{%[]" ~= nil
end

local function examples_of(connection)
   local examples = {}
   for _, found in ipairs(shape.items(connection, "inputMappings")) do
      local key = shape.string(found[1], "key")
      if key then examples[key] = shape.string(found[1], "exampleValue") end
   end
   return examples
end

local function check_json(report, connection)
   local examples = examples_of(connection)
   local function is_no_json(value)
      return value and value ~= "" and not template.is_json(value, examples) and not template.is_freemarker(value)
   end
   for _, found in ipairs(shape.objects(connection, "request")) do
      local body = shape.string(found[1], "requestBody")
      if is_no_json(body) and is_meant_as_json(connection, body) then
         report(found[2] .. ".requestBody", "body_not_json", "is not valid JSON, even with its inputs filled in")
      end
   end
   if is_no_json(shape.string(connection, "exampleValue")) then
      report("exampleValue", "example_not_json", "is not valid JSON")
   end
   for _, found in ipairs(shape.items(connection, "inputMappings")) do
      local kind = shape.string(found[1], "type")
      if kind and kind:lower() == "object" and is_no_json(shape.string(found[1], "exampleValue")) then
         report(found[2] .. ".exampleValue", "example_not_json",
            "is not valid JSON, which an input of type object needs")
      end
   end
end

-- The published way to write a value that differs from it in case alone.
local function usual_case(value, known)
   for _, usual in ipairs(known) do
      if value ~= usual and value:lower() == usual:lower() then return usual end
   end
   return nil
end

local check_cases

local function check_case(report, value, member, path)
   local usual = member.known and type(value) == "string" and usual_case(value, member.known)
   if usual then
      report(path, "unusual_case",
         ("%s is usually written %s"):format(options.describe(value), options.describe(usual)))
   end
   local list = member.members or member.items
   if not list or type(value) ~= "table" then return end
   if not shape.is_array(value) then return check_cases(report, value, list, path .. ".") end
   for index = 1, shape.length(value) do
      check_cases(report, rawget(value, index), list, ("%s[%d]."):format(path, index))
   end
end

function check_cases(report, object, list, prefix)
   for _, member in ipairs(list) do
      check_case(report, shape.get(object, member.name), member, prefix .. member.name)
   end
end

local function check_auth(report, connection)
   for _, found in ipairs(shape.objects(connection, "auth")) do
      local kind = shape.auth_type(found[1])
      if not kind then
         report(found[2] .. ".authType", "auth_type_missing", "is missing; NONE means no authentication")
      end
      for _, member in ipairs(members.auth.members) do
         local value = shape.get(found[1], member.name)
         if member.secret and kind and kind == member.only and (value == nil or value == "") then
            report(("%s.%s"):format(found[2], member.name), "secret_missing",
               "is missing; the service never returns it, so it has to be given to be stored")
         end
      end
   end
end

local function check_values(report, connection)
   for _, found in ipairs(shape.objects(connection, "request")) do
      local url = shape.string(found[1], "connectionUrl")
      if url and not url:find "^%a[%w+.-]*://." and not url:find "^%${" then
         report(found[2] .. ".connectionUrl", "url_not_absolute", "is not an absolute URL")
      end
   end
   each_text(connection, "", function(value, path)
      if value == redaction.mask then
         report(path:sub(2), "mask_sent", ("is %s, which stands for a hidden secret and is none"):format(value))
      end
   end, 0)
end

local metatable = { __jsontype = "array" }

function metatable:__tostring()
   if #self == 0 then return "no warnings" end
   local lines = {}
   for index, warning in ipairs(self) do lines[index] = text.line(warning.path .. ": " .. warning.message) end
   return table.concat(lines, "\n")
end

--- The warnings for a definition that has no problems.
-- @local
-- @tparam table connection a plain definition
-- @tparam[opt] table how as for `validation.problems`: what is sent nevertheless is warned of
-- @treturn table array of `{ path=, message=, code= }`; `tostring` gives them in lines
function warnings.of(connection, how)
   local found = {}
   local function report(path, code, message) found[#found + 1] = { path = path, message = message, code = code } end
   if how and how.unknown_members == "send" then
      look_alikes.check(connection, how, function(path, message) report(path, "look_alike", message) end)
   end
   check_name(report, connection)
   check_auth(report, connection)
   check_values(report, connection)
   check_inputs(report, connection)
   check_json(report, connection)
   outputs.check(report, connection)
   check_cases(report, connection, schema.members, "")
   return setmetatable(found, metatable)
end

return warnings
