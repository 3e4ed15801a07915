--- JSON without loss, in lua-cjson's conventions: `json.null` is `cjson.null`, arrays carry a mark so that
-- `[]` never turns into `{}`, integers stay exact.
-- @module personalize.json

local native = require "personalize.native"
local errors = require "personalize.error"
local options = require "personalize.options"
local schema = require "personalize.schema"

local codec = native.json

-- OpenResty's lua-cjson marks arrays by metatables of its own; the one of Debian has none.
local has_cjson, cjson = pcall(require, "cjson")
if has_cjson and type(cjson) == "table" then
   codec.recognise(rawget(cjson, "array_mt"), rawget(cjson, "empty_array_mt"), rawget(cjson, "empty_array"))
end

local json = {
   null = codec.null,
   array = codec.array,
   number = codec.number,
   is_array = codec.is_array,
   is_number = codec.is_number,
}

local decode_options = { max_depth = "count" }

--- Decodes a JSON text, strictly as RFC 8259 has it. Nothing is rounded: a number that a Lua number cannot hold
-- becomes a `personalize.number`. Of a member given twice the last wins.
-- @tparam string text UTF-8
-- @tparam[opt] table opts `max_depth` (levels, default 128)
-- @return the value (`personalize.null` for null), and an array of `{path=, message=}` if members stood twice
-- @return `nil` and an error of kind `decode` with `offset` (bytes), `line` and `column`
-- @usage local list = assert(json.decode('{"items": []}')).items
function json.decode(text, opts)
   options.argument(1, text, "string", "json.decode", 2)
   local checked = options.check(opts, decode_options, "json.decode", 2)
   local value, duplicates, offset, line, column = codec.decode(text, checked.max_depth)
   if value == nil then
      return errors.fail("decode", ("invalid JSON at line %d, column %d: %s"):format(line, column, duplicates),
         { offset = offset, line = line, column = column })
   end
   if not duplicates then return value end
   local warnings = {}
   for index, path in ipairs(duplicates) do
      warnings[index] = { path = path, message = "stands more than once in the JSON; the last one counts" }
   end
   return value, warnings
end

local encode_options = { pretty = "boolean", canonical = "boolean", max_depth = "count" }

--- Encodes a value exactly: doubles in the shortest form that reads back the same, integers as integers.
-- @param value a table, string, number, boolean, `null` or `personalize.number`
-- @tparam[opt] table opts `pretty` (indent by two spaces), `canonical` (members in the order of the published bodies,
-- then alphabetically), `max_depth` (levels, default 128)
-- @treturn string JSON text
-- @return `nil` and an error of kind `encode` whose `problems[1].path` names the member
-- @usage print(json.encode({ name = "Weather", inputMappings = personalize.array {} }, { pretty = true }))
function json.encode(value, opts)
   local checked = options.check(opts, encode_options, "json.encode", 2)
   return json.encode_as(value, nil, checked)
end

--- Encodes like `encode`, and knows at which paths an unmarked empty table is an array.
-- @local
function json.encode_as(value, arrays, opts)
   local text, message, path = codec.encode(value, {
      pretty = opts and opts.pretty,
      canonical = opts and opts.canonical,
      max_depth = opts and opts.max_depth,
      rank = schema.rank,
      arrays = arrays,
   })
   if text then return text end
   return errors.fail("encode", path ~= "" and path .. ": " .. message or message,
      { problems = { { path = path, message = message } } })
end

return json
