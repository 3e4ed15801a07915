--- Makes outputs from a sample answer, and inputs from the call, for `builder:outputs_from` and
-- `builder:inputs_from_request`.
-- @module personalize.connections.samples
-- @local

local input_places = require "personalize.connections.input_places"
local json = require "personalize.json"
local letters = require "personalize.letters"
local raw = require "personalize.raw"
local template = require "personalize.connections.template"

local samples = {}

--- Makes a label from a name, as the service's UI does: `modifiedByUserRef` becomes "Modified By User Ref".
function samples.label(name)
   local words = name:gsub("(%l)(%u)", "%1 %2"):gsub("(%u)(%u%l)", "%1 %2"):gsub("[^%w\128-\255]+", " ")
      :gsub("^ ", ""):gsub(" $", "")
   if words == "" then return name end
   return (words:gsub("^%l", letters.upper):gsub(" %l", letters.upper))
end

-- The names of an object's members in the order of the text, which is known to be JSON.
local function names_in(text, start)
   local names, depth, place = {}, 0, start
   while true do
      place = text:find('["{}%[%]]', place)
      if not place then return names end
      local found = text:sub(place, place)
      if found == '"' then
         local stop = place
         repeat
            stop = text:find('["\\]', stop + 1)
            local is_escape = text:byte(stop) == 92
            if is_escape then stop = stop + 1 end
         until not is_escape
         if depth == 1 and text:find("^[ \t\r\n]*:", stop + 1) then
            names[#names + 1] = json.decode(text:sub(place, stop))
         end
         place = stop
      else
         depth = depth + ((found == "{" or found == "[") and 1 or -1)
         if depth == 0 then return names end
      end
      place = place + 1
   end
end

local function sorted_names(object)
   local names = {}
   for name in next, object do
      if type(name) == "string" then names[#names + 1] = name end
   end
   table.sort(names)
   return names
end

local function type_of(value)
   if value == json.null then return "string" end
   if json.is_number(value) then return "number" end
   return type(value) == "table" and "object" or type(value)
end

-- The object whose members become outputs, and the reference to it; in an array it is the first item.
local function object_of(value)
   if type(value) ~= "table" or json.is_number(value) then return nil end
   if not raw.is_array(value) then return value, "" end
   local first = rawget(value, 1)
   if not raw.is_object(first) or json.is_number(first) then return nil end
   return first, "[0]."
end

--- One output for each member of a sample.
-- @tparam string|table sample JSON text, or a table
-- @treturn ?table array of outputs, empty where there are no members; nil where the sample is no object
-- @return with nil: what was expected
function samples.outputs(sample)
   local value, text = sample, nil
   if type(sample) == "string" then
      local err
      value, err = json.decode_file(sample)
      if value == nil then return nil, "JSON text, but " .. err.message end
      text = sample
   end
   local object, prefix = object_of(value)
   if not object then return nil, "an object, or an array of objects" end
   local list, seen = json.array {}, {}
   local names = text and names_in(text, text:find("{", 1, true)) or sorted_names(object)
   for _, name in ipairs(names) do
      -- a reference cannot name a member with an empty name
      if not seen[name] and name ~= "" then
         seen[name] = true
         list[#list + 1] = { label = samples.label(name), outputReference = prefix .. name,
            type = type_of(rawget(object, name)) }
      end
   end
   return list
end

-- Adds the keys of inputs in a text. An input in JSON outside of a string may be a value of any type.
local function add_keys(keys, text, is_json)
   -- texts with NUL are refused elsewhere
   if not text or text:find("\0", 1, true) then return end
   input_places.each(text, template.keys(text), function(key, in_string)
      local kind = is_json and not in_string and "object" or "string"
      if not keys[key] then
         keys[#keys + 1] = key
         keys[key] = kind
      elseif kind == "object" then
         keys[key] = kind
      end
   end)
end

--- Makes one input for each key in URL, headers and body of a definition that has no input yet.
-- @tparam table definition
-- @treturn table array of inputs
function samples.inputs(definition)
   local keys, list = {}, json.array {}
   for _, found in ipairs(raw.objects(definition, "request")) do
      add_keys(keys, raw.string(found[1], "connectionUrl"), false)
   end
   for _, found in ipairs(raw.items(definition, "customHeaders")) do
      add_keys(keys, raw.string(found[1], "name"), false)
      add_keys(keys, raw.string(found[1], "value"), false)
   end
   for _, found in ipairs(raw.objects(definition, "request")) do
      local body = raw.string(found[1], "requestBody")
      add_keys(keys, body, body and body:find "^%s*[{%[]" ~= nil)
   end
   for _, found in ipairs(raw.items(definition, "inputMappings")) do
      local key = raw.string(found[1], "key")
      if key then keys[key] = nil end
   end
   for _, key in ipairs(keys) do
      if keys[key] then
         list[#list + 1] = { label = samples.label(key), key = key, type = keys[key], exampleValue = "", mapping = "" }
      end
   end
   return list
end

return samples
