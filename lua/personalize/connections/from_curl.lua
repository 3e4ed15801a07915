--- Makes definitions from other forms: `from_curl`.
-- @module personalize.connections

local builder = require "personalize.connections.builder"
local curl = require "personalize.connections.curl.read"
local options = require "personalize.options"
local text = require "personalize.text"

local module = {}

local metatable = { __jsontype = "array" }

function metatable:__tostring()
   if #self == 0 then return "no warnings" end
   local lines = {}
   for index, warning in ipairs(self) do
      lines[index] = text.line((warning.path ~= "" and warning.path .. ": " or "") .. warning.message)
   end
   return table.concat(lines, "\n")
end

--- Begins a definition with a curl command, as browsers ("Copy as cURL (bash)"), Postman and documentation write it. It
-- reads method, URL, headers, body, basic authentication, time limits, and OAuth if another curl fetches the token.
-- Nothing is run. `{{x}}` and the shell's `$x` become `${x}`; in URL, headers and body each `${x}` becomes an input.
--
-- It refuses, with the reason: files (`@file`), multipart forms (`-F`), several URLs, authentication that a connection
-- does not have, the form for Windows' cmd, and options on a line of their own, where the line before has no `\` at its
-- end. The name is made from the URL; all of it can still be changed.
-- @function from_curl
-- @tparam string line
-- @treturn personalize.builder builder
-- @treturn {personalize.connections.warning,...} warnings about what was left out, and about credentials in clear text,
-- without showing them
-- @fails of kind `decode` (with `line` and `column`) when it is not a curl command; `validation` when a connection
-- cannot make the call
-- @usage
-- local weather, warnings = assert(connections.from_curl [[
--    curl 'https://api.example.com/weather?q={{city}}&appid=0123456789abcdef' -H 'Accept: application/json']])
-- print(warnings[1].path, warnings[1].code)  --> request.connectionUrl	credential
-- print(assert(connections.create(weather:name "Weather by city")).inputMappings[1].key)  --> city
function module.from_curl(_, line)
   options.argument(1, line, "string", "connections.from_curl", 2)
   local definition, warnings = curl.line(line)
   if not definition then return nil, warnings end
   return builder.of(definition), setmetatable(warnings, metatable)
end

return module
