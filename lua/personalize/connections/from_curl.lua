--- Definitions from what one has: `from_curl`.
-- @module personalize.connections

local options = require "personalize.options"
local builder = require "personalize.connections.builder"
local curl = require "personalize.connections.curl.read"
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

--- Begins a definition with a command line of curl, as browsers ("Copy as cURL (bash)"), Postman and documentation have
-- it: method, URL, headers, body, basic authentication, OAuth where the token is fetched by another curl, time limits.
-- Nothing is run. `{{x}}` and the shell's `$x` become `${x}`, and each `${x}` an input.
--
-- Refused, with the reason: files (`@file`), multipart forms (`-F`), several URLs, ways to authenticate that a
-- connection has not, and the form for Windows' cmd. The name is made of the URL; it and the rest may still be set.
-- @function from_curl
-- @tparam string line
-- @treturn personalize.builder builder
-- @treturn {personalize.connections.warning,...} warnings what is left out, and which credentials stand in it,
-- without showing them
-- @fails of kind `decode` (with `line` and `column`) when it is no such command line; `validation` when a connection
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
