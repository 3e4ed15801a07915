--- JSON without loss, in lua-cjson's conventions: null is `cjson.null`, arrays carry a mark so that `[]` never becomes
-- `{}`, integers stay exact. This is `personalize.json`; `personalize.null`, `array` and `number` belong to it.
-- @module personalize.json

local errors = require "personalize.error"
local native = require "personalize.native"
local options = require "personalize.options"
local proxy = require "personalize.proxy"

local codec = native.json

-- OpenResty's lua-cjson marks arrays with its own metatables; Debian's has none.
local has_cjson, cjson = pcall(require, "cjson")
local foreign = has_cjson and type(cjson) == "table" and cjson or {}
codec.recognise(rawget(foreign, "array_mt"), rawget(foreign, "empty_array_mt"), rawget(foreign, "empty_array"))

local json = {
   null = codec.null,
   -- lua-cjson's value for `[]`, or nil
   empty_array = rawget(foreign, "empty_array"),
   is_array = codec.is_array,
   is_number = codec.is_number,
}

--- Marks a table as a JSON array: see `personalize.array`.
-- @local
function json.array(items)
   if items == nil then return codec.array() end
   options.argument(1, items, "table", "array", 2)
   local mt = getmetatable(items)
   if mt ~= nil and not codec.is_array(items) and mt ~= codec.object_mt then
      error("bad argument #1 to 'array' (the table has a metatable of its own)", 2)
   end
   return setmetatable(items, codec.array_mt)
end

--- A number that a Lua number cannot hold exactly: see `personalize.number`.
-- @local
function json.number(value)
   local fine, number = pcall(codec.number, value)
   if fine then return number end
   error(("bad argument #1 to 'number' (expected a number as JSON writes it, got %s)")
      :format(options.describe(value)), 2)
end

--- Marks a copy like its original: as an array or, if it is empty, as an object.
-- @local
function json.mark_like(copy, original)
   if codec.is_array(original) then return codec.array(copy) end
   local mt = getmetatable(original)
   if mt ~= nil and (mt == codec.object_mt or mt == rawget(foreign, "empty_array_mt")) then
      return setmetatable(copy, mt)
   end
   return copy
end

options.rule("depth", ("an integer from 1 to %d"):format(codec.depth_limit), function(value)
   return type(value) == "number" and value >= 1 and value <= codec.depth_limit and value % 1 == 0
end)

local decode_options = { max_depth = "depth" }

--- Decodes a JSON text strictly by RFC 8259. Nothing is rounded: a number that a Lua number cannot hold becomes a
-- @{personalize.number}. If a member is given twice, the last one counts.
-- @tparam string text UTF-8
-- @tparam[opt] table opts
-- @tparam[opt=128] integer opts.max_depth levels
-- @treturn any value `personalize.null` for null
-- @treturn {personalize.error.problem,...}|nil warnings if members were given twice
-- @fails of kind `decode` with `offset`, `line` and `column`
-- @usage print(#assert(personalize.json.decode '{"items": [1, 2]}').items)  --> 2
function json.decode(text, opts)
   options.argument(1, text, "string", "json.decode", 2)
   local checked = options.check(opts, decode_options, "json.decode", 2)
   return json.decode_within(text, checked.max_depth)
end

--- Turns the results of the codec's `decode` into those of `json.decode`.
-- @local
function json.outcome(value, duplicates, offset, line, column)
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

-- Decodes a string without checking the arguments first.
-- @local
function json.decode_within(text, max_depth)
   return json.outcome(codec.decode(text, max_depth))
end

-- The beginnings of UTF-16 and UTF-32 texts: a byte order mark, or an ASCII character beside zeros.
local wide_starts = { "^\255\254", "^\254\255", "^%z%z\254\255", "^[\1-\127]%z", "^%z[\1-\127]", "^%z%z%z[\1-\127]" }

--- The content of a file or pipe without a byte order mark, which some editors add.
-- @local
-- @return the text; or nil and an error object if it was saved as UTF-16 or UTF-32
function json.content(content)
   if content:sub(1, 3) == "\239\187\191" then content = content:sub(4) end
   for _, start in ipairs(wide_starts) do
      if content:find(start) then
         return errors.fail("decode", "is UTF-16 or UTF-32: save it as UTF-8",
            { offset = 0, line = 1, column = 1 })
      end
   end
   return content
end

--- Decodes the content of a file or pipe: see `json.content`.
-- @local
-- @return the value and the warnings; or nil and an error object
function json.decode_file(content)
   local text, err = json.content(content)
   if not text then return nil, err end
   return json.decode(text)
end

-- Known name -> place in canonical order. Other names follow in alphabetical order.
local known_names = {}

--- Takes the canonical order of names from a schema.
-- @local
function json.rank_names(rank)
   known_names = rank
end

local encode_options = { pretty = "boolean", canonical = "boolean", max_depth = "depth" }

--- Encodes a value exactly: doubles in the shortest form that reads back the same, integers as integers.
-- @tparam any value a table, string, number, boolean, `personalize.null` or @{personalize.number}
-- @tparam[opt] table opts
-- @tparam[opt=false] boolean opts.pretty indent by two spaces
-- @tparam[opt=false] boolean opts.canonical members in the order of the published bodies, then alphabetically
-- @tparam[opt=128] integer opts.max_depth levels
-- @treturn string text
-- @fails of kind `encode`; `problems[1].path` names the member
-- @usage
-- print(personalize.json.encode({ name = "Weather", inputMappings = personalize.array {} }, { canonical = true }))
-- --> {"name":"Weather","inputMappings":[]}
function json.encode(value, opts)
   local checked = options.check(opts, encode_options, "json.encode", 2)
   return json.encode_as(value, nil, checked)
end

--- The codec's message about a table with metamethods.
local has_metamethods = "has metamethods"

local function refuse(message, path)
   return errors.fail("encode", path ~= "" and path .. ": " .. message or message,
      { problems = { { path = path, message = message } } })
end

--- Encodes like `encode`. `arrays` says at which paths an unmarked empty table is an array; `opts.rank` sets another
-- order of names, `opts.max_bytes` another limit than 64 MiB.
-- @local
function json.encode_as(value, arrays, opts)
   local codec_options = {
      pretty = opts and opts.pretty,
      canonical = opts and opts.canonical,
      max_depth = opts and opts.max_depth,
      max_bytes = opts and opts.max_bytes,
      rank = opts and opts.rank or known_names,
      arrays = arrays,
   }
   local text, message, path = codec.encode(value, codec_options)
   if not text and message == has_metamethods then
      local plain, reason, place = proxy.plain(value)
      if plain == nil then return refuse(reason, place or "") end
      text, message, path = codec.encode(plain, codec_options)
   end
   if text then return text end
   return refuse(message, path)
end

return json
