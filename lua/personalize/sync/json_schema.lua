--- Makes the JSON Schema of a connection's file from the library's schema, for editors and for validators of other
-- languages. It refuses what `sync.validate` reports as a problem, as far as JSON Schema can express it; of misspelt
-- members it knows those with one typing error.
-- @module personalize.sync.json_schema
-- @local

local json = require "personalize.json"
local letters = require "personalize.letters"
local options = require "personalize.options"
local references = require "personalize.sync.references"
local schema = require "personalize.schema"

local json_schema = {}

--- The name of the schema file in a folder of connections. A file whose name begins with a dot is not a connection.
json_schema.file = ".personalize.schema.json"
json_schema.reference = "./" .. json_schema.file

local id = "https://raw.githubusercontent.com/personalize-lua/personalize/main/schema/connection.schema.json"

local slip = options.slip

-- A pattern for a word in any case: `[aA][bB]`.
local function any_case(word)
   return (word:gsub("%a", function(letter) return ("[%s%s]"):format(letters.lower(letter), letters.upper(letter)) end))
end

local function any_of(words, map)
   local list = {}
   for index, word in ipairs(words) do list[index] = map and map(word) or word end
   if #list == 1 then return list[1] end
   return ("(?:%s)"):format(table.concat(list, "|"))
end

local function names_of(members)
   local names = {}
   for index, member in ipairs(members) do names[index] = member.name end
   return names
end

-- Patterns for a name with one typing error: a letter added, missing or changed, or two swapped; in a longer name also
-- two changes at one place.
local function slips(name)
   local patterns, is_short = {}, #name <= slip.short
   local function add(place, count, instead)
      patterns[#patterns + 1] = name:sub(1, place - 1) .. instead .. name:sub(place + count)
   end
   for place = 1, #name do
      add(place, 1, is_short and ".?" or ".{0,2}")
      if is_short then add(place, 0, ".") end
      if place < #name and is_short then
         add(place, 2, name:sub(place + 1, place + 1) .. name:sub(place, place))
      elseif place < #name then
         add(place, 2, ".{0,2}")
      end
   end
   if is_short then patterns[#patterns + 1] = name .. "." end
   return patterns
end

-- name -> whether it is published anywhere
local homes = {}
schema.each(function(member) homes[member.name] = true end)

-- The names to refuse at a place besides its own members: members of other places, other cases, typing errors.
local function refuse_look_alikes(object, members)
   local names, known = names_of(members), {}
   for _, name in ipairs(names) do known[name] = true end
   for name in pairs(homes) do
      if not known[name] then object.properties[name] = false end
   end
   local others = ("^(?!%s$)"):format(any_of(names))
   local function but(name)
      local near = {}
      for _, other in ipairs(names) do
         if options.distance(name, other) <= slip.edits then near[#near + 1] = other end
      end
      return ("^(?!%s$)"):format(any_of(near))
   end
   object.patternProperties = { [others .. any_of(names, any_case) .. "$"] = false }
   object.allOf = object.allOf or {}
   for _, name in ipairs(names) do
      local length = #name <= slip.short and "" or ("(?=.{%d,%d}$)"):format(slip.short + 1, slip.longest)
      table.insert(object.allOf, { ["if"] = { type = "object", properties = { [name] = true }, required = { name } },
         ["else"] = { type = "object",
            patternProperties = { [but(name) .. length .. any_of(slips(name)) .. "$"] = false } } })
   end
end

local reference = { ["$ref"] = "#/definitions/reference" }

local object_of

local function string_of(member)
   local text = { type = "string" }
   if member.required then text.minLength = 1 end
   if member.secret then text["not"] = { const = "***" } end
   if member.known then text = { anyOf = { { enum = member.known }, text } } end
   return text
end

local function value_of(member, path)
   if member.type == "string" then return string_of(member) end
   if member.type == "array" then
      return { type = "array", items = member.items and object_of(member.items, path .. "[]") or nil }
   end
   if member.type == "object" then
      local name = path:gsub("%W", "")
      return { ["if"] = { type = "array" },
         ["then"] = { type = "array", items = { ["$ref"] = "#/definitions/" .. name }, minItems = 1 },
         ["else"] = { ["$ref"] = "#/definitions/" .. name } }
   end
   return { type = member.type, minimum = member.unit and 0 or nil }
end

-- The schema of a member. One that is not required may be null; a text may be a reference at some places.
local function property_of(member, path)
   if member.server then return { readOnly = true, description = member.about .. " Owned by the service." } end
   local value = value_of(member, path)
   local choices = { value }
   local is_text = member.type == "string" or member.type == "boolean"
   if is_text and references.is_usual_place(path) then choices[#choices + 1] = reference end
   if not member.required then choices[#choices + 1] = { type = "null" } end
   if #choices > 1 then value = { anyOf = choices } end
   value.description = member.about .. (member.unit and (" In %s."):format(member.unit) or "")
   value.examples = member.example and { member.example } or nil
   value.writeOnly = member.secret
   return value
end

function object_of(members, path)
   local object = { type = "object", properties = {}, required = nil }
   for _, member in ipairs(members) do
      object.properties[member.name] = property_of(member, path == "" and member.name or path .. "." .. member.name)
      if member.required then
         object.required = object.required or {}
         table.insert(object.required, member.name)
      end
   end
   refuse_look_alikes(object, members)
   return object
end

local auth = schema.by_name(schema.members).auth.members

local function of_type(kinds)
   return { type = "object", properties = { authType = { type = "string", pattern = ("^%s$"):format(
      any_of(kinds, any_case)) } }, required = { "authType" } }
end

-- The schema of `auth`. What a type beyond the known ones contains is not published, so it is not checked.
local function auth_object()
   local object = object_of(auth, "auth")
   local properties = {}
   for name, property in pairs(object.properties) do
      if property == false then properties[name], object.properties[name] = false, nil end
   end
   local judged = { type = "object", properties = properties, patternProperties = object.patternProperties,
      allOf = object.allOf }
   object.patternProperties = nil
   local known = schema.by_name(auth).authType.known
   local https = "^[hH][tT][tT][pP][sS]://."
   local loopback = "^[hH][tT][tT][pP]://(?:localhost|127(?:\\.[0-9]{1,3}){3}|\\[::1\\])(?:[:/?#]|$)"
   object.allOf = {
      { ["if"] = { anyOf = { of_type(known),
         { ["not"] = { type = "object", properties = { authType = true }, required = { "authType" } } },
         { type = "object", properties = { authType = { type = "null" } } } } }, ["then"] = judged },
      { ["if"] = of_type { "OAUTH" }, ["then"] = { type = "object", properties = { accessTokenUrl = {
         anyOf = { { type = "string", pattern = ("%s|%s|^$"):format(https, loopback) }, { type = "object" },
            { type = "null" } } } } } },
   }
   return object
end

local function document()
   local root = object_of(schema.members, "")
   root["$schema"], root["$id"] = "http://json-schema.org/draft-07/schema#", id
   root.title = "Connection of Sitecore Personalize"
   root.description = "A connection as code. Not edited by hand: an export writes it beside the files, make schema "
      .. "writes it in the library's sources."
   root.properties["$schema"] = { type = "string", description = "Names this schema. Never sent." }
   root.definitions = {
      auth = auth_object(),
      request = object_of(schema.by_name(schema.members).request.members, "request"),
      reference = {
         description = "Stands for a text that is not in the file: of an environment variable, or of a file.",
         anyOf = {
            { type = "object", required = { "$env" }, additionalProperties = false,
               properties = { ["$env"] = { type = "string", pattern = "^[A-Za-z_][A-Za-z0-9_]*$",
                  description = "Name of an environment variable." } } },
            { type = "object", required = { "$file" }, additionalProperties = false,
               properties = { ["$file"] = { type = "string", pattern = "^[^\\u0000\\r\\n]+$",
                  description = "Path of a file, from the folder of this one on." } } },
         },
      },
   }
   return root
end

local text

--- The text of the schema file.
function json_schema.text()
   text = text or assert(json.encode(document(), { pretty = true, canonical = true })) .. "\n"
   return text
end

return json_schema
