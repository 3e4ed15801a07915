---@meta personalize.json

-- Made by `make types` of the comments in the sources and of the schema's members: not to be edited.

---JSON without loss, in lua-cjson's conventions: null is `cjson.null`, arrays carry a mark so that `[]` never turns
---into `{}`, integers stay exact. What `personalize.json` is; `personalize.null`, `array` and `number` belong to it.
---@class personalize.json
local json = {}

---Options of `decode`.
---@class personalize.json.decode_opts
---@field max_depth? integer levels (default `128`)

---Decodes a JSON text, strictly as RFC 8259 has it. Nothing is rounded: a number that a Lua number cannot hold
---becomes a `personalize.number`. Of a member given twice the last wins.
---@param text string UTF-8
---@param opts? personalize.json.decode_opts
---@return any value `personalize.null` for null
---@return personalize.error.problem[]|nil|personalize.error warnings if members stood twice
function json.decode(text, opts) end

---Options of `encode`.
---@class personalize.json.encode_opts
---@field pretty? boolean indented by two spaces (default `false`)
---@field canonical? boolean members in the order of the published bodies, then alphabetically (default `false`)
---@field max_depth? integer levels (default `128`)

---Encodes a value exactly: doubles in the shortest form that reads back the same, integers as integers.
---@param value any a table, string, number, boolean, `personalize.null` or @{personalize.number}
---@param opts? personalize.json.encode_opts
---@return string|nil text
---@return personalize.error|nil err of kind `encode`; `problems[1].path` names the member
function json.encode(value, opts) end

return json
