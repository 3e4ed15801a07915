--- Replaces each `${key}` by the example of its input, encoded for its place: percent-encoded in URLs and forms,
-- escaped within JSON strings. FreeMarker, and references without an input, stay as they are; in URLs FreeMarker is
-- percent-encoded where no URL can hold it.
-- @module personalize.connections.curl.fill
-- @local

local input_places = require "personalize.connections.input_places"
local letters = require "personalize.letters"
local native = require "personalize.native"
local raw = require "personalize.raw"
local redaction = require "personalize.redaction"
local template = require "personalize.connections.template"

local fill = {}

--- The examples of a definition's inputs: key -> text. If two inputs have one key, the first counts.
function fill.examples(definition)
   local examples = {}
   for _, found in ipairs(raw.items(definition, "inputMappings")) do
      local key = raw.string(found[1], "key")
      if key and not examples[key] then examples[key] = raw.string(found[1], "exampleValue") or "" end
   end
   return examples
end

local function percent(value)
   return (value == "" or value == redaction.mask) and value or native.url.escape(value)
end

local function escape_in_string(value)
   return (value:gsub('["\\]', "\\%0"):gsub("[%z\1-\31]", function(byte) return ("\\u%04x"):format(byte:byte()) end))
end

local encoders = {
   url = percent,
   form = percent,
   json = function(value, in_string) return in_string and escape_in_string(value) or value end,
   text = function(value) return value end,
}

--- A text with its inputs filled in.
-- @tparam string kind `url`, `form`, `json` or `text`
-- @tparam string text
-- @tparam table examples
function fill.text(kind, text, examples)
   local encode, keys = encoders[kind], {}
   if text:find("\0", 1, true) then return text end
   for _, key in ipairs(template.keys(text)) do
      if examples[key] then keys[#keys + 1] = key end
   end
   return input_places.replace(text, keys, function(key, in_string) return encode(examples[key], in_string) end,
      kind == "url" or nil)
end

--- The kind of a body, from its media type.
function fill.kind_of_body(media_type)
   local lower = media_type and letters.lower(media_type)
   if not lower or lower:find("json", 1, true) then return "json" end
   return lower:find("x-www-form-urlencoded", 1, true) and "form" or "text"
end

return fill
