-- Fuzzes what reads the texts of a definition: the scanner of templates, warnings of placeholders, bodies and URLs, and
-- curl commands. An input is URL, body, a header's name and value, and an example, between lines of `--`.

local connections = require "personalize.connections"
local fill = require "personalize.connections.curl.fill"
local properties = require "fuzz.support.properties"
local template = require "personalize.connections.template"
local write = require "personalize.connections.curl.write"

local secret = properties.secret
local kinds = { validation = true, encode = true }

local function parts_of(bytes)
   local parts = {}
   for part in (bytes .. "\n--\n"):gmatch "(.-)\n%-%-\n" do parts[#parts + 1] = part end
   return parts
end

local function definition_of(parts)
   local definition = {
      name = "Weather", systemType = "DATA_SYSTEM",
      auth = { authType = "BASIC", username = "me", password = secret },
      request = { requestType = parts[2] and "POST" or "GET", connectionUrl = parts[1], requestBody = parts[2] },
      customHeaders = { { name = "X-Api-Key", value = secret }, { name = parts[3], value = parts[4] } },
      inputMappings = {}, exampleValue = parts[5],
   }
   for _, part in ipairs(parts) do
      for _, key in ipairs(template.keys(part)) do
         table.insert(definition.inputMappings, { key = key, type = "string", exampleValue = parts[5] })
      end
   end
   return definition
end

local function check_template(text)
   local same = {}
   for _, key in ipairs(template.keys(text)) do
      properties.that(not same[key], "the key %s twice", key)
      same[key] = ("${%s}"):format(key)
   end
   properties.same(template.replace(text, same), text, "a text whose inputs were replaced by themselves")
   local function undone(filled) return (filled:gsub("%%24%%7B", "${"):gsub("%%7D", "}")) end
   for _, kind in ipairs { "url", "form", "json", "text" } do
      -- in URLs, which hold no zero bytes, FreeMarker is percent-encoded
      local plain = kind == "url" and not text:find "%z" and template.replace(text, {}, true) or text
      properties.same(fill.text(kind, text, {}), plain, "a text that was filled in with nothing")
      properties.same(undone(fill.text(kind, text, same)), undone(plain), "a text that was filled in with itself")
   end
end

local function check_curl(definition)
   for _, inputs in ipairs { "keep", "fill" } do
      local line, err = write.line(definition, { inputs = inputs })
      if not line then
         properties.failure(err, kinds)
      else
         properties.hides(line, secret, "a curl command")
      end
      properties.hides(err, secret, "an error of to_curl")
   end
end

return function(bytes)
   local parts = parts_of(bytes)
   for _, part in ipairs(parts) do check_template(part) end
   local definition = definition_of(parts)
   local valid, found = connections.validate(definition, { unknown_members = "send" })
   properties.hides(found, secret, "a result of validate")
   if valid then
      properties.warnings(found)
   else
      properties.failure(found, kinds)
   end
   check_curl(definition)
end
