---@meta personalize.json

-- Made by `make types` of the comments in the sources and of the schema's members: not to be edited.

---JSON without loss, in lua-cjson's conventions: null is `cjson.null`, arrays carry a mark so that `[]` never becomes
---`{}`, integers stay exact. This is `personalize.json`; `personalize.null`, `array` and `number` belong to it.
---@class personalize.json
local json = {}

---Options of `decode`.
---@class personalize.json.decode_opts
---@field max_depth? integer levels (default `128`)

---Decodes a JSON text strictly by RFC 8259. Nothing is rounded: a number that a Lua number cannot hold becomes a
---`personalize.number`. If a member is given twice, the last one counts.
---@param text string UTF-8
---@param opts? personalize.json.decode_opts
---@return any value `personalize.null` for null
---@return personalize.error.problem[]|nil|personalize.error warnings if members were given twice
function json.decode(text, opts) end

---Options of `encode`.
---@class personalize.json.encode_opts
---@field pretty? boolean indent by two spaces (default `false`)
---@field canonical? boolean members in the order of the published bodies, then alphabetically (default `false`)
---@field max_depth? integer levels (default `128`)

---Encodes a value exactly: doubles in the shortest form that reads back the same, integers as integers.
---@param value any a table, string, number, boolean, `personalize.null` or @{personalize.number}
---@param opts? personalize.json.encode_opts
---@return string|nil text
---@return personalize.error|nil err of kind `encode`; `problems[1].path` names the member
function json.encode(value, opts) end

return json
